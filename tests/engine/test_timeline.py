"""Timelines against a brute-force count, on every engine."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Filter, SearchQuery
from search.model.timeline import Level, Timeline
from tests.conftest import article
from web.params.search_params import read_query
from web.presenters.timeline.chart import TimelineChart, timeline_chart

SPANS = {"weeks": (40, "day"), "years": (900, "month"), "lives": (25_000, "year")}
"""The days over which each archive's articles are spread, and its level."""
DIGITS: dict[Level, int] = {"year": 4, "month": 7, "day": 10}
TEXTS = ("", "tug", "ferry", "tug OR ferry", "port -ferry", "common", "common -tug", "absent")
SEARCHES = 40


def _articles(days: int) -> list[Article]:
    """Return articles of random days; few of them contain `ferry`, most `common`."""
    dice = random.Random(days)
    first = dt.date(2001, 11, 20)
    return [
        article(
            number,
            title="Note",
            body=" ".join(
                word
                for word, share in (("tug", 0.4), ("port", 0.3), ("ferry", 0.05), ("common", 0.9))
                if dice.random() < share
            )
            or "nothing",
            regions=(dice.choice("ABC"),),
            published=(first - dt.timedelta(int(days * dice.random() ** 2))).isoformat(),
        )
        for number in range(150)
    ]


def _queries(articles: list[Article]) -> Iterator[SearchQuery]:
    dice = random.Random(len(articles))
    for _ in range(SEARCHES):
        filters = [Filter("region", dice.choice("ABC"), excluded=dice.random() < 0.3)]
        periods = [
            Filter("date", dice.choice(articles).published[: dice.choice((4, 7, 10))])
            for _ in range(dice.choice((1, 1, 2)))
        ]
        days = sorted(dt.date.fromisoformat(dice.choice(articles).published) for _ in range(2))
        yield SearchQuery(
            text=dice.choice(TEXTS),
            filters=tuple(
                dict.fromkeys(
                    filters[: dice.choice((0, 0, 1))] + periods[: dice.choice((0, 0, 1, 2))]
                )
            ),
            first_day=dice.choice((None, None, days[0])),
            last_day=dice.choice((None, None, days[1])),
            size=1,
        )


def _days(articles: Iterable[Article], query: SearchQuery, *, text: str) -> list[str]:
    """Return the days of the articles that match, whatever periods are selected."""
    kept, left_out = query.selected("region"), query.excluded("region")
    return [
        each.published
        for each in articles
        if _has_words(set(each.body.split()), text)
        and (not kept or each.regions[0] in kept)
        and each.regions[0] not in left_out
        and (query.first_day is None or query.first_day.isoformat() <= each.published)
        and (query.last_day is None or each.published <= query.last_day.isoformat())
    ]


def _has_words(words: set[str], text: str) -> bool:
    wanted = text.replace(" OR", "").split()
    excluded = {word[1:] for word in wanted if word.startswith("-")}
    included = {word for word in wanted if not word.startswith("-")}
    return words.isdisjoint(excluded) and (not included or not words.isdisjoint(included))


def _counts(days: Iterable[str], level: Level) -> dict[int, int]:
    return dict(Counter(int(day[: DIGITS[level]].replace("-", "")) for day in days))


def _bounds(days: list[str]) -> tuple[int, int]:
    numbers = [int(day.replace("-", "")) for day in days] or [0]
    return min(numbers), max(numbers)


def _check(timeline: Timeline | None, articles: list[Article], query: SearchQuery) -> None:
    assert timeline is not None
    matches = _days(articles, query, text=query.text)
    every = _days(articles, query, text="")
    for counted, days in ((timeline.matches, matches), (timeline.articles, every)):
        assert counted.level == timeline.level
        assert dict(counted.counts) == _counts(days, timeline.level), query
        assert counted.bounds == _bounds(days), query


@pytest.mark.parametrize("span", SPANS)
def test_a_timeline_is_the_brute_force_count(
    engine_of: Callable[[Iterable[Article]], SearchEngine], span: str
) -> None:
    """Matches and articles of random searches, with words, filters and dates, are exact."""
    days, level = SPANS[span]
    articles = _articles(days)
    engine = engine_of(articles)
    for query in (SearchQuery(), SearchQuery(text="tug"), *_queries(articles)):
        _check(engine.search(query, with_timeline=True).timeline, articles, query)
    timeline = engine.search(SearchQuery(text="tug"), with_timeline=True).timeline
    assert timeline is not None
    assert timeline.level == level
    assert engine.search(SearchQuery(text="tug")).timeline is None


@pytest.mark.usefixtures("subtracts_counts")
@pytest.mark.parametrize("span", SPANS)
def test_a_timeline_is_exact_if_other_articles_are_counted(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
    span: str,
) -> None:
    """An embedded engine that subtracts counts finds the first and the last day as well."""
    articles = _articles(SPANS[span][0])
    engine = engine_of(articles)
    for query in _queries(articles):
        _check(engine.search(query, with_timeline=True).timeline, articles, query)


@pytest.mark.parametrize("span", SPANS)
def test_every_link_of_a_chart_answers_its_count(
    engine_of: Callable[[Iterable[Article]], SearchEngine], span: str
) -> None:
    """Bars, rows and facts lead to as many articles as they say; the first day has the first.

    Each link sets periods or a first and a last day, never both, which would be two filters of
    time whose names contradict each other.
    """
    articles = _articles(SPANS[span][0])
    engine = engine_of(articles)
    charts = 0
    for query in _queries(articles):
        page = engine.search(query, with_timeline=True)
        chart = timeline_chart(page)
        if chart is not None:
            charts += 1
            _check_links(engine, chart)
            days = _days(articles, query, text=query.text)
            assert chart.earliest.first == min(days)
            first = _query_of(chart.earliest.url)
            assert 0 < engine.count(first) == days.count(min(days)), query
            links = [first, *(_query_of(bar.url) for bar in chart.bars if not bar.clears)]
            assert max(map(_conditions_of_time, links)) == 1, query
    assert charts > SEARCHES / 3


def _check_links(engine: SearchEngine, chart: TimelineChart) -> None:
    for bar in chart.bars:
        query = _query_of(bar.url)
        if not bar.clears:
            assert engine.count(query) == bar.matches, bar
    for row in chart.rows:
        assert bool(row.url) is bool(row.matches)
        if row.url:
            assert engine.count(_query_of(row.url)) == row.matches
            assert engine.count(_query_of(row.url).with_text("")) == row.articles
    assert chart.most.value == max(row.matches for row in chart.rows)
    assert engine.count(_query_of(chart.most.url)) == chart.most.value
    if chart.share:
        matching = [row for row in chart.rows if row.matches]
        many = [row for row in matching if row.articles >= 10]
        assert chart.share.value == max(row.matches / row.articles for row in many or matching)
        query = _query_of(chart.share.url)
        assert _conditions_of_time(query) == _conditions_of_time(_query_of(chart.most.url)) == 1
        assert chart.share.value == engine.count(query) / engine.count(query.with_text(""))


def _conditions_of_time(query: SearchQuery) -> int:
    return len(query.periods) + bool(query.first_day or query.last_day)


def _query_of(url: str) -> SearchQuery:
    return read_query(parse_qsl(urlsplit(url).query), strict=True)
