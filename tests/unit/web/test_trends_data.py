"""Searches over time as data: links of periods, JSON, and a table."""

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
from flask import Flask

from search.errors import InvalidQuery
from search.model.periods import Period
from search.model.query import MAX_FILTER_VALUES, Filter, SearchQuery
from search.model.timeline import DateCounts
from search.model.trends import Series, Trends
from web.presenters.downloads.file_names import trends_file_name
from web.presenters.downloads.trends_table import trends_table
from web.presenters.trends.api_response import trends_response
from web.presenters.trends.links import series_links

TUG = SearchQuery(text="tug")


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    """Links are written during a request, whose path they begin with."""
    with Flask(__name__).test_request_context():
        yield


def _trends(*texts: str, periods: int = 3) -> Trends:
    """Return trends of some years with 4 articles each but the second, of which one matches."""
    names = [f"{2000 + number}" for number in range(periods)]
    articles = {int(name): 4 for name in names if name != "2001"}
    matches = DateCounts("year", {2000: 1}, (20000305, 20000305))
    return Trends(
        level="year",
        periods=tuple(map(Period.parse, names)),
        articles=DateCounts("year", articles, (20000101, 20021231)),
        series=tuple(
            Series(SearchQuery(text=text), text, relaxed=False, total=1, matches=matches)
            for text in texts
        ),
        generation="g",
    )


def test_a_period_is_a_filter_where_there_is_room() -> None:
    """A search without a condition of time gets the period itself, a full one its days."""
    assert series_links(TUG)(Period.parse("2017-02")) == "/?q=tug&date=2017-02"
    named = SearchQuery(ids=("a", "b"))
    assert series_links(named)(Period.parse("2017")) == "/?date=2017&id=a&id=b"
    full = SearchQuery(
        filters=tuple(Filter("theme", str(n), excluded=True) for n in range(MAX_FILTER_VALUES))
    )
    assert series_links(full)(Period.parse("2017-02")).startswith("/?-theme=0&")
    assert "&from=2017-02-01&to=2017-02-28" in series_links(full)(Period.parse("2017-02"))


def test_a_period_narrows_days() -> None:
    """Within a first and a last day a link has the days of the period that are among them."""
    link = series_links(SearchQuery(first_day=dt.date(2017, 2, 9), last_day=dt.date(2018, 3, 1)))
    assert link(Period.parse("2017")) == "/?from=2017-02-09&to=2017-12-31"
    assert link(Period.parse("2018-02")) == "/?from=2018-02-01&to=2018-02-28"


def test_a_period_is_within_the_chosen_ones() -> None:
    """A chosen year leads to its months, chosen months to those of a year, others to nothing."""
    chosen = ("2016", "2017-03", "2017-05")
    link = series_links(SearchQuery(filters=tuple(Filter("date", each) for each in chosen)))
    assert link(Period.parse("2016")) == "/?date=2016"
    assert link(Period.parse("2016-04")) == "/?date=2016-04"
    assert link(Period.parse("2017")) == "/?date=2017-03&date=2017-05"
    assert link(Period.parse("2017-04")) == (
        "/?date=2016&date=2017-03&date=2017-05&from=2017-04-01&to=2017-04-30"
    )


def test_a_response_has_every_period_of_every_series() -> None:
    """The keys are those that clients rely on; a share of no articles is 0."""
    response = trends_response(_trends("tug"))
    assert response == {
        "by": "year",
        "generation": "g",
        "series": [
            {
                "q": "tug",
                "understood": "tug",
                "total": 1,
                "first": "2000-03-05",
                "last": "2000-03-05",
                "values": [
                    {"period": "2000", "count": 1, "of": 4, "share": 0.25, "url": _url("2000")},
                    {"period": "2001", "count": 0, "of": 0, "share": 0.0, "url": _url("2001")},
                    {"period": "2002", "count": 0, "of": 4, "share": 0.0, "url": _url("2002")},
                ],
            }
        ],
    }


def _url(year: str) -> str:
    return f"/?q=tug&date={year}"


def test_a_response_of_long_links_is_refused() -> None:
    """Each period of five long texts has the text in its link; the table has no links."""
    texts = [f"{number}{'𝔄' * 999}" for number in range(5)]
    assert trends_response(_trends(*texts))["series"]
    with pytest.raises(InvalidQuery, match=r"about 61 MB; 16 MB are the most; .*trends\.csv") as no:
        trends_response(_trends(*texts, periods=1_000))
    assert no.value.parameter == "by"
    assert trends_table(_trends(*texts, periods=1_000), has_mark=False)


@pytest.mark.parametrize(
    "text", ["=1+1", "'@x", '"a, b"', "a\nb", "]]><", "\x00", "\ud800", "\u202e", "🦩", ""]
)
def test_a_table_holds_any_text(text: str) -> None:
    """No spreadsheet executes a series' text, and no text breaks the table."""
    table = trends_table(_trends(text, "tug"), has_mark=True)
    assert table.startswith(b"\xef\xbb\xbfseries,period,count,of,share\r\n")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    guarded = f"'{text}" if text.startswith(("=", "'@")) else text.replace("\ud800", "?")
    assert rows[1:3] == [
        [guarded, "2000", "1", "4", "0.250000"],
        [guarded, "2001", "0", "0", "0.000000"],
    ]
    assert [row[0] for row in rows[4:]] == ["tug"] * 3


def test_a_download_is_named_after_its_texts() -> None:
    """Texts and filters are in the name."""
    filters = SearchQuery(filters=(Filter("region", "Asia"),), first_day=dt.date(2010, 1, 1))
    assert trends_file_name(["tug", '"salt lake"'], filters) == (
        "trends-tug-salt-lake-asia-from-2010-01-01"
    )
    assert trends_file_name([""]) == "trends"
