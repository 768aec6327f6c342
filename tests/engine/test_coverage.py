"""The coverage of an archive against a brute-force count, on every engine."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.coverage import MAX_SOURCES, Coverage, Gap
from search.model.query import Filter, SearchQuery
from tests.conftest import article

EngineOf = Callable[[Iterable[Article]], SearchEngine]
ARCHIVES = {"few sources": (6, 900), "many sources": (60, 9_000), "eight centuries": (4, 300_000)}
"""The number of sources, and of days over which the articles are spread."""


def _articles(sources: int, days: int) -> list[Article]:
    """Return articles of random days, a fifth of them without a source or a region."""
    dice = random.Random(days)
    last = dt.date(2025, 3, 31)
    return [
        article(
            number,
            published=(last - dt.timedelta(int(days * dice.random() ** 3))).isoformat(),
            source="" if dice.random() < 0.2 else f"Wire {int(sources * dice.random() ** 2)}",
            regions=["Asia"] if dice.random() < 0.8 else [],
            language=dice.choice(("en", "en", "de")),
        )
        for number in range(300)
    ]


def _months(articles: Iterable[Article]) -> dict[int, int]:
    return dict(Counter(int(each.published[:7].replace("-", "")) for each in articles))


@pytest.mark.parametrize("archive", ARCHIVES)
def test_coverage_is_what_the_articles_say(archive: str, engine_of: EngineOf) -> None:
    """Each source has its own months and days, and no article is missing or counted twice."""
    articles = _articles(*ARCHIVES[archive])
    coverage = engine_of(articles).coverage()
    frequent = Counter(each.source for each in articles if each.source)
    assert coverage.total == len(articles)
    assert coverage.source_number == len(frequent)
    assert dict(coverage.articles.counts) == _months(articles)
    named = [source.source for source in coverage.sources]
    assert len(named) == min(MAX_SOURCES, len(frequent))
    assert [frequent[name] for name in named] == [
        count for _, count in frequent.most_common(MAX_SOURCES)
    ]
    for row in coverage.rows:
        own = [
            each
            for each in articles
            if (each.source == row.source if row.source else each.source not in named)
        ]
        days = sorted(each.published for each in own)
        assert dict(row.articles.counts) == _months(own), row.source
        assert [row.first_day.isoformat(), row.last_day.isoformat()] == [days[0], days[-1]]
    assert sum(row.total for row in coverage.rows) == len(articles)
    assert {value.value: value.count for value in coverage.languages.values} == Counter(
        each.language for each in articles
    )
    assert coverage.without["region"] == sum(not each.regions for each in articles)
    assert coverage.without["source"] == sum(not each.source for each in articles)
    assert coverage.without["report"] == len(articles)
    assert coverage.without["language"] == 0


@pytest.mark.parametrize("archive", ARCHIVES)
def test_each_row_has_the_total_of_its_search(archive: str, engine_of: EngineOf) -> None:
    """A number that leads to another number of articles would make all of them doubtful."""
    engine = engine_of(_articles(*ARCHIVES[archive]))
    coverage = engine.coverage()
    rows = coverage.rows
    assert [row.total for row in rows] == engine.counts([row.query for row in rows])
    dice = random.Random(archive)
    for row in dice.sample(rows, 4):
        month, count = dice.choice(list(row.articles.counts.items()))
        period = f"{month // 100:04}-{month % 100:02}"
        assert engine.count(row.query.adding("date", period)) == count


def test_gaps_are_the_months_without_articles(engine_of: EngineOf) -> None:
    """A reader who finds nothing in a month learns whether there could have been anything."""
    days = ("1998-02-27", "2001-07-01", "2001-08-31", "2001-12-31", "2002-01-01")
    engine = engine_of(article(number, published=day) for number, day in enumerate(days))
    gaps = list(engine.coverage().gaps())
    assert gaps == [Gap(199803, 200106), Gap(200109, 200111)]
    assert [gap.months for gap in gaps] == [40, 3]


def test_one_article_is_an_archive(engine_of: EngineOf) -> None:
    """The smallest archive has one row, no gap, and one day."""
    coverage = engine_of([article(1, published="2020-02-29", source="Wire")]).coverage()
    assert coverage.days == (dt.date(2020, 2, 29), dt.date(2020, 2, 29))
    assert [(row.source, row.total) for row in coverage.rows] == [("Wire", 1)]
    assert coverage.others is None
    assert list(coverage.gaps()) == []


def test_articles_without_a_source_are_a_row(engine_of: EngineOf) -> None:
    """An archive of its own articles names no source, and still has all of them."""
    coverage = engine_of([article(1), article(2, published="2020-03-01")]).coverage()
    assert coverage.sources == ()
    assert coverage.others is not None
    assert coverage.others.query == SearchQuery()
    assert dict(coverage.others.articles.counts) == {202001: 1, 202003: 1}


def test_any_name_is_a_source(engine_of: EngineOf) -> None:
    """Signs of the query language in a source's name are part of the name."""
    names = ('A "quoted" source', "-minus", "field:value", "源", "a, b & c")
    engine = engine_of(article(number, source=name) for number, name in enumerate(names))
    coverage = engine.coverage()
    assert {row.source for row in coverage.rows} == set(names)
    assert coverage.sources[0].query == SearchQuery(
        filters=(Filter("source", coverage.sources[0].source),)
    )
    assert engine.counts([row.query for row in coverage.rows]) == [1] * len(names)


def test_a_generation_counts_once(engine_of: EngineOf) -> None:
    """The page, its table and the API share one answer of a generation."""
    engine = engine_of([article(1)])
    first: Coverage = engine.coverage()
    assert engine.coverage() is first
