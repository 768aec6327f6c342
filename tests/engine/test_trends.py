"""Searches over time against a brute-force count, on every engine."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest

from search.errors import InvalidQuery
from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import MAX_FILTER_VALUES, Filter, Match, SearchQuery
from search.model.timeline import Level
from search.model.trends import Trends, period_count
from search.query.synonyms import Synonyms
from search.ranking.tuning import Tuning
from tests.conftest import StoreTuned, article, build
from web.params.search_params import read_query
from web.presenters.trends.links import series_links

SPANS = (40, 900, 25_000)
"""The days over which each archive's articles are spread."""
REQUESTS, SERIES = 34, 3
LEVELS: tuple[Level, ...] = ("year", "month", "day")
DIGITS: dict[Level, int] = {"year": 4, "month": 7, "day": 10}
SHARES = {"tug": 0.4, "port": 0.3, "ferry": 0.05, "common": 0.9}

Matches = Callable[[Article], bool]


def _words(each: Article) -> list[str]:
    return each.body.split()


TEXTS: dict[str, Matches] = {
    "": lambda _: True,
    "tug": lambda each: "tug" in _words(each),
    "common": lambda each: "common" in _words(each),
    "absent": lambda _: False,
    "tug port": lambda each: {"tug", "port"} <= set(_words(each)),
    "tug OR ferry": lambda each: not {"tug", "ferry"}.isdisjoint(_words(each)),
    "common -tug": lambda each: "common" in _words(each) and "tug" not in _words(each),
    '"tug port"': lambda each: ("tug", "port") in pairwise(_words(each)),
    "region:A": lambda each: each.regions == ("A",),
    "tug region:B": lambda each: "tug" in _words(each) and each.regions == ("B",),
    "title:note": lambda each: each.title == "Note",
}


def _articles(days: int) -> list[Article]:
    dice = random.Random(days)
    first = dt.date(2001, 11, 20)
    return [
        article(
            number,
            title=dice.choice(("Note", "Letter")),
            body=" ".join(word for word, share in SHARES.items() if dice.random() < share) or "no",
            regions=(dice.choice("ABC"),),
            published=(first - dt.timedelta(int(days * dice.random() ** 2))).isoformat(),
        )
        for number in range(150)
    ]


def _filters(articles: list[Article]) -> Iterator[SearchQuery]:
    dice = random.Random(len(articles))
    for _ in range(REQUESTS):
        region = Filter("region", dice.choice("ABC"), excluded=dice.random() < 0.3)
        periods = [
            Filter("date", dice.choice(articles).published[: dice.choice((4, 7, 10))])
            for _ in range(3)
        ]
        days = sorted(dt.date.fromisoformat(dice.choice(articles).published) for _ in range(2))
        chosen = [region][: dice.choice((0, 0, 1))] + periods[: dice.choice((0, 0, 1, 3))]
        yield SearchQuery(
            filters=tuple(dict.fromkeys(chosen)),
            first_day=dice.choice((None, None, days[0])),
            last_day=dice.choice((None, None, days[1])),
            match=Match.ALL,
        )


def _is_kept(each: Article, filters: SearchQuery) -> bool:
    kept, left_out = filters.selected("region"), filters.excluded("region")
    periods = filters.selected("date")
    return (
        (not kept or each.regions[0] in kept)
        and each.regions[0] not in left_out
        and (not periods or each.published.startswith(periods))
        and (filters.first_day is None or filters.first_day.isoformat() <= each.published)
        and (filters.last_day is None or each.published <= filters.last_day.isoformat())
    )


def _level(articles: Iterable[Article], dice: random.Random) -> Level | None:
    """Return a level that these articles have fewer periods of than the limit, or the default."""
    days = [dt.date.fromisoformat(each.published) for each in articles] or [dt.date.min]
    level = dice.choice(LEVELS)
    return level if period_count(level, min(days), max(days)) <= 500 else None


def _check(trends: Trends, articles: list[Article], texts: list[str]) -> None:
    digits = DIGITS[trends.level]
    of = Counter(each.published[:digits] for each in articles)
    names = [period.text for period in trends.periods]
    assert names == sorted(names)
    assert names[:1] + names[-1:] == [min(of), max(of)] if of else names == []
    assert {
        name: trends.articles.count(p) for name, p in zip(names, trends.periods, strict=True)
    } == {name: of[name] for name in names}
    for text, series in zip(texts, trends.series, strict=True):
        days = sorted(each.published for each in articles if TEXTS[text](each))
        counts = Counter(day[:digits] for day in days)
        assert [series.matches.count(period) for period in trends.periods] == [
            counts[name] for name in names
        ], (text, trends.level)
        assert series.total == len(days) == sum(counts.values())
        assert [str(day) for day in (series.first, series.last) if day] == days[:1] + days[-1:]
        assert not series.relaxed


def _check_links(engine: SearchEngine, trends: Trends) -> None:
    linked = [
        (series.matches.count(period), _query_of(link(period)))
        for series in trends.series
        for link in [series_links(series.query)]
        for period in trends.periods
    ]
    assert engine.counts([query for _, query in linked]) == [count for count, _ in linked]


def _query_of(url: str) -> SearchQuery:
    return read_query(parse_qsl(urlsplit(url).query), strict=True)


def _check_random_series(engine: SearchEngine, articles: list[Article]) -> None:
    dice = random.Random(len(articles))
    for filters in _filters(articles):
        texts = dice.sample(list(TEXTS), SERIES)
        kept = [each for each in articles if _is_kept(each, filters)]
        queries = [filters.with_text(text) for text in texts]
        trends = engine.trends(queries, _level(kept, dice))
        _check(trends, kept, texts)
        _check_links(engine, trends)
        # Again, from what is remembered.
        assert engine.trends(queries, trends.level) == trends


@pytest.mark.parametrize("span", SPANS)
def test_random_series_are_the_brute_force_count(
    engine_of: Callable[[Iterable[Article]], SearchEngine], span: int
) -> None:
    """Words, phrases and fields, under filters and days, by each level; each link has its count."""
    articles = _articles(span)
    _check_random_series(engine_of(articles), articles)


@pytest.mark.usefixtures("subtracts_counts")
@pytest.mark.parametrize("span", SPANS)
def test_random_series_are_exact_if_other_articles_are_counted(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
    span: int,
) -> None:
    """An embedded engine that subtracts counts finds the same, and the first and last day."""
    articles = _articles(span)
    _check_random_series(engine_of(articles), articles)


@pytest.mark.parametrize(
    ("days", "level"), [(60, "day"), (61, "month"), (60 * 31, "year")], ids=str
)
def test_the_default_level_has_at_most_60_periods(
    engine_of: Callable[[Iterable[Article]], SearchEngine], days: int, level: Level
) -> None:
    """It is the finest that suits the articles under the filters, whatever the words."""
    first = dt.date(2001, 1, 1)
    ends = (first, first + dt.timedelta(days - 1))
    engine = engine_of(
        article(number, body="tug" if number else "port", published=day.isoformat())
        for number, day in enumerate((*ends, ends[0]))
    )
    trends = engine.trends([SearchQuery(text="tug")], None)
    assert trends.level == level
    assert (trends.series[0].total, trends.series[0].last) == (2, ends[1])
    narrowed = engine.trends([SearchQuery(text="tug", last_day=first)], None)
    assert (narrowed.level, len(narrowed.periods)) == ("day", 1)


def test_a_level_with_too_many_periods_is_refused(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """The message has their number and names what to give instead; centuries are no burden."""
    engine = engine_of([article(1, published="1200-03-01"), article(2, published="2025-03-01")])
    by_year = engine.trends([SearchQuery()], None)
    assert (by_year.level, len(by_year.periods)) == ("year", 826)
    assert [by_year.articles.count(period) for period in by_year.periods] == [1, *[0] * 824, 1]
    refused: tuple[tuple[Level, str], ...] = (("month", "9,901"), ("day", "301,326"))
    for level, number in refused:
        with pytest.raises(InvalidQuery, match=f"{number} periods.*from and to, or by=year") as no:
            engine.trends([SearchQuery()], level)
        assert no.value.parameter == "by"
    narrowed = engine.trends([SearchQuery(first_day=dt.date(2000, 1, 1))], "day")
    assert [period.text for period in narrowed.periods] == ["2025-03-01"]


def test_more_than_a_thousand_years_need_days(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """There is no coarser level than years, so only days are advised."""
    engine = engine_of([article(1, published="0001-03-01"), article(2, published="2025-03-01")])
    with pytest.raises(InvalidQuery, match=r"2,025 periods .* give from and to$"):
        engine.trends([SearchQuery()], None)


def test_series_are_literal(store_tuned: StoreTuned) -> None:
    """No synonym or other spelling is counted, and the links of a series say so where they must."""
    store = store_tuned(Tuning(synonyms=Synonyms({("ferri",): ("boat", "tug")})))
    build(
        store,
        [article(n, body=body) for n, body in enumerate(("ferry", "boat", "tug", "flamingo"))],
    )
    engine = store.current()
    assert engine.count(SearchQuery(text="ferry")) == 3
    assert engine.count(SearchQuery(text="flamngo")) == 1
    plain, ferry, typo = engine.trends(
        [SearchQuery(text=text) for text in ("tug", "ferry", "flamngo")], None
    ).series
    assert plain.query == SearchQuery(text="tug")
    assert (ferry.total, ferry.query.without_synonyms) == (1, ("boat", "tug"))
    assert (typo.total, typo.understood, typo.query.as_typed) == (0, "flamngo", True)
    assert typo.first is None
    assert engine.counts([plain.query, ferry.query, typo.query]) == [1, 1, 0]
    full = SearchQuery(
        text="ferry",
        filters=tuple(Filter("theme", str(n), excluded=True) for n in range(MAX_FILTER_VALUES - 1)),
    )
    with pytest.raises(InvalidQuery, match=r"2 synonyms are left out .* use fewer filters") as no:
        engine.trends([full], None)
    assert no.value.parameter == "s"


def test_a_relaxed_series_says_so(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Only if articles without some of the words are among the matches, as in a search."""
    engine = engine_of(
        [*(article(n, body="tug") for n in range(3)), article(9, body="tug harbour")]
    )
    filters = SearchQuery(text="tug harbour")
    for query in (filters, filters.matching(Match.ALL), filters.matching(Match.ANY)):
        [series] = engine.trends([query], None).series
        page = engine.search(query)
        assert (series.total, series.relaxed) == (page.total, page.relaxed)
    assert engine.trends([filters], None).series[0].relaxed


def test_nothing_under_the_filters_has_no_periods(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Filters that keep no article, and days in reverse, are no error."""
    engine = engine_of([article(1)])
    for filters in (
        SearchQuery(filters=(Filter("region", "None"),)),
        SearchQuery(first_day=dt.date(2021, 1, 1), last_day=dt.date(2019, 1, 1)),
    ):
        for level in (None, *LEVELS):
            trends = engine.trends([filters, filters.with_text("body")], level)
            assert trends.periods == ()
            assert [series.total for series in trends.series] == [0, 0]
            assert [series.last for series in trends.series] == [None, None]


def test_a_search_has_one_to_five_series(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Neither none nor six of them are counted."""
    engine = engine_of([article(1)])
    for number in (0, 6):
        with pytest.raises(InvalidQuery, match=f"there are {number} series; give 1 to 5"):
            engine.trends([SearchQuery()] * number, None)
