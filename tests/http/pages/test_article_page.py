"""The article's page: who wrote it, its reprints, and the way on."""

import re
from typing import Any

import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build

TEXT = " ".join(f"Correspondent number{n} described considerable turbulence." for n in range(40))


def _part(html: str, class_name: str) -> str:
    """Return the text of the first paragraph or navigation of a class, without elements."""
    found = re.search(f'<(p|nav) class="{class_name}"[^>]*>(.*?)</\\1>', html, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", found[2]).split()) if found else ""


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"byline": "Judith Matloff", "source": "Reuters"},
            "By Judith Matloff Reuters 5 March 1987",
        ),
        (
            {"source": "Reuters", "source_published": "1987-03-05"},
            "Reuters 5 March 1987",
        ),
        (
            {"authors": ["Ana Bell"], "source": "Reuters", "source_published": "1987-03-04"},
            "By Ana Bell Reuters , 4 March 1987 In this archive since 5 March 1987",
        ),
        ({}, "5 March 1987"),
    ],
)
def test_the_by_line_is_one_line(
    store: GenerationStore, app_of: AppOf, fields: dict[str, Any], expected: str
) -> None:
    """It has a second date only if it differs, and the source is named once more at the end at most."""
    build(store, [article(1, published="1987-03-05T10:00:00", **fields)])
    html = app_of().test_client().get("/articles/a1").text
    assert _part(html, "attribution") == expected
    shown = re.sub(r'<p class="citation".*?</p>', "", html.partition("<main")[2], flags=re.DOTALL)
    assert re.sub("<[^>]+>", " ", shown).count("Reuters") == (2 if "source" in fields else 0)


def test_reprints_are_named_and_not_related(store: GenerationStore, app_of: AppOf) -> None:
    """The same text elsewhere is under the by-line, with the search, and not a related article."""
    build(
        store,
        [
            article(1, title="Turbulence", body=TEXT, source="Reuters", published="1987-03-03"),
            article(2, title="Turbulence", body=TEXT, source="Gazette", published="1987-03-04"),
            article(
                3,
                title="Turbulence again",
                body=TEXT,
                published="2001-01-01",
                source="Wire",
                source_published="1987-03-05",
            ),
            article(4, title="Turbulence", body="Considerable turbulence, Correspondent number1."),
            *(article(number, body=f"Ordinary words of day {number}.") for number in range(5, 40)),
        ],
    )
    html = app_of().test_client().get("/articles/a1?q=turbulence").text
    assert _part(html, "reprints") == (
        "The same text also appeared: Gazette , 4 March 1987 · Wire , 5 March 1987 · What differs"
    )
    assert 'href="/articles/a2?q=turbulence"' in html
    related = html.partition('class="related"')[2]
    assert re.findall('href="/articles/(a[0-9])"', related) == ["a4"]
    alone = app_of().test_client().get("/articles/a4").text
    assert 'class="reprints"' not in alone


def test_a_related_text_is_listed_once(store: GenerationStore, app_of: AppOf) -> None:
    """Two copies of another text are one related article; two texts of one title are two."""
    build(
        store,
        [
            article(1, title="Turbulence", body="Considerable turbulence, Correspondent number1."),
            article(2, title="Turbulence described", body=TEXT),
            article(3, title="Turbulence described", body=TEXT),
            article(4, title="Turbulence described", body="Considerable turbulence, number1."),
            *(article(number, body=f"Ordinary words of day {number}.") for number in range(5, 40)),
        ],
    )
    html = app_of().test_client().get("/articles/a1").text
    related = re.findall('href="/articles/(a[0-9])"', html.partition('class="related"')[2])
    assert len(related) == 2
    assert "a4" in related


def test_the_end_leads_on_by_titles(store: GenerationStore, app_of: AppOf) -> None:
    """After the text come the previous and the next article by their titles, once each."""
    build(
        store,
        [
            article(number, title=f"Harbour <{number}>", published=f"2020-01-{31 - number:02}")
            for number in (1, 2, 3)
        ],
    )
    client = app_of().test_client()
    middle = client.get("/articles/a2?q=harbour&sort=newest").text
    end = middle.partition("</article>")[2]
    assert _part(end, "turn") == "Previous Harbour &lt;1&gt; Next Harbour &lt;3&gt;"
    first = client.get("/articles/a1?q=harbour&sort=newest").text
    assert _part(first, "turn") == "Next Harbour &lt;2&gt;"
    assert 'class="turn"' not in client.get("/articles/a2").text
