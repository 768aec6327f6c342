"""The page about all matches of a search."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from search.model.facets import Facet
from search.model.overview import MAX_COMPARED_VALUES, MAX_SAMPLED_TEXTS, Overview, TellingValue
from search.model.query import SearchQuery
from search.model.results import HitWindow
from search.results.overview.source import which_match
from web.chronicle_urls import compare_path, overview_path, search_trends_path
from web.mount_path import mounted
from web.params.query_strings import query_string
from web.presenters.chips import chips, search_box
from web.presenters.hits import HitRow, window_rows
from web.presenters.overview.links import day_url
from web.urls import API, search_path

__all__ = ["OverviewData", "ValueRow", "WordRow", "overview_page"]


@dataclass(frozen=True, slots=True)
class OverviewData:
    """All that the page needs: the overview, and the first and the last article.

    `corrected` is the spelling that was searched in place of the text, and `searched_string` finds
    the same as a text that was rewritten; both are "" for the text itself.
    """

    overview: Overview
    corrected: str
    searched_string: str
    first: HitWindow | None
    last: HitWindow | None


class ValueRow(NamedTuple):
    """A telling value with its shares; `times` is how many times as large the first one is."""

    value: str
    matches: int
    share: float
    archive_share: float
    times: int
    url: str


class WordRow(NamedTuple):
    """A telling word with its counts; without a link it has no count of its own."""

    word: str
    matches: int | None
    archive_count: int
    url: str


def overview_page(data: OverviewData) -> dict[str, Any]:
    """Return the template variables of an overview."""
    overview, query = data.overview, data.overview.query.on_page(1).charting(by_share=False)
    text = data.corrected or query.text
    return {
        "overview": overview,
        "query": query,
        "is_everything": which_match(query) == SearchQuery(),
        "is_compared": overview.total < overview.archive_total,
        "searched_text": text,
        "chips": chips(query),
        **search_box(query, overview_path),
        "back_url": search_path(query),
        "swapped_url": overview_path(query.with_days_swapped()),
        "share": overview.total / overview.archive_total if overview.archive_total else 0.0,
        "busiest_url": day_url(query, overview.busiest) if overview.busiest else "",
        "first_article": _row(data.first, overview),
        "last_article": _row(data.last, overview) if overview.total > 1 else None,
        "trends_url": search_trends_path(query, data.searched_string),
        "compare_url": compare_path(text, "", query) if text.strip() else "",
        "api_url": mounted(f"{API}/overview{query_string(query.sorted_by(None))}"),
        "words": [
            WordRow(
                word.word,
                word.count,
                word.archive_count,
                search_path(word.query) if word.query else "",
            )
            for word in overview.words
        ],
        "facets": _by_facet(overview),
        "compared_values": MAX_COMPARED_VALUES,
        "sampled_texts": MAX_SAMPLED_TEXTS,
    }


def _row(window: HitWindow | None, overview: Overview) -> HitRow | None:
    rows = window_rows(overview.query, window) if window else []
    return rows[0] if rows else None


def _by_facet(overview: Overview) -> list[tuple[Facet, list[ValueRow]]]:
    return [
        (facet, [_value_row(value, overview) for value in values])
        for facet, values in groupby(overview.values, key=lambda value: value.facet)
    ]


def _value_row(value: TellingValue, overview: Overview) -> ValueRow:
    share = value.count / overview.total
    archive_share = value.archive_count / overview.archive_total
    return ValueRow(
        value.value,
        value.count,
        share,
        archive_share,
        round(share / archive_share),
        search_path(value.query),
    )
