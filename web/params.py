"""URL parameters to a SearchQuery and back; nothing else knows their names."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from search.browsing import ValueOrder, ValuesAsked
from search.errors import DatelineError, InvalidQuery
from search.facets import FACETS, VALUE_FACETS
from search.periods import Period
from search.query import DEFAULT_FACET_SIZE, DEFAULT_SIZE, Filter, Match, SearchQuery, SortOrder

__all__ = [
    "PARAMETERS",
    "VALUES_PARAMETERS",
    "InvalidParameters",
    "Problem",
    "query_string",
    "quoted",
    "read_query",
    "read_size",
    "read_values_asked",
    "string_around",
    "url_pairs",
    "values_string",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one parameter."""

    parameter: str
    message: str


class InvalidParameters(DatelineError):
    """All that is wrong with a request's parameters."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


_SINGLE = (
    "q",
    "from",
    "to",
    "sort",
    "match",
    "page",
    "size",
    "cursor",
    "facet_size",
    "explain",
    "reprints",
    "spelling",
)
_FILTERS = {facet.name: (facet.name, False) for facet in FACETS} | {
    f"-{facet.name}": (facet.name, True) for facet in VALUE_FACETS
}
_SYNONYM = "-synonym"
PARAMETERS = (*_SINGLE, *_FILTERS, _SYNONYM)
"""All parameters of a search."""
_PLACES = {name: place for place, name in enumerate(("q", *_FILTERS, _SYNONYM, *_SINGLE[1:]))}
"""In what order they are written."""

VALUES_PARAMETERS = ("contains", "prefix", "order", "values_page")
"""Which values of a facet, and in what order, beside a search's."""
_LONGEST_NUMBER = 9
_Choice = TypeVar("_Choice", bound=StrEnum)


def read_query(pairs: Iterable[tuple[str, str]], *, strict: bool) -> SearchQuery:
    """Read a search from a URL's parameters; empty ones are as good as absent, unknown ones refused when `strict`.

    Raises:
        InvalidParameters: with every problem there is.

    """
    problems: list[Problem] = []
    pairs = list(pairs)
    single, filters = _sort_out(pairs, problems, strict=strict)
    without = tuple(dict.fromkeys(value for name, value in pairs if name == _SYNONYM and value))

    def read(name: str, convert: Callable[[str], Any], default: Any = None) -> Any:
        try:
            return convert(single[name]) if name in single else default
        except ValueError as error:
            problems.append(Problem(name, f"{name}={single[name][:60]}: {error}"))
            return default

    asked = {
        "first_day": read("from", _day),
        "last_day": read("to", _day),
        "sort": read("sort", _choice(SortOrder)),
        "match": read("match", _choice(Match), Match.AUTO),
        "page": read("page", _number, 1),
        "size": read("size", _number, DEFAULT_SIZE),
        "facet_size": read("facet_size", _number, DEFAULT_FACET_SIZE),
        "explain": read("explain", _one_of("0", "1"), default=False),
        "all_reprints": read("reprints", _one_of("grouped", "all"), default=False),
        "as_typed": read("spelling", _one_of("corrected", "typed"), default=False),
    }
    try:
        query = SearchQuery(
            text=single.get("q", ""), filters=filters, cursor=single.get("cursor"), without_synonyms=without, **asked
        )
    except InvalidQuery as error:
        problems.append(Problem(error.parameter, str(error)))
    if problems:
        raise InvalidParameters(problems)
    return query


def read_values_asked(pairs: Iterable[tuple[str, str]]) -> ValuesAsked:
    """Read which values of a facet are wanted; other parameters are a search's.

    Raises:
        InvalidParameters: one is unreadable or out of bounds.

    """
    given = {name: value for name, value in pairs if name in VALUES_PARAMETERS and value}
    reading = "values_page"
    try:
        page = _number(given.get("values_page", "1"))
        reading = "order"
        order = _choice(ValueOrder)(given.get("order", ValueOrder.COUNT))
        return ValuesAsked(given.get("contains", ""), given.get("prefix", ""), order, page)
    except InvalidQuery as error:
        raise InvalidParameters([Problem(error.parameter, str(error))]) from error
    except ValueError as error:
        raise InvalidParameters([Problem(reading, f"{reading}={given[reading][:60]}: {error}")]) from error


def values_string(query: SearchQuery, asked: ValuesAsked) -> str:
    """Write a search and the values wanted beside it as `?…`."""
    pairs = [*url_pairs(query), ("contains", asked.contains), ("prefix", asked.prefix)]
    if asked.order is not ValueOrder.COUNT:
        pairs.append(("order", asked.order))
    if asked.page > 1:
        pairs.append(("values_page", str(asked.page)))
    return _written(pairs)


def read_size(pairs: Iterable[tuple[str, str]], *, most: int, default: int, beside: tuple[str, ...] = ()) -> int:
    """Read the parameter `size` where there is no other but those `beside` it.

    Raises:
        InvalidParameters: there is another, or it is not from 1 to `most`.

    """
    problems: list[Problem] = []
    size = default
    for name, value in pairs:
        if name == "size":
            if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER and 1 <= int(value) <= most:
                size = int(value)
            else:
                problems.append(Problem(name, f"size={value[:60]}: it must be a whole number from 1 to {most}"))
        elif name not in beside:
            there = ", ".join((*beside, "size"))
            problems.append(Problem(name, f"there is no parameter {name!r} here; there are {there}"))
    if problems:
        raise InvalidParameters(problems)
    return size


def _sort_out(
    pairs: Iterable[tuple[str, str]], problems: list[Problem], *, strict: bool
) -> tuple[dict[str, str], tuple[Filter, ...]]:
    """Part the parameters that stand once from the filters."""
    single: dict[str, str] = {}
    filters: list[Filter] = []
    for name, value in pairs:
        if name not in PARAMETERS:
            if strict:
                problems.append(Problem(name, f"there is no parameter {name!r}; there are {', '.join(PARAMETERS)}"))
        elif not value or name == _SYNONYM:
            continue
        elif name in _FILTERS:
            facet, excluded = _FILTERS[name]
            if facet != "date" or _is_period(value, problems):
                filters.append(Filter(facet, value, excluded))
        elif single.setdefault(name, value) != value:
            problems.append(Problem(name, f"{name} is given twice; give it once"))
    return single, tuple(dict.fromkeys(filters))


def url_pairs(query: SearchQuery) -> list[tuple[str, str]]:
    """Write a search as parameters, in their fixed order; what is at its default is left out."""
    pairs: list[tuple[str, str]] = [("q", query.text)] if query.text else []
    if query.filters:
        for name, (facet, excluded) in _FILTERS.items():
            pairs += [(name, each.value) for each in query.filters if each.facet == facet and each.excluded == excluded]
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


def string_around(query: SearchQuery, name: str) -> tuple[str, str]:
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
@lru_cache(maxsize=16_384)
def quoted(value: str) -> str:
    """Return a value as it stands in an address."""
    return quote(value, safe="")


def _is_period(value: str, problems: list[Problem]) -> bool:
    try:
        Period.parse(value)
    except ValueError as error:
        problems.append(Problem("date", f"date: {error}"))
        return False
    return True


def _day(value: str) -> dt.date:
    try:
        if len(value) == len("2017-07-12"):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("it must be a day, written YYYY-MM-DD")


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER):
        raise ValueError("it must be a whole number")
    return int(value)


def _one_of(usual: str, other: str) -> Callable[[str], bool]:
    """Read a choice of two as whether it is the other one."""

    def choose(value: str) -> bool:
        if value not in (usual, other):
            raise ValueError(f"it must be one of {usual}, {other}")
        return value == other

    return choose


def _choice(choices: type[_Choice]) -> Callable[[str], _Choice]:
    def choose(value: str) -> _Choice:
        try:
            return choices(value)
        except ValueError:
            raise ValueError(f"it must be one of {', '.join(choices)}") from None

    return choose
