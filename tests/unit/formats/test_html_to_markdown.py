"""HTML to light Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring

from indexer.formats.text.html_detection import looks_like_html
from indexer.formats.text.html_to_markdown import html_to_line, html_to_markdown
from search.analysis.plain_text import plain_text
from search.results.highlighting.highlighter import Highlighter
from web.presenters.article_body import render_body

CASES = [
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("text <b>bold </b>and <i>it</i>.", "text **bold** and *it*."),
    ("a<br>b<br><br>c", "a\nb\n\nc"),
    ('<a href="https://e.org/(x y)">l</a>', "[l](https://e.org/%28x%20y%29)"),
    ('<a href="#top">l</a>', "l"),
    ("<h3>Head</h3><p>x</p>", "### Head\n\nx"),
    ("<ul><li>one<li>two<ul><li>in</ul></ul><p>x</p>", "- one\n- two\n  - in\n\nx"),
    ("<ol><li>a<li>b</ol><ol><li>c</ol>", "1. a\n2. b\n\n1. c"),
    ("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n\n> r"),
    ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a | b\n1 | 2"),
    ("<p>1. not a list</p><p># no head</p><p>- no item</p>", "1\\. not a list\n\n\\# no head\n\n\\- no item"),
    ("<p>5 * 3 and _x_ and [sic]</p>", "5 \\* 3 and \\_x\\_ and [sic]"),
    ("<p>hyph\u00aden\u00adation</p>", "hyphenation"),
    ("<p>x</p><script>no</script><style>no</style><!-- no --><form>no</form>", "x"),
    ('<a href="/t"><div>block</div></a>', "block"),
    ("In 1850<sup>2</sup> the port<sup><a href='#n1'>1</a></sup> grew<sup class='fn'>3</sup>.", "In 1850[2] the port[1] grew[3]."),
    ("of all<a href='#fn4'><sup>4</sup></a>, <b>said<sup>5,6</sup></b>.<sup>7</sup>", "of all[4], **said[5,6]**.[7]"),
    ("x<sup id='r'><a href='#cite_note-1'>[1]</a></sup> y<sup><a href='/p#fn2'>2</a></sup> fen<sup>8</sup>(w)", "x[1] y[2] fen[8] (w)"),
    ("1<sup>st</sup>, M<sup>me</sup>, H<sub>2</sub>O, 5 km<sup>2</sup>, x<sup>2</sup>, 10<sup>6</sup>", "1st, Mme, H2O, 5 km2, x2, 10^6"),
    ("<a href='https://e.org'>word<sup>2</sup></a>", "[word[2]](https://e.org)"),
    ("<p>x</p><pre>One *line*\n  two\n\n# three</pre><p>y</p>", "x\n\n    One \\*line\\*\n      two\n\n    \\# three\n\ny"),
    ("<pre><code>a = 1;\nb = 2;</code></pre>", "    a = 1;\n    b = 2;"),
    ("<pre class='wp-block-verse'>One<br><em>two</em></pre>", "    One\n    *two*"),
    ("<p>x <code>y</code></p>", "x y"),
    ("<p></p>  <p> </p>", ""),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "markdown"), CASES)
def test_html_becomes_light_markdown(html: str, markdown: str) -> None:
    """Each form of prose has one representation; other elements are left out."""
    assert html_to_markdown(html) == markdown


def test_a_line_has_no_markup() -> None:
    """Titles and decks are plain text, with entities decoded."""
    assert html_to_line("A &#8220;REST&#8221; <em>post</em>\n here") == "A “REST” post here"


_TEXT = st.text(st.sampled_from("ab *_`[]()#>-+1.\\!&<ü\n"), max_size=40)


@given(st.lists(_TEXT, min_size=1, max_size=4))
def test_words_survive_being_written_and_shown(texts: list[str]) -> None:
    """Readers see every sign of a text as on the page, and search finds its words."""
    html = "".join(f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>" for text in texts)
    written = html_to_markdown(html)
    wanted = " ".join(" ".join(texts).split())
    assert " ".join(plain_text(written).split()) == wanted
    shown = render_body(written, Highlighter(None, ["en"]), "en").html
    assert (
        " ".join("".join(map(str, fromstring(f"<div>{shown}</div>").itertext())).split()) == wanted
    )


SET = "Before:\n\n    One line\n      two & <three>\n    \\# four\\\n    five\n\nAfter\nit."


def test_preformatted_lines_stay_lines_on_the_page() -> None:
    """Verse keeps its lines and indents; other line ends within a paragraph are white space."""
    shown = str(render_body(SET, Highlighter(None, ["en"]), "en").html)
    assert "<p>One line<br />\n\u00a0\u00a0two &amp; &lt;three&gt;<br />" in shown
    assert "After\nit." in shown
    assert "<pre" not in shown
    quoted = str(render_body("> x\n>\n>     a\n>     b", Highlighter(None, ["en"]), "en").html)
    assert "a<br />\nb" in quoted
    assert "<br" not in str(
        render_body("    An indent.\nAnd more.", Highlighter(None, ["en"]), "en").html
    )


KINDS = [
    ("Tom &amp; Ida", True), ("The <i>heron</i> sat.", True), ("sat.</p><p>It flew.", True), ("a<br>b", True), ("<p>x", True),
    ("&#8220;x&#8221;", True), ("3 < 5 & 7 > 2", False), ("I <3 it", False), ("the <marquee> tag", False), ("AT&T; R&D", False),
    ("https://e.org/?a=1&copy=2", False), ("<a b c>", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_html"), KINDS)
def test_html_is_distinguished_from_plain_text(
    text: str, is_html: bool
) -> None:  # a value of the table
    """HTML is recognised by its elements and entities, not by signs of plain text."""
    assert looks_like_html(text) is is_html


def test_numeric_references_of_old_pages_are_read() -> None:
    """`&#146;` is an apostrophe, as in browsers; other control characters are dropped.

    A vertical tab or page break separates words.
    """
    old = "can&#146;t &#x93;go&#148;&#133; page&#12;break&#11;tab\x0bline\x1efile\x07 bell\uffff"
    assert html_to_markdown(f"<p>{old}</p>") == "can’t “go”… page break tab line file bell"
    assert html_to_line(old) == "can’t “go”… page break tab line file bell"
