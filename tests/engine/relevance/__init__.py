"""Queries as readers type them, and the article that each should find near the top.

The cases are in the `.tsv` files here.

A test demands nearly all of them, `python -m benchmarks.ranking` counts them and names those that miss.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from search.index.protocols import SearchEngine
from search.model.query import SearchQuery
from search.model.results import SearchPage

__all__ = ["MIN_SHARE", "PLACES", "Case", "cases", "missed"]

MIN_SHARE = 0.97
PLACES = {"sample": 3, "reuters": 10}
"""The number of first hits in which the article must be; a small archive has few rivals."""


class Case(NamedTuple):
    """A query of some kind, and the article that it should find."""

    kind: str
    query: str
    wanted: str


def cases(archive: str) -> list[Case]:
    """Read the cases of an archive."""
    lines = Path(__file__).with_name(f"{archive}.tsv").read_text("utf-8").splitlines()
    return [Case(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def missed(engine: SearchEngine, archive: str, ids: dict[str, str]) -> Iterator[str]:
    """Yield the failures; `ids` maps the names of articles in cases to their ids."""
    for kind, query, wanted in cases(archive):
        page = engine.search(SearchQuery(text=query, size=100))
        place = _place(page, ids.get(wanted, wanted))
        if kind == "typos" and page.corrections and not page.corrected:
            # A text with matches is not corrected, so follow the correction offered above the results.
            place = _place(
                engine.search(SearchQuery(text=page.corrections[0].text, size=100)),
                ids.get(wanted, wanted),
            )
        if not 1 <= place <= PLACES[archive]:
            yield f"{kind}: {query} -> {wanted}, place {place or 'none'}"


def _place(page: SearchPage, wanted: str) -> int:
    found = [hit.article.id for hit in page.hits]
    return found.index(wanted) + 1 if wanted in found else 0
