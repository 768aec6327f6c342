"""Lists of many values: pages equal those of a list sorted as a whole, and lists are cached."""

import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from search.analysis.folding import fold
from search.model.facets import DATE, Facet, facet_named
from search.model.query import Filter, SearchQuery
from search.model.results import FacetResult, FacetValue
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec
from search.query.parser import parse
from search.results.collation import name_key, places_in_order
from search.results.facet_listing import FacetListing
from search.results.facet_listings import FacetListings
from search.results.facet_values import FacetValueQuery, ValueOrder

AUTHOR = facet_named("author") or DATE
FIRST_NAMES = [
    "Ana", "ana", "Élise", "Øyvind", "O'Neil", "d’Arcy", "“Eco”", "Иван", "Й", "И\u0306ван", "东", "王 小", "สม ชาย",
    "เก ข", "l·l", "l\u0301·a", "L·", "a\u0301", "A", "\u0301", "9", "-", " ", "\u200d", "ـا", "علي", "ß", "𝔄", "e\u0301\u0323",
]  # fmt: skip
LAST_NAMES = [
    "Roy",
    "roy",
    "Ürün",
    "van der Á",
    "·",
    "Ж\u0306",
    "",
    "山",
    "กา",
    "\u0323x",
    "'s",
    "Z",
]


def _names(dice: random.Random, number: int) -> list[str]:
    """Make distinct names of any scripts, with spaces and marks in any place."""
    names: dict[str, None] = {}
    while len(names) < number:
        first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
        name = f"{first}{dice.choice(('', ' ', '-'))}{last}{dice.choice(('', f' {dice.randint(0, 999)}'))}"
        names[name] = None
    return list(names)


@pytest.mark.parametrize("seed", range(6))
def test_names_are_grouped_as_they_are_sorted(seed: int) -> None:
    """Any part of the order of names is right, though only a few names' keys are compared."""
    dice = random.Random(f"names {seed}")
    names = _names(dice, 3_000)
    in_order = sorted(range(len(names)), key=lambda place: name_key(names[place]))
    assert places_in_order(names, 0, len(names)) == in_order
    cuts = sorted(dice.sample(range(len(names) + 1), 12))
    for first, last in pairwise(cuts):
        assert places_in_order(names, first, last) == in_order[first:last]
    assert places_in_order(names, len(names), len(names) + 5) == []


def _wanted(
    counts: Mapping[str, int], query: FacetValueQuery, selected: tuple[str, ...]
) -> list[FacetValue]:
    """Return a page of a list that is sorted as a whole."""
    whole = dict(counts) | {value: 0 for value in selected if value not in counts}
    matches = [name for name in whole if fold(query.contains) in fold(name)]
    matches = [name for name in matches if fold(name).startswith(fold(query.prefix))]
    if query.order is ValueOrder.NAME:
        matches.sort(key=name_key)
    else:
        matches.sort(key=lambda name: (-whole[name], name_key(name)))
    first = (query.page - 1) * query.size
    return [
        FacetValue(name, whole[name], name in selected)
        for name in matches[first : first + query.size]
    ]


@pytest.mark.parametrize("seed", range(4))
def test_pages_are_those_of_a_list_sorted_as_a_whole(seed: int) -> None:
    """Counts, ties, filters and selected values without matches are right on every page."""
    dice = random.Random(f"pages {seed}")
    words = [f"{dice.choice('abcé')}{number} {dice.choice('xyz')}" for number in range(3_000)]
    highest = dice.choice((1, 3, 50, 100_000))
    counts = {name: dice.randint(1, highest) for name in words}
    listing = FacetListing(AUTHOR, counts)
    assert len(listing) == len(counts)
    for _ in range(25):
        query = FacetValueQuery(
            contains=dice.choice(("", "", "1", "É2", "nobody")),
            prefix=dice.choice(("", "", "e", "B")),
            order=dice.choice(list(ValueOrder)),
            page=dice.choice((1, 2, 7, 30, 31)),
            size=dice.choice((1, 7, 100)),
        )
        selected = dice.choice(((), (words[0],), (words[5], "e1 nobody"), ("A nobody",)))
        page = listing.page(query, selected)
        assert list(page.values) == _wanted(counts, query, selected), query
        whole = _wanted(
            counts, FacetValueQuery(query.contains, query.prefix, size=10_000), selected
        )
        assert page.total == len(whole)
        assert page.more == page.total - len(page.values)


def test_a_facet_without_values_has_an_empty_page() -> None:
    """Filters of an empty list find nothing, and letters are offered only if wanted."""
    empty = FacetListing(AUTHOR, {})
    for query in (FacetValueQuery(), FacetValueQuery("a"), FacetValueQuery(prefix="a")):
        assert (empty.page(query).total, empty.page(query).initials) == (0, ())
    assert [each.count for each in empty.page(FacetValueQuery("a"), ("Ana",)).values] == [0]
    some = FacetListing(AUTHOR, {"Ana": 1})
    assert some.page(FacetValueQuery()).initials == ("A",)
    assert some.page(FacetValueQuery(with_initials=False)).initials == ()


class _Source:
    """Counts facets, and remembers for which searches."""

    def __init__(self, values: int = 3) -> None:
        self.counted: list[str] = []
        self._values = values

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Return two years."""
        del spec, size
        return FacetResult(facet, (FacetValue("2020", 1), FacetValue("2019", 5)))

    def facet_counts(self, spec: MatchSpec, facet: Facet) -> Mapping[str, int]:
        """Return the same values for every search."""
        self.counted.append(f"{facet.name} {spec.filters.filters}")
        return {f"{facet.name} {number}": 1 for number in range(self._values)}


def _spec(text: str, *filters: Filter, **more: Any) -> MatchSpec:
    query = SearchQuery(filters=filters, **more)
    return MatchSpec(split_clauses(parse(text)), 1, query)


def test_a_list_is_counted_once_for_all_its_pages() -> None:
    """Neither a page nor the facet's own selection changes the list; other filters do."""
    source = _Source()
    listings = FacetListings(source)
    chosen, other = Filter("author", "author 1"), Filter("region", "A")
    for filters in ((), (chosen,), (chosen, Filter("author", "author 2"))):
        for size in (1, 2):
            spec = _spec("oil", *filters, facet_size=size, all_values=("author",))
            page = listings.page(spec, AUTHOR, FacetValueQuery(size=size))
            selected = [each.value for each in page.values if each.selected]
            assert selected == [
                each.value
                for each in filters
                if each.value in [value.value for value in page.values]
            ]
    assert len(source.counted) == 1
    listings.page(_spec("oil", other), AUTHOR, FacetValueQuery())
    listings.page(_spec("gas"), AUTHOR, FacetValueQuery())
    listings.page(_spec("oil", Filter("author", "x", excluded=True)), AUTHOR, FacetValueQuery())
    assert len(source.counted) == 4


def test_cached_lists_are_bounded_by_their_values() -> None:
    """The lists used last are kept; the last one is kept whatever its size."""
    source = _Source(values=4)
    listings = FacetListings(source, max_values=9)
    for text in ("a1", "b1", "a1", "c1", "a1", "b1"):
        listings.page(_spec(text), AUTHOR, FacetValueQuery())
    assert len(source.counted) == 4, "a1, b1, c1, and b1 again"
    source = _Source(values=20)
    listings = FacetListings(source, max_values=9)
    for text in ("a1", "a1", "b1", "b1"):
        listings.page(_spec(text), AUTHOR, FacetValueQuery())
    assert len(source.counted) == 2


def test_periods_stay_in_the_order_of_time() -> None:
    """Years are not sorted by count."""
    page = FacetListings(_Source()).page(_spec("oil"), DATE, FacetValueQuery())
    assert [each.value for each in page.values] == ["2020", "2019"]
