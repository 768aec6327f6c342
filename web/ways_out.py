"""Where a search that found nothing may go, each way with the number of articles that it leads to."""

from collections.abc import Iterator
from dataclasses import dataclass

from search.engine import SearchEngine
from search.query import Match, SearchQuery
from web.present import chips, search_path

__all__ = ["WayOut", "ways_out"]

_MOST_FILTERS = 6
"""Filters that are tried one by one: each costs a count."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """Another search: what is changed, how many articles it finds, its address."""

    label: str
    total: int
    url: str


def ways_out(engine: SearchEngine, query: SearchQuery) -> list[WayOut]:
    """Return the searches near one without matches that have some, those that change least first."""
    found: list[WayOut] = []
    seen: set[str] = set()
    for label, other in _others(query):
        url = search_path(other)
        if url not in seen and (total := engine.count(other)):
            found.append(WayOut(label, total, url))
        seen.add(url)
    return found


def _others(query: SearchQuery) -> Iterator[tuple[str, SearchQuery]]:
    """Yield searches that ask for less."""
    for chip in chips(query)[:_MOST_FILTERS]:
        yield f"Without {chip.label}", chip.without
    if query.filters or query.first_day or query.last_day:
        yield "Without any filter", query.unfiltered()
    if len(query.text.split()) > 1 and query.match is not Match.ANY:
        yield "Any of the words, with these filters" if chips(query) else "Any of the words", query.matching(Match.ANY)
        yield "Any of the words, without filters", query.unfiltered().matching(Match.ANY)
