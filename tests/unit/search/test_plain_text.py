"""Light Markdown to plain text, and to marked HTML."""

import re

import pytest

from search.analysis.plain_text import plain_text
from search.query.parser import parse
from search.results.highlighter import Highlighter
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
def test_marks_go_and_words_stay(body: str, plain: str) -> None:
    """Snippets show prose, and addresses are not searched as words."""
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
def test_a_body_is_safe_and_marked(body: str, text: str, html: str) -> None:
    """Whatever a body holds, a page shows it as text, links only the web, and marks over the borders of emphasis."""
    hops = re.compile(r'<span class="hops">.*?</span>| id="hit-\d+"')
    assert html in hops.sub("", render_body(body, Highlighter(parse(text), ["en"]), "en").html)


def test_every_mark_is_gone_to_and_leads_on() -> None:
    """Marks are numbered through the body and lead to each other, round and round, never by a link in a link."""
    body = "The oil price.\n\nMore [oil *and* oil](https://x.org) and **o**il."
    prose = render_body(body, Highlighter(parse("oil"), ["en"]), "en")
    assert prose.marks == 4
    assert re.findall(r'id="(hit-\d)"', prose.html) == ["hit-1", "hit-2", "hit-3", "hit-4"]
    assert re.findall(r'href="#(hit-\d)"', prose.html) == [
        f"hit-{each}" for pair in ((4, 2), (1, 3), (2, 4), (3, 1)) for each in pair
    ]
    assert not re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", prose.html)
    assert "hops" not in render_body("One oil.", Highlighter(parse("oil"), ["en"]), "en").html


def test_fragments_escape_everything_but_their_marks() -> None:
    """Highlights are safe to put into any page."""
    marker = Highlighter(parse("oil"), ["en"])
    assert marker.fragments('<b>"oil"</b> & more', "en") == (
        "&lt;b&gt;&quot;<mark>oil</mark>&quot;&lt;/b&gt; &amp; more",
    )


def test_fragments_choose_where_the_words_are_together() -> None:
    """The best piece of a long body is the one with most of the query in it."""
    text = (
        "Oil here. "
        + "Nothing at all to see. " * 40
        + "The crude oil price fell. "
        + "Nothing again. " * 40
    )
    first = Highlighter(parse("crude oil price"), ["en"]).fragments(text, "en")
    assert any(
        "<mark>crude</mark> <mark>oil</mark> <mark>price</mark>" in fragment for fragment in first
    )
    assert all(fragment.count(" ") < 60 for fragment in first)
