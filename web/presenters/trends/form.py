"""The form of searches over time, and the addresses of the page with one thing changed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.model.trends import MAX_SERIES
from web.chronicle_urls import trends_path
from web.params.trend_params import TrendScale, TrendsRequest
from web.presenters.chips import Chip, chips, kept_pairs

__all__ = ["FormRow", "TrendsForm", "trends_form"]

_LEVELS = ("", "year", "month", "day")


class FormRow(NamedTuple):
    """A field for a text; `remove_url` is the page without it, "" for an empty field."""

    number: int
    text: str
    remove_url: str


class Choice(NamedTuple):
    """A value of a group of radio buttons."""

    value: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TrendsForm:
    """The fields, the filters that all series share, and those that no field of the form has.

    `levels` begin with "", which is the finest one that suits the time. Each filter has the page
    without it.
    """

    rows: Sequence[FormRow]
    levels: Sequence[Choice]
    scales: Sequence[Choice]
    filters: Sequence[tuple[Chip, str]]
    kept: Sequence[tuple[str, str]]
    first_day: dt.date | None
    last_day: dt.date | None


def trends_form(requested: TrendsRequest) -> TrendsForm:
    """Return the form with the texts that were read, and empty fields after them."""
    texts = tuple(filter(None, requested.texts))
    rows = [
        FormRow(
            number,
            text,
            trends_path(
                texts[: number - 1] + texts[number:],
                requested.filters,
                by=requested.by,
                scale=requested.scale,
            ),
        )
        for number, text in enumerate(texts, 1)
    ]
    return TrendsForm(
        rows=[*rows, *(FormRow(number, "", "") for number in range(len(rows) + 1, MAX_SERIES + 1))],
        levels=[Choice(level, level == (requested.by or "")) for level in _LEVELS],
        scales=[Choice(scale, scale == requested.scale) for scale in TrendScale],
        filters=[
            (chip, trends_path(texts, chip.without, by=requested.by, scale=requested.scale))
            for chip in chips(requested.filters)
        ],
        kept=kept_pairs(requested.filters.without_days()),
        first_day=requested.filters.first_day,
        last_day=requested.filters.last_day,
    )
