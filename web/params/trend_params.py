"""The parameters of trends: up to five texts over time, under the same filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from search.errors import InvalidQuery
from search.model.query import MAX_TEXT_LENGTH, SearchQuery
from search.model.timeline import Level
from search.model.trends import MAX_SERIES, MAX_TREND_PERIODS
from web.params.declarations import (
    Allowance,
    Parameter,
    UnreadableValue,
    choice,
    read_attributes,
    write_pairs,
)
from web.params.filter_params import EXCLUDED_SYNONYM, FILTER_PARAMETERS
from web.params.reader import InvalidParameters, Problem, read_parameters
from web.params.search_params import SEARCH_PARAMETERS

__all__ = [
    "TRENDS_PARAMETERS",
    "TrendScale",
    "TrendsRequest",
    "read_trends",
    "read_trends_download",
    "trends_pairs",
]

_TEXT = "s"
_LEVELS: dict[str, Level] = {"year": "year", "month": "month", "day": "day"}


def _words(value: str) -> str:
    if len(value) > MAX_TEXT_LENGTH:
        raise UnreadableValue(
            f"it has {len(value):,} characters; {MAX_TEXT_LENGTH:,} are the most", MAX_TEXT_LENGTH
        )
    return value.strip()


class TrendScale(StrEnum):
    """The scale of a drawing: matches, their share of all articles, or percent of the peak."""

    NUMBER = "number"
    SHARE = "share"
    INDEX = "index"


_TEXTS = Parameter(
    name=_TEXT,
    meaning="A text in the query language, searched without synonyms and with its spelling as "
    f"typed; an empty one is all articles. Repeat for more, at most {MAX_SERIES}.",
    # An empty text is a value of its own, which a lowest length of 0 declares.
    schema={"type": "string", "minLength": 0, "maxLength": MAX_TEXT_LENGTH},
    attribute="texts",
    read=_words,
    repeated=True,
    examples=("harbour", 'region:"Europe"'),
    allowance=Allowance(MAX_SERIES, "series"),
    required=True,
)
_BY = choice(
    "by",
    "The periods. Without it the finest of at most 60 periods from the first article that the "
    f"filters keep to the last; at most {MAX_TREND_PERIODS:,} periods.",
    _LEVELS,
)
_SCALE = choice("as", "The scale of the drawing.", TrendScale, TrendScale.NUMBER, attribute="scale")
_SYNONYMS = (EXCLUDED_SYNONYM, f"not_{EXCLUDED_SYNONYM.removeprefix('-')}")
_FILTERS = {
    name: SEARCH_PARAMETERS[name]
    for name in (
        *(parameter.name for parameter in FILTER_PARAMETERS if parameter.name not in _SYNONYMS),
        "from",
        "to",
        "id",
        "match",
    )
}
"""The parameters of a search that all series share; none has synonyms, so none is left out."""
TRENDS_PARAMETERS: dict[str, Parameter] = {_TEXT: _TEXTS} | _FILTERS | {_BY.name: _BY}
"""All parameters of the API and of downloads, in the order in which URLs have them."""
_PAGE_PARAMETERS = TRENDS_PARAMETERS | {_SCALE.name: _SCALE}
_LENIENT = (_TEXT, _BY.name, _SCALE.name)
"""Parameters whose problems a page reports next to what it can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsRequest:
    """Texts over time, under the filters and days of a search.

    `by` is None for the default level. `problems` are those of a page's address that leave
    something to show: a wrong level, texts that are too long or too many.
    """

    texts: tuple[str, ...]
    filters: SearchQuery
    by: Level | None = None
    scale: TrendScale = TrendScale.NUMBER
    problems: tuple[Problem, ...] = ()

    @property
    def queries(self) -> tuple[SearchQuery, ...]:
        """The search of each text."""
        return tuple(self.filters.with_text(each) for each in self.texts)


def read_trends(pairs: Iterable[tuple[str, str]], *, strict: bool) -> TrendsRequest:
    """Read the parameters of the API if `strict`, otherwise those of a page.

    A page may be without a text. Empty texts at the end of its address are the empty fields of a
    form, unless there are no others.

    Raises:
        InvalidParameters: with every problem; of a page only those of its filters.

    """
    pairs = list(pairs)
    given = [value for name, value in pairs if name == _TEXT]
    texts, problems = _read_texts(given if strict else _without_empty_fields(given))
    declared = TRENDS_PARAMETERS if strict else _PAGE_PARAMETERS
    others = {name: each for name, each in declared.items() if name != _TEXT}
    values, found = read_parameters(
        [(name, value) for name, value in pairs if name != _TEXT], others, strict=strict
    )
    problems += found
    if strict and not given:
        problems.append(
            Problem(
                _TEXT,
                f"{_TEXT} is missing; give 1 to {MAX_SERIES} texts, as {_TEXT}=harbour; an empty "
                "one is all articles",
            )
        )
    filters = _filters(values, problems)
    if problems and (strict or any(each.parameter not in _LENIENT for each in problems)):
        raise InvalidParameters(problems)
    return TrendsRequest(
        texts=texts,
        filters=filters,
        by=values.get(_BY.name),
        scale=values.get(_SCALE.name, TrendScale.NUMBER),
        problems=tuple(problems),
    )


def read_trends_download(pairs: Iterable[tuple[str, str]]) -> TrendsRequest:
    """Read the parameters of a download; unknown ones and empty ones are ignored.

    Raises:
        InvalidParameters: with every problem.

    """
    known = [
        (name, value)
        for name, value in pairs
        if name in TRENDS_PARAMETERS and (value or name == _TEXT)
    ]
    return read_trends(known, strict=True)


def trends_pairs(request: TrendsRequest) -> list[tuple[str, str]]:
    """Return the parameters of trends that are not at their default, in their fixed order."""
    return [
        *((_TEXT, each) for each in request.texts),
        *write_pairs(request.filters, _FILTERS.values()),
        *write_pairs(request, (_BY, _SCALE)),
    ]


def _without_empty_fields(texts: Sequence[str]) -> Sequence[str]:
    end = len(texts)
    while end > 1 and not texts[end - 1].strip():
        end -= 1
    return texts[:end]


def _read_texts(given: Sequence[str]) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the different texts, and the problems of others: too long, or beyond the limit."""
    fitting = [(_TEXT, each) for each in given if len(each) <= MAX_TEXT_LENGTH]
    too_long = [(_TEXT, each) for each in given if len(each) > MAX_TEXT_LENGTH]
    # The reader skips what follows a problem, so texts that are too long are read by themselves.
    values, problems = read_parameters(fitting, {_TEXT: _TEXTS}, strict=True)
    _, others = read_parameters(too_long, {_TEXT: _TEXTS}, strict=True)
    return values.get(_TEXT, ()), [*problems, *others]


def _filters(values: dict[str, Any], problems: list[Problem]) -> SearchQuery:
    """Return the filters, which are checked where no problem was found before."""
    try:
        return SearchQuery(**read_attributes(values, _FILTERS.values()))
    except InvalidQuery as error:
        problems.append(Problem(error.parameter, str(error)))
        return SearchQuery()
