"""Light Markdown to plain text and to highlighted HTML."""

import re

import pytest

from search.analysis.plain_text import plain_text
from search.query.parser import parse
from search.results.highlighting.highlighter import Highlighter
from web.presenters.article_body import render_body

PLAIN = [
    ("*a **b** c*", "a b c"),
    ("[text](http://x.org/a_(b)) end", "text end"),
    ("![alt](i.png)", "alt"),
    ("[![alt](i.png)](http://x.org)", "alt"),
    ("# Head\n\n> quote\n\n- item\n\n* * *", "Head\n\nquote\n\nitem"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    (r"\#Web", "#Web"),
]


@pytest.mark.parametrize(("body", "plain"), PLAIN)
def test_markup_is_removed_and_words_stay(body: str, plain: str) -> None:
    """Snippets contain prose only, and addresses are not indexed as words."""
    assert plain_text(body).strip() == plain


RENDERED = [
    (
        "[a](javascript:x) [b](https://x.org)",
        "oil",
        'a <a href="https://x.org" rel="noopener nofollow">b</a>',
    ),
    ("<script>x</script> & <b>", "oil", "&lt;script&gt;x&lt;/script&gt; &amp; &lt;b&gt;"),
    (
        "crude **oil** price",
        '"crude oil"',
        "<mark>crude </mark><strong><mark>oil</mark></strong> price",
    ),
    ("![the oil](x.png)", "oil", "the <mark>oil</mark>"),
    ("    indented oil", "oil", "<p>indented <mark>oil</mark></p>"),
    ("# Head", "oil", "<h2>Head</h2>"),
]


@pytest.mark.parametrize(("body", "text", "html"), RENDERED)
def test_a_body_is_safe_and_highlighted(body: str, text: str, html: str) -> None:
    """A page escapes HTML, links only to the web, and highlights across emphasis."""
    hops = re.compile(r'<span class="hops">.*?</span>| id="hit-\d+"')
    assert html in hops.sub("", render_body(body, Highlighter(parse(text), ["en"]), "en").html)


def test_highlights_link_to_each_other() -> None:
    """Highlights are numbered and linked in a circle, never by a link inside a link."""
    body = "The oil price.\n\nMore [oil *and* oil](https://x.org) and **o**il."
    article_body = render_body(body, Highlighter(parse("oil"), ["en"]), "en")
    assert article_body.marks == 4
    assert re.findall(r'id="(hit-\d)"', article_body.html) == ["hit-1", "hit-2", "hit-3", "hit-4"]
    assert re.findall(r'href="#(hit-\d)"', article_body.html) == [
        f"hit-{number}" for pair in ((4, 2), (1, 3), (2, 4), (3, 1)) for number in pair
    ]
    assert not re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", article_body.html)
    assert "hops" not in render_body("One oil.", Highlighter(parse("oil"), ["en"]), "en").html


def test_fragments_escape_everything_except_highlights() -> None:
    """Highlights are safe to embed in any page."""
    highlighter = Highlighter(parse("oil"), ["en"])
    assert highlighter.fragments('<b>"oil"</b> & more', "en") == (
        "&lt;b&gt;&quot;<mark>oil</mark>&quot;&lt;/b&gt; &amp; more",
    )


def test_fragments_prefer_passages_with_all_words() -> None:
    """The best fragment of a long body contains most words of the query."""
    text = (
        "Oil here. "
        + "Nothing at all to see. " * 40
        + "The crude oil price fell. "
        + "Nothing again. " * 40
    )
    fragments = Highlighter(parse("crude oil price"), ["en"]).fragments(text, "en")
    assert any(
        "<mark>crude</mark> <mark>oil</mark> <mark>price</mark>" in fragment
        for fragment in fragments
    )
    assert all(fragment.count(" ") < 60 for fragment in fragments)
