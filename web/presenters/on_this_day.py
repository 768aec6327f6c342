"""Articles of former years on today's day, for the home page."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from search.model.facets import DATE
from search.model.query import MAX_FILTER_VALUES, MAX_SIZE, Filter, SearchQuery
from search.model.results import FacetResult, Hit, HitWindow
from web.urls import article_path, search_path

__all__ = ["FormerDays", "OnThisDay", "former_days", "on_this_day"]

_MAX_TITLES = 3
_LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True)
class FormerDays:
    """The same day of former years, as a search for their articles, newest first.

    `since` is the earliest of these years if the archive has more than a search can name, else 0.
    """

    day: dt.date
    query: SearchQuery
    since: int


class OnThisDay(NamedTuple):
    """The articles of a day in former years, with a few titles by year.

    `url` leads to all of them, whose number is `total`.
    """

    day: str
    total: int
    url: str
    since: int
    titles: tuple[tuple[int, Hit, str], ...]


def former_days(day: dt.date, dates: FacetResult) -> FormerDays | None:
    """Return the same day of the former years that an archive has articles of, None without one.

    Of more years than a search takes filter values, these are the newest. `dates` is the date facet
    of all articles.
    """
    years = sorted(
        (int(value.value) for value in dates.values if value.value.isdigit()), reverse=True
    )
    is_leap_day = (day.month, day.day) == _LEAP_DAY
    former = [
        year for year in years if year < day.year and (calendar.isleap(year) or not is_leap_day)
    ]
    if not former:
        return None
    named = former[:MAX_FILTER_VALUES]
    filters = tuple(Filter(DATE.name, day.replace(year=year).isoformat()) for year in named)
    since = named[-1] if len(named) < len(former) else 0
    return FormerDays(day, SearchQuery(filters=filters, size=MAX_SIZE), since)


def on_this_day(days: FormerDays, found: HitWindow) -> OnThisDay | None:
    """Return a few titles of different years, newest first, None without an article."""
    if not found.total:
        return None
    return OnThisDay(
        days.day.isoformat(),
        found.total,
        search_path(SearchQuery(filters=days.query.filters)),
        days.since,
        tuple(_titles(found)),
    )


def _titles(found: HitWindow) -> Iterator[tuple[int, Hit, str]]:
    """Yield the first article of each of the newest years, and if these are few, further ones."""
    by_year: dict[str, Hit] = {}
    for hit in found.hits:
        by_year.setdefault(hit.article.published[:4], hit)
    chosen = list(by_year.values())[:_MAX_TITLES]
    others = [hit for hit in found.hits if hit not in chosen]
    shown = {hit.article.id for hit in (*chosen, *others[: _MAX_TITLES - len(chosen)])}
    for hit in found.hits:
        if hit.article.id in shown:
            yield int(hit.article.published[:4]), hit, article_path(hit.article.id)
