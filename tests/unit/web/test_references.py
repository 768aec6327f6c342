"""Entries of bibliographies, and citations within pages."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.conftest import article
from web.presenters.citations import STYLES, context_object, highwire_tags

ADDRESS = "https://news.example/articles/a1"
PEOPLE = [f"Anna {name}" for name in ("Moss", "Reed", "Fern", "Heath", "Birch", "Alder", "Rowan")]


def entry(style: str, **values: Any) -> str:
    made = article(published="1987-03-05", title="Output below ceiling", **values)
    return STYLES[style](made, ADDRESS, "Dateline").text


@pytest.mark.parametrize(
    ("style", "authors", "expected"),
    [
        ("chicago", ["Judith Moss"], "Moss, Judith. “Output below ceiling.” Reuters, March 5, 1987. {}."),
        ("chicago", [], "Reuters. “Output below ceiling.” March 5, 1987. {}."),
        ("chicago", PEOPLE[:2], "Moss, Anna, and Anna Reed. “Output below ceiling.” Reuters, March 5, 1987. {}."),
        ("chicago", PEOPLE, "Moss, Anna, Anna Reed, Anna Fern, et al. “Output below ceiling.” Reuters, March 5, 1987. {}."),
        ("apa", ["Judith A. Moss"], "Moss, J. A. (1987, March 5). Output below ceiling. Reuters. {}"),
        ("apa", ["Jean-Paul Moss"], "Moss, J.-P. (1987, March 5). Output below ceiling. Reuters. {}"),
        ("apa", PEOPLE[:3], "Moss, A., Reed, A., & Fern, A. (1987, March 5). Output below ceiling. Reuters. {}"),
        ("apa", [], "Output below ceiling. (1987, March 5). Reuters. {}"),
        ("mla", ["Judith Moss"], "Moss, Judith. “Output below ceiling.” Reuters, 5 Mar. 1987, {}."),
        ("mla", PEOPLE[:2], "Moss, Anna, and Anna Reed. “Output below ceiling.” Reuters, 5 Mar. 1987, {}."),
        ("mla", PEOPLE[:3], "Moss, Anna, et al. “Output below ceiling.” Reuters, 5 Mar. 1987, {}."),
        ("mla", [], "“Output below ceiling.” Reuters, 5 Mar. 1987, {}."),
    ],
)  # fmt: skip
def test_styles(style: str, authors: list[str], expected: str) -> None:
    """Names, dates and punctuation follow the handbooks."""
    written = entry(style, authors=tuple(authors), source="Reuters")
    assert written == expected.format(ADDRESS)


def test_organisations_are_not_turned_round() -> None:
    """An author that is no person is printed as it stands."""
    assert entry("mla", authors=("Energy Desk",)).startswith("Energy Desk. “")
    assert entry("apa", authors=("Energy Desk",)).startswith("Energy Desk. (1987")


def test_the_site_is_the_publication_of_its_own_articles() -> None:
    """An article without a source appeared in the archive."""
    reference = STYLES["chicago"](article(), ADDRESS, "The Dateline")
    assert reference.publication == "The Dateline"


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("Who pays?", "“Who pays?”"),
        ("He said “no” today", "“He said ‘no’ today.”"),
        ('"Yes" and "no"', "“‘Yes’ and ‘no’.”"),
        ("Line\x0bend", "“Line end.”"),
    ],
)
def test_titles_in_quotation_marks(title: str, quoted: str) -> None:
    """A title has one full stop at most, and single quotation marks within."""
    made = article(title=title, published="1987-03-05")
    assert quoted in STYLES["mla"](made, ADDRESS, "Dateline").text


def test_results_carry_context_objects() -> None:
    """Reference managers read title, authors, date, publication and address of a result."""
    made = article(title="A & B", authors=("Judith Moss", "Energy Desk"), source="Reuters")
    read = parse_qs(context_object(made, ADDRESS, "Dateline"))
    assert read["rft.atitle"] == ["A & B"]
    assert (read["rft.aulast"], read["rft.aufirst"]) == (["Moss"], ["Judith"])
    assert read["rft.au"] == ["Energy Desk"]
    assert (read["rft.date"], read["rft.jtitle"]) == (["2020-01-01"], ["Reuters"])
    assert read["rft_id"] == [ADDRESS]


def test_articles_carry_highwire_tags() -> None:
    """An article's page has a `citation_*` element for each fact and for each author."""
    made = article(authors=("Judith Moss", "Ann Reed"), published="1987-03-05T10:00:00")
    tags = highwire_tags(made, ADDRESS, "Dateline")
    assert [content for name, content in tags if name == "citation_author"] == [
        "Judith Moss",
        "Ann Reed",
    ]
    assert ("citation_publication_date", "1987/03/05") in tags
    assert ("citation_journal_title", "Dateline") in tags
    assert ("citation_public_url", ADDRESS) in tags
