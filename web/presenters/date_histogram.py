"""Matches over time as bars: years, the months of a chosen year, or the days of a chosen month."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from search.model.facets import DATE
from search.model.results import FacetValue, SearchPage
from web.mount_path import mounted
from web.urls import facet_value_urls

__all__ = ["Bar", "histogram"]

_MAX_HEIGHT = 20.0
_MIN_HEIGHT = 0.6
"""Height of the lowest bar with matches, so that it can be seen and clicked."""
_MAX_BARS = 150
_LEVELS = ("day", "month", "year")
_LEVEL_OF = {len("2017"): "year", len("2017-07"): "month", len("2017-07-12"): "day"}
"""The level of a period by its length."""
_MONTHS_PER_YEAR = 12


class Bar(NamedTuple):
    """One year, month or day, named as in the date facet; `height` is from 0 to 20.

    A period without matches has no `url`.
    """

    name: str
    place: int
    matches: int
    height: float
    url: str | None
    selected: bool


def histogram(page: SearchPage) -> list[Bar]:
    """Return the bars of the finest level that the date facet lists, oldest first, with gaps.

    Return no bars if there were too many, or if the search takes no more filters and has no period
    that a bar could replace.
    """
    if page.query.is_full and not page.query.selected(DATE.name):
        return []
    values = next((result.values for result in page.facets if result.facet is DATE), ())
    by_level: dict[str, dict[str, FacetValue]] = {}
    for value in values:
        by_level.setdefault(_LEVEL_OF[len(value.value)], {})[value.value] = value
    level = next((level for level in _LEVELS if len(by_level.get(level, ())) > 1), "")
    if not level:
        return []
    listed = by_level[level]
    names = list(_between(level, min(listed), max(listed)))
    if len(names) > _MAX_BARS:
        return []
    highest = max(value.count for value in listed.values()) or 1
    urls = facet_value_urls(page.query, DATE.name)
    bars: list[Bar] = []
    for place, name in enumerate(names):
        value = listed.get(name, FacetValue(name, 0))
        height = max(_MIN_HEIGHT, _MAX_HEIGHT * value.count / highest) if value.count else 0.0
        url = mounted(f"/{urls.only(name)}") if value.count else None
        bars.append(Bar(name, place, value.count, round(height, 2), url, value.selected))
    return bars


def _between(level: str, first: str, last: str) -> Iterator[str]:
    """Yield the names of all periods from one to another."""
    if level == "year":
        yield from (f"{year:04}" for year in range(int(first), int(last) + 1))
    elif level == "month":
        month, end = (
            int(name[:4]) * _MONTHS_PER_YEAR + int(name[5:]) - 1 for name in (first, last)
        )
        for number in range(month, end + 1):
            yield f"{number // _MONTHS_PER_YEAR:04}-{number % _MONTHS_PER_YEAR + 1:02}"
    else:
        day, last_day = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        for number in range((last_day - day).days + 1):
            yield (day + dt.timedelta(days=number)).isoformat()
