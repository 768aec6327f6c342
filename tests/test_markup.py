"""Light Markdown to plain text, and to marked HTML."""

import pytest

from search.highlight import Marker
from search.language import parse
from search.markup import plain_text
from web.prose import render_body

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
    ("[a](javascript:x) [b](https://x.org)", "oil", 'a <a href="https://x.org" rel="noopener nofollow">b</a>'),
    ("<script>x</script> & <b>", "oil", "&lt;script&gt;x&lt;/script&gt; &amp; &lt;b&gt;"),
    ("crude **oil** price", '"crude oil"', "<mark>crude </mark><strong><mark>oil</mark></strong> price"),
    ("![the oil](x.png)", "oil", "the <mark>oil</mark>"),
    ("    indented oil", "oil", "<p>indented <mark>oil</mark></p>"),
    ("# Head", "oil", "<h2>Head</h2>"),
]


@pytest.mark.parametrize(("body", "text", "html"), RENDERED)
def test_a_body_is_safe_and_marked(body: str, text: str, html: str) -> None:
    """Whatever a body holds, a page shows it as text, links only the web, and marks over the borders of emphasis."""
    assert html in render_body(body, Marker(parse(text), ["en"]), "en")


def test_fragments_escape_everything_but_their_marks() -> None:
    """Highlights are safe to put into any page."""
    marker = Marker(parse("oil"), ["en"])
    assert marker.fragments('<b>"oil"</b> & more', "en") == (
        "&lt;b&gt;&quot;<mark>oil</mark>&quot;&lt;/b&gt; &amp; more",
    )


def test_fragments_choose_where_the_words_are_together() -> None:
    """The best piece of a long body is the one with most of the query in it."""
    text = "Oil here. " + "Nothing at all to see. " * 40 + "The crude oil price fell. " + "Nothing again. " * 40
    first = Marker(parse("crude oil price"), ["en"]).fragments(text, "en")
    assert any("<mark>crude</mark> <mark>oil</mark> <mark>price</mark>" in fragment for fragment in first)
    assert all(fragment.count(" ") < 60 for fragment in first)
