"""URL parameters to a SearchQuery and back; nothing else knows their names."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from search.errors import InvalidQuery
from search.model.facets import DATE, FACETS, VALUE_FACETS
from search.model.query import (
    DEFAULT_FACET_SIZE,
    DEFAULT_SIZE,
    MAX_FACET_SIZE,
    MAX_FILTER_VALUES,
    MAX_PAGED_HITS,
    MAX_SIZE,
    MAX_TEXT_LENGTH,
    Filter,
    Match,
    SearchQuery,
    SortOrder,
)
from search.results.facet_values import MAX_PART_LENGTH, FacetValueQuery, ValueOrder
from web.params.declarations import (
    Allowance,
    InvalidParameters,
    Parameter,
    Problem,
    choice,
    day,
    period,
    read_parameters,
    text,
    whole,
)

__all__ = [
    "SEARCH_PARAMETERS",
    "VALUES_PARAMETERS",
    "query_string",
    "query_string_template",
    "quoted",
    "read_query",
    "read_values_asked",
    "url_pairs",
    "values_string",
]

_FILTERS = {facet.name: (facet.name, False) for facet in FACETS} | {
    f"-{facet.name}": (facet.name, True) for facet in VALUE_FACETS
}
_SYNONYM = "-synonym"
_FILTER_VALUES = Allowance(
    MAX_FILTER_VALUES, "filter values (facets, exclusions, dates and synonyms left out, together)"
)
_SHARED = f"At most {MAX_FILTER_VALUES} filter values in one request, of all facets, exclusions, dates and synonyms."


def _filter(name: str, facet: str, *, excluded: bool) -> Parameter:
    if facet == DATE.name:
        return period(
            name,
            f"Keep articles of a year, a month or a day; repeat for OR. {_SHARED}",
            _FILTER_VALUES,
        )
    if excluded:
        return _filter_value(name, f"Leave out articles with this {facet}; repeat for more.")
    return _filter_value(name, f"Keep articles with this {facet}; repeat for OR within it.")


def _filter_value(name: str, meaning: str) -> Parameter:
    return text(name, f"{meaning} {_SHARED}", repeated=True, allowance=_FILTER_VALUES)


_SEARCH = (
    text(
        "q",
        "The query, in the language of searching.",
        MAX_TEXT_LENGTH,
        examples=("harbour", '"salt lake"~3 -copper'),
    ),
    *(_filter(name, facet, excluded=excluded) for name, (facet, excluded) in _FILTERS.items()),
    _filter_value(
        _SYNONYM, "Do not search this synonym in addition to the words; repeat for more."
    ),
    day("from", "First day, inclusive."),
    day("to", "Last day, inclusive."),
    choice("sort", "The order; relevance is the default with `q`, newest without.", SortOrder),
    choice("match", "How many of the words must match.", Match, Match.AUTO),
    whole(
        "page",
        f"Counted from 1; pages reach the first {MAX_PAGED_HITS:,} matches.",
        most=MAX_PAGED_HITS,
        default=1,
    ),
    whole("size", "Hits a page.", most=MAX_SIZE, default=DEFAULT_SIZE),
    text(
        "cursor", "Instead of `page`: the token in `links.next`, to walk all matches, however many."
    ),
    whole(
        "facet_size", "Values listed per facet.", most=MAX_FACET_SIZE, default=DEFAULT_FACET_SIZE
    ),
    choice(
        "explain",
        "With 1 each hit has `score_parts`, what its score is the sum of.",
        {"0": False, "1": True},
        "0",
    ),
    choice(
        "reprints",
        "On the page, whether articles of one text stand under one or each by itself; `hits` hold all of them always.",
        {"grouped": False, "all": True},
        "grouped",
    ),
    choice(
        "spelling",
        "With typed the text is searched as it is, and no other spelling in its place.",
        {"corrected": False, "typed": True},
        "corrected",
    ),
)
SEARCH_PARAMETERS = {each.name: each for each in _SEARCH}
"""All parameters of a search, in the order in which they are written."""
_FIELDS = {
    "q": "text",
    "from": "first_day",
    "to": "last_day",
    "explain": "explain",
    "reprints": "all_reprints",
    "spelling": "as_typed",
    _SYNONYM: "without_synonyms",
} | {name: name for name in ("sort", "match", "page", "size", "cursor", "facet_size")}
"""What of a SearchQuery each is; the filters are one field together."""
_PLACES = {name: place for place, name in enumerate(SEARCH_PARAMETERS)}

_VALUES = (
    text(
        "contains",
        "Values with this somewhere in them; case and accents do not count.",
        MAX_PART_LENGTH,
    ),
    text("prefix", "Values that begin so; case and accents do not count.", MAX_PART_LENGTH),
    choice("order", "By count and then name, or by name.", ValueOrder, ValueOrder.COUNT),
    whole("values_page", "Counted from 1; a page has `facet_size` values.", default=1),
)
VALUES_PARAMETERS = SEARCH_PARAMETERS | {each.name: each for each in _VALUES}
"""Those of a facet's values: a search's, and which of the values are wanted."""


def read_query(pairs: Iterable[tuple[str, str]], *, strict: bool) -> SearchQuery:
    """Read a search from a URL's parameters; `strict` is as in `read_parameters`.

    Raises:
        InvalidParameters: with every problem there is.

    """
    return _query(*read_parameters(pairs, SEARCH_PARAMETERS, strict=strict))


def read_values_asked(
    pairs: Iterable[tuple[str, str]], *, strict: bool
) -> tuple[SearchQuery, FacetValueQuery]:
    """Read a search and which values of a facet are wanted over its matches.

    Raises:
        InvalidParameters: with every problem there is.

    """
    found, problems = read_parameters(pairs, VALUES_PARAMETERS, strict=strict)
    query = _query(found, problems)
    names = {"contains": "contains", "prefix": "prefix", "order": "order", "values_page": "page"}
    return query, FacetValueQuery(
        **{ours: found[name] for name, ours in names.items() if name in found}
    )


def _query(found: Mapping[str, Any], problems: list[Problem]) -> SearchQuery:
    filters = tuple(
        Filter(facet, value, excluded)
        for name, (facet, excluded) in _FILTERS.items()
        for value in found.get(name, ())
    )
    try:
        query = SearchQuery(
            filters=filters,
            **{_FIELDS[name]: value for name, value in found.items() if name in _FIELDS},
        )
    except InvalidQuery as error:
        problems.append(Problem(error.parameter, str(error)))
    if problems:
        raise InvalidParameters(problems)
    return query


def values_string(query: SearchQuery, asked: FacetValueQuery) -> str:
    """Write a search and the values wanted beside it as `?…`."""
    pairs = [*url_pairs(query), ("contains", asked.contains), ("prefix", asked.prefix)]
    if asked.order is not ValueOrder.COUNT:
        pairs.append(("order", asked.order))
    if asked.page > 1:
        pairs.append(("values_page", str(asked.page)))
    return _written(pairs)


def url_pairs(query: SearchQuery) -> list[tuple[str, str]]:
    """Write a search as parameters, in their fixed order; what is at its default is left out."""
    pairs: list[tuple[str, str]] = [("q", query.text)] if query.text else []
    if query.filters:
        for name, (facet, excluded) in _FILTERS.items():
            pairs += [
                (name, each.value)
                for each in query.filters
                if each.facet == facet and each.excluded == excluded
            ]
    pairs += [(_SYNONYM, also) for also in query.without_synonyms]
    optional: list[tuple[str, object, object]] = [
        ("from", query.first_day, None),
        ("to", query.last_day, None),
        ("sort", query.sort, None),
        ("match", query.match, Match.AUTO),
        ("page", query.page, 1),
        ("size", query.size, DEFAULT_SIZE),
        ("cursor", query.cursor, None),
        ("facet_size", query.facet_size, DEFAULT_FACET_SIZE),
        ("explain", int(query.explain), 0),
        ("reprints", "all" if query.all_reprints else "grouped", "grouped"),
        ("spelling", "typed" if query.as_typed else "corrected", "corrected"),
    ]
    return pairs + [(name, str(value)) for name, value, default in optional if value != default]


def query_string(query: SearchQuery) -> str:
    """Write a search as `?…`; "" when all of it is at its default."""
    return _written(url_pairs(query))


def query_string_template(query: SearchQuery, name: str) -> tuple[str, str]:
    """Write a search with one more value of a filter: what stands before that value, and what after it."""
    place = _PLACES[name]
    before: list[str] = []
    after: list[str] = []
    for each, value in url_pairs(query):
        (before if _PLACES[each] <= place else after).append(f"{each}={quoted(value)}")
    return "?" + "&".join((*before, f"{name}=")), "".join(f"&{each}" for each in after)


def _written(pairs: Iterable[tuple[str, str]]) -> str:
    written = "&".join(f"{name}={quoted(value)}" for name, value in pairs if value)
    return f"?{written}" if written else ""


# A page has a hundred links, and most of what stands in each stands in all.
@lru_cache(maxsize=4_096)
def quoted(value: str) -> str:
    """Return a value as it stands in an address."""
    return quote(value, safe="")
