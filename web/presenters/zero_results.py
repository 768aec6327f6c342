"""Where a search that found little or nothing may go, each way with the number of articles that it leads to."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from search.index.protocols import SearchEngine
from search.model.query import Match, SearchQuery
from web.presenters.search_page import Chip, chips
from web.urls import search_path

__all__ = ["FEW", "Relaxation", "RelaxationKind", "relaxations"]

FEW = 3
"""Matches up to which ways to more are offered."""
_MAX_FILTERS = 6
"""Filters that are tried one by one: each costs a count."""


class RelaxationKind(StrEnum):
    """What another search does not ask for."""

    ONE_FILTER = "one filter"
    FILTERS = "filters"
    ALL_WORDS = "all words"
    ALL_WORDS_AND_FILTERS = "all words and filters"


_BROAD = (RelaxationKind.FILTERS, RelaxationKind.ALL_WORDS_AND_FILTERS)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Another search: what is changed, how many articles it finds, its address; `chip` is the one filter that it lacks."""

    change: RelaxationKind
    total: int
    url: str
    chip: Chip | None = None


def relaxations(engine: SearchEngine, query: SearchQuery, total: int) -> list[Relaxation]:
    """Return the searches near one of `total` matches that have more, those that change least first."""
    found: list[Relaxation] = []
    seen: set[str] = set()
    for change, other, chip in _others(query):
        url = search_path(other)
        if url in seen:
            continue
        seen.add(url)
        more = engine.count(other)
        # What gives up all that others give up one by one must find more than each of these.
        least = max((way.total for way in found), default=total) if change in _BROAD else total
        if more > least:
            found.append(Relaxation(change, more, url, chip))
    return found


def _others(query: SearchQuery) -> Iterator[tuple[RelaxationKind, SearchQuery, Chip | None]]:
    """Yield searches that ask for less."""
    filters = chips(query)
    for chip in filters[:_MAX_FILTERS]:
        yield RelaxationKind.ONE_FILTER, chip.without, chip
    if len(filters) > 1:
        yield RelaxationKind.FILTERS, query.unfiltered(), None
    if len(query.text.split()) > 1 and query.match is not Match.ANY:
        yield RelaxationKind.ALL_WORDS, query.matching(Match.ANY), None
        if filters:
            yield RelaxationKind.ALL_WORDS_AND_FILTERS, query.unfiltered().matching(Match.ANY), None
