"""A search as a reader saves it: without its page, its order and how its results are shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from search.model.query import SearchQuery
from web.params.query_strings import query_string
from web.params.reader import InvalidParameters
from web.params.search_params import SEARCH_PARAMETERS, read_query

__all__ = ["UnreadableSearch", "read_saved_search", "read_search_to_save", "saved_parameters"]

_NOT_SAVED = ("page", "size", "cursor", "facet_size", "explain", "reprints", "sort", "view")


@dataclass(frozen=True, slots=True)
class UnreadableSearch:
    """A saved search that this archive cannot answer, as it was saved.

    `unknown` has the names of its parameters that do not exist, as of a facet that was removed.
    """

    pairs: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def read_search_to_save(parameters: str) -> SearchQuery:
    """Read the parameters of a page's search, without those that are not saved.

    Raises:
        InvalidParameters: with every problem.

    """
    return read_query(_saved(parse_qsl(parameters)), strict=False)


def saved_parameters(query: SearchQuery) -> str:
    """Return a search as the parameters that are saved, always in the same order and spacing."""
    shown = SearchQuery(
        text=" ".join(query.text.split()),
        filters=query.filters,
        all_values=query.all_values,
        first_day=query.first_day,
        last_day=query.last_day,
        ids=query.ids,
        match=query.match,
        without_synonyms=query.without_synonyms,
        as_typed=query.as_typed,
    )
    return query_string(shown).removeprefix("?")


def read_saved_search(parameters: str) -> SearchQuery | UnreadableSearch:
    """Read a saved search. Its cookie can have any text, and may be older than the archive."""
    pairs = tuple(_saved(parse_qsl(parameters)))
    unknown = tuple(dict.fromkeys(name for name, _ in pairs if name not in SEARCH_PARAMETERS))
    if unknown:
        return UnreadableSearch(pairs, unknown)
    try:
        return read_query(pairs, strict=False)
    except InvalidParameters:
        return UnreadableSearch(pairs, ())


def _saved(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] not in _NOT_SAVED]
