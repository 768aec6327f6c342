"""Overviews of searches against a brute-force count, on every engine."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.facets import VALUE_FACETS
from search.model.overview import Overview
from search.model.query import Filter, SearchQuery
from tests.conftest import article

TEXTS = ("", "tug", "ferry", "tug OR ferry", "port -ferry", "common", "absent")
SEARCHES = 100

EngineOf = Callable[[Iterable[Article]], SearchEngine]


def _articles() -> list[Article]:
    """Return articles in which the ferry goes with region B, and theme Sea with theme Ships."""
    dice = random.Random(29)
    articles = []
    for number in range(200):
        has_ferry = dice.random() < 0.15
        is_at_sea = dice.random() < 0.4
        words = [
            word
            for word, share in (("tug", 0.4), ("port", 0.3), ("common", 0.9))
            if dice.random() < share
        ]
        articles.append(
            article(
                number,
                title="Note",
                body=" ".join([*words, *(["ferry"] if has_ferry else [])]) or "nothing",
                regions=("B" if has_ferry and dice.random() < 0.8 else dice.choice("ACDE"),),
                themes=tuple(
                    theme
                    for theme, share in (("Sea", is_at_sea), ("Ships", is_at_sea), ("Money", 0.3))
                    if dice.random() < share * 0.9
                ),
                authors=(dice.choice(("Ann", "Ben", "Cid")),),
                published=(
                    dt.date(2001, 1, 1) + dt.timedelta(int(900 * dice.random() ** 2))
                ).isoformat(),
            )
        )
    return articles


def _queries() -> Iterator[SearchQuery]:
    dice = random.Random(7)
    for _ in range(SEARCHES):
        filters = [
            Filter("region", dice.choice("ABC"), excluded=dice.random() < 0.5),
            Filter("theme", dice.choice(("Sea", "Ships", "Money"))),
            Filter("theme", "Money"),
            Filter("date", dice.choice(("2001", "2001-02", "2002"))),
        ]
        chosen = tuple(dict.fromkeys(dice.sample(filters, dice.choice((0, 1, 1, 2)))))
        yield SearchQuery(
            text=dice.choice(TEXTS),
            filters=chosen,
            all_values=dice.choice(((), ("theme",))),
            first_day=dice.choice((None, None, dt.date(2001, 3, 1))),
            last_day=dice.choice((None, None, dt.date(2002, 3, 1))),
        )


def _matches(articles: Iterable[Article], query: SearchQuery) -> list[Article]:
    return [each for each in articles if _has_words(each, query) and _is_kept(each, query)]


def _has_words(each: Article, query: SearchQuery) -> bool:
    words = set(each.body.split())
    wanted = query.text.replace(" OR", "").split()
    excluded = {word[1:] for word in wanted if word.startswith("-")}
    included = {word for word in wanted if not word.startswith("-")}
    return words.isdisjoint(excluded) and (not included or not words.isdisjoint(included))


def _is_kept(each: Article, query: SearchQuery) -> bool:
    for facet in VALUE_FACETS:
        values, wanted = set(facet.values(each)), query.selected(facet.name)
        if not values.isdisjoint(query.excluded(facet.name)):
            return False
        if facet.name in query.all_values and len(wanted) > 1:
            if not values.issuperset(wanted):
                return False
        elif wanted and values.isdisjoint(wanted):
            return False
    periods = query.selected("date")
    return (
        (not periods or each.published.startswith(periods))
        and (query.first_day is None or query.first_day <= each.day)
        and (query.last_day is None or each.day <= query.last_day)
    )


def _check_facts(overview: Overview, matches: list[Article], articles: list[Article]) -> None:
    days = Counter(each.day for each in matches)
    assert (overview.total, overview.archive_total) == (len(matches), len(articles))
    assert overview.first == min(days, default=None)
    assert overview.last == max(days, default=None)
    busiest = min(days, key=lambda day: (-days[day], day), default=None)
    assert (overview.busiest, overview.busiest_count) == (
        busiest,
        days[busiest] if busiest else 0,
    )


def test_an_overview_is_the_brute_force_count(engine_of: EngineOf) -> None:
    """Totals, days and values of random searches are exact, with any filters."""
    articles = _articles()
    engine = engine_of(articles)
    listed = 0
    for query in _queries():
        matches = _matches(articles, query)
        overview = engine.overview(query, with_words=False)
        assert overview.query == query
        _check_facts(overview, matches, articles)
        for value in overview.values:
            listed += 1
            chosen = {*query.selected(value.facet.name), *query.excluded(value.facet.name)}
            with_value = [each for each in articles if value.value in value.facet.values(each)]
            assert value.value not in chosen
            assert value.archive_count == len(with_value)
            assert value.count == len(_matches(articles, value.query)), (query, value)
            assert value.count == sum(each in matches for each in with_value), (query, value)
            assert value.count / len(matches) > len(with_value) / len(articles)
    assert listed > SEARCHES / 10


def test_values_of_an_overview_lead_to_their_counts(engine_of: EngineOf) -> None:
    """The count of a value is the total of the search that its link makes."""
    engine = engine_of(_articles())
    for query in _queries():
        values = engine.overview(query, with_words=False).values
        assert engine.counts([value.query for value in values]) == [v.count for v in values]


def test_a_value_that_goes_with_a_word_is_found(engine_of: EngineOf) -> None:
    """The region where ferries are is the first value of their overview."""
    overview = engine_of(_articles()).overview(SearchQuery(text="ferry"), with_words=False)
    assert [(value.facet.name, value.value) for value in overview.values][:1] == [("region", "B")]


def test_a_value_that_goes_with_a_selected_one_is_found(engine_of: EngineOf) -> None:
    """Next to a selected theme, the themes that its articles have too are listed."""
    sea = SearchQuery(filters=(Filter("theme", "Sea"),))
    values = engine_of(_articles()).overview(sea, with_words=False).values
    assert "Ships" in [value.value for value in values if value.facet.name == "theme"]


@pytest.mark.parametrize("text", ["", "absent"])
def test_nothing_sets_all_or_no_articles_apart(engine_of: EngineOf, text: str) -> None:
    """The whole archive and a search without matches have neither values nor words."""
    overview = engine_of(_articles()).overview(SearchQuery(text=text))
    assert (overview.values, overview.words, overview.texts) == ((), (), 0)
    assert (overview.first is None) == (overview.total == 0) == (text == "absent")
