"""Matches over time as bars."""

from search.index.protocols import GenerationStore
from search.model.query import Filter, SearchQuery
from tests.conftest import article, build
from web.presenters.date_histogram import Bar, histogram

DAYS = ("2009-12-31", "2012-02-28", "2012-03-01", "2012-03-01", "2012-03-04", "2014-01-01")


def _bars(store: GenerationStore, *dates: str) -> list[Bar]:
    if not store.generations():
        build(store, [article(number, published=day) for number, day in enumerate(DAYS)])
    return histogram(
        store.current().search(SearchQuery(filters=tuple(Filter("date", date) for date in dates)))
    )


def test_bars_are_years_with_gaps(store: GenerationStore) -> None:
    """A year without matches is a gap, and heights are in proportion to counts."""
    bars = _bars(store)
    assert [(bar.name, bar.matches, bar.height) for bar in bars] == [
        ("2009", 1, 5.0), ("2010", 0, 0.0), ("2011", 0, 0.0), ("2012", 4, 20.0), ("2013", 0, 0.0),
        ("2014", 1, 5.0),
    ]  # fmt: skip
    assert [bar.url for bar in bars[:2]] == ["/?date=2009", None]


def test_a_chosen_year_shows_its_months_and_a_chosen_month_its_days(store: GenerationStore) -> None:
    """The bars follow the list below them, across the ends of months."""
    assert [(bar.name, bar.matches) for bar in _bars(store, "2012")] == [
        ("2012-02", 1),
        ("2012-03", 3),
    ]
    days = _bars(store, "2012-03")
    assert [(bar.name, bar.matches) for bar in days] == [
        ("2012-03-01", 2), ("2012-03-02", 0), ("2012-03-03", 0), ("2012-03-04", 1),
    ]  # fmt: skip
    assert days[0].url == "/?date=2012-03-01"


def test_too_many_bars_are_not_shown(store: GenerationStore) -> None:
    """An archive of three centuries has only the list."""
    build(store, [article(1, published="1700-01-01"), article(2, published="2020-01-01")])
    assert histogram(store.current().search(SearchQuery())) == []
