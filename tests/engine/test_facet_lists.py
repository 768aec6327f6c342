"""Facet lists against a brute-force count of articles that are spread as badly as possible.

Each part of the archive is loaded by an update of its own, so that an embedded engine has it in
segments of its own; a cluster spreads it over shards and segments.
"""

import datetime as dt
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from search.engines import open_store
from search.engines.tantivy.counting import complement, leaders, plan, value_lists
from search.index.protocols import GenerationStore, SearchEngine
from search.model.article import Article
from search.model.facets import DATE, FACETS, VALUE_FACETS, Facet
from search.model.query import Filter, SearchQuery
from search.model.results import FacetResult, FacetValue
from search.results.collation import name_key
from search.results.facet_values import FacetValueQuery, ValueOrder
from tests.conftest import archive_in, article, build, prepared

REGION, THEME, AUTHOR = VALUE_FACETS[:3]
PARTS = 4
SIZES = (1, 2, 3, 10, 11, 100, 999, 1_000)
LETTERS = "zéZaA·東ßьb"


class Archive(NamedTuple):
    """An index, and the articles that it was built from."""

    store: GenerationStore
    engine: SearchEngine
    articles: list[Article]


def _parts() -> Iterator[list[Article]]:
    """Yield the articles of each part.

    - `only1` has most articles of its part, but none of others; `sum` has fewer in each part than
      many, and most in all.
    - Hundreds of names have equal counts, in one part or over all of them.
    - Searches for `exact`, `over` and `many` find articles with 1,000, 1,001 and 3,000 authors.
    - One author of each part was replaced by an update of the next part.
    """
    dice = random.Random("parts")
    number = 0
    for part in range(PARTS):
        tied = [f"{letter} tie {place}" for letter in LETTERS for place in range(30)]
        here = [name for place, name in enumerate(tied) if place % PARTS == part]
        articles = []
        for row in range(120):
            number += 1
            authors = dice.sample(tied, 3) + dice.sample(here, 6)
            authors += [f"peak {part} {place}" for place in range(12)] if row < 60 else ["sum"]
            themes = [f"only{part}"] * (row % 8 > 0) + [dice.choice(("x", "X", "ẋ", "y"))]
            articles.append(
                article(
                    number,
                    title=f"row {number}",
                    body=dice.choice(("common rare", "common", "other")),
                    authors=tuple(dict.fromkeys(authors)),
                    themes=tuple(themes),
                    regions=(dice.choice("ABC"),),
                    published=f"20{10 + part}-0{1 + row % 9}-11",
                )
            )
        for word, values in (("exact", 1_000), ("over", 1_001), ("many", 3_000)):
            share = [f"{word} {LETTERS[n % 10]}{n}" for n in range(values) if n % PARTS == part]
            for start in range(0, len(share), 60):
                number += 1
                again = dice.sample(share, min(5, len(share)))
                names = dict.fromkeys([*share[start : start + 60], *again])
                articles.append(article(number, body=f"{word} part{part}", authors=tuple(names)))
        yield articles


@pytest.fixture(
    scope="module", params=["tantivy", pytest.param("cluster", marks=pytest.mark.cluster)]
)
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    """Give the archive of all parts, once per engine."""
    folder = tmp_path_factory.mktemp("lists")
    if request.param == "tantivy":
        yield _loaded(open_store("tantivy", folder))
        return
    with archive_in(request.getfixturevalue("small_cluster")) as settings:
        unreplicated = settings.changed(cluster={"replicas": 0})
        yield _loaded(open_store(settings.engine, folder, settings=unreplicated))


def _loaded(store: GenerationStore) -> Archive:
    """Load the parts, each by an update that also replaces and deletes articles."""
    kept: dict[str, Article] = {}
    for articles in _parts():
        if not kept:
            build(store, articles)
            kept = {each.id: each for each in articles}
            continue
        name, writer = store.create(store.live())
        for each in articles:
            writer.add(prepared(store, each))
        replaced, deleted = random.Random(len(kept)).sample(sorted(kept), 2)
        changed = article(1, **kept[replaced].to_dict() | {"authors": ("sum", "z tie 1")})
        writer.replace(prepared(store, changed))
        writer.delete(deleted)
        writer.commit({})
        store.make_live(name)
        kept |= {each.id: each for each in articles} | {replaced: changed}
        del kept[deleted]
    return Archive(store, store.current(), list(kept.values()))


def _matches(archive: Archive, query: SearchQuery, skipped: Facet) -> list[Article]:
    """Return the articles that match, whatever is selected in one facet."""

    def is_match(each: Article) -> bool:
        words = each.body.split()
        if not all((word.strip("-") in words) is (word[0] != "-") for word in query.text.split()):
            return False
        if query.first_day and each.published < str(query.first_day):
            return False
        if query.last_day and each.published > str(query.last_day):
            return False
        for facet in VALUE_FACETS:
            values = facet.values(each)
            chosen = query.selected(facet.name)
            if not set(query.excluded(facet.name)).isdisjoint(values):
                return False
            if chosen and facet != skipped and set(chosen).isdisjoint(values):
                return False
        return skipped == DATE or each.published.startswith(query.selected("date") or "")

    return [each for each in archive.articles if is_match(each)]


def _counts(archive: Archive, query: SearchQuery, facet: Facet) -> Counter[str]:
    counts: Counter[str] = Counter()
    for each in _matches(archive, query, facet):
        counts.update(facet.values(each))
    return counts


def _in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], name_key(item[0])))


def _wanted(archive: Archive, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
    """Return the list of a facet by a brute-force count."""
    counts = _counts(archive, query, facet)
    selected = query.selected(facet.name)
    listed = dict(_in_order(counts)[:size])
    listed |= {value: counts[value] for value in selected}
    values = tuple(
        FacetValue(value, count, value in selected) for value, count in _in_order(Counter(listed))
    )
    more = len(counts) - sum(1 for value in listed if counts[value])
    return FacetResult(facet, values, None if len(counts) > 1_000 else more)


SEARCHES = (
    SearchQuery(),
    SearchQuery(text="common"),
    SearchQuery(text="rare"),
    SearchQuery(text="exact"),
    SearchQuery(text="over"),
    SearchQuery(text="many"),
    SearchQuery(text="part2"),
    SearchQuery(text="nothingness"),
    SearchQuery(filters=(Filter("theme", "only1"),)),
    SearchQuery(text="common", filters=(Filter("author", "sum"), Filter("author", "nobody"))),
    SearchQuery(text="over", filters=(Filter("author", "sum"), Filter("author", "over z0"))),
    SearchQuery(text="many", filters=(Filter("author", "many b2999"),)),
    SearchQuery(filters=(Filter("author", "peak 1 3"), Filter("region", "A"))),
    SearchQuery(filters=(Filter("author", "sum", excluded=True), Filter("theme", "only0"))),
    SearchQuery(text="common", filters=(Filter("date", "2012"), Filter("author", "z tie 5"))),
    SearchQuery(text="-rare"),
    SearchQuery(text="common -rare"),
    SearchQuery(filters=(Filter("region", "A", excluded=True),)),
    SearchQuery(filters=(Filter("date", "2012"), Filter("author", "sum", excluded=True))),
    SearchQuery(text="common", first_day=dt.date(2010, 3, 11), last_day=dt.date(2013, 5, 11)),
    SearchQuery(filters=(Filter("author", "sum"),), last_day=dt.date(2013, 4, 10)),
)


def test_lists_of_any_length_are_exact(archive: Archive) -> None:
    """First values, ties at the cut, selected and zero values and the rest are counted right."""
    for query in SEARCHES:
        assert query.facets is None
        for size in SIZES:
            page = archive.engine.search(query.with_facet_size(size))
            for facet, result in zip(FACETS, page.facets, strict=True):
                if facet != DATE:
                    assert result == _wanted(archive, query, facet, size), (query, size, facet)
        for size in (1, 10, 1_000):
            wanted = _wanted(archive, query, AUTHOR, size)
            assert archive.engine.facet(query, AUTHOR, size) == wanted, (query, size)


@pytest.mark.parametrize("archive", ["tantivy"], indirect=True)
@pytest.mark.parametrize("named", [(), (1, 3, 5, 20)])
@pytest.mark.parametrize("subtracted", [0.0, 1.0])
def test_short_lists_are_enough_or_made_longer(
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
    named: tuple[int, ...],
    subtracted: float,
) -> None:
    """An embedded engine that begins with few values still finds the first ones.

    Of an index with few articles it lists all values at once, so its limits are lowered: it begins
    with lists of three values, or with some named values, and counts the matches or all others. Two
    threads count.
    """
    engine = archive.store.open(archive.engine.generation)
    monkeypatch.setattr(complement, "_FEW", subtracted)
    monkeypatch.setattr(complement, "_FEW_WITHOUT", subtracted)
    limits = {"_FEW_MATCHES": 0, "_MANY_MATCHES": 0, "_SHORT_LIST": 3, "_LISTED_PER_VALUE": 1}
    for name, value in limits.items():
        monkeypatch.setattr(plan, name, value)
    for lists in (value_lists, leaders):
        monkeypatch.setattr(lists, "MAX_COUNTED_VALUES", -1)
    monkeypatch.setattr(leaders, "_LENGTHS", named)
    for lists in (value_lists, plan):
        monkeypatch.setattr(lists, "LONG_LIST", 20)
    for query in SEARCHES:
        for size in (1, 2, 3, 5, 11, 30):
            page = engine.search(query.with_facet_size(size))
            for result in page.facets:
                facet = result.facet
                if facet != DATE:
                    wanted = _wanted(archive, query, facet, size)
                    assert result.values == wanted.values, (query, size, facet)


def test_the_number_of_values_is_exact_if_only_some_are_counted(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An embedded engine that counts only the most frequent values knows how many others are."""
    engine = archive.store.open(archive.engine.generation)
    monkeypatch.setattr(plan, "_MANY_MATCHES", 0)
    monkeypatch.setattr(leaders, "_length", lambda *_: 30)
    for subtracted in (0.0, 1.0):
        monkeypatch.setattr(complement, "_FEW", subtracted)
        monkeypatch.setattr(complement, "_FEW_WITHOUT", subtracted)
        for query in SEARCHES:
            for size in (1, 10, 29, 30):
                wanted = _wanted(archive, query, AUTHOR, size)
                assert engine.facet(query, AUTHOR, size) == wanted, (query, size)


def test_the_number_of_values_is_exact_up_to_a_thousand(archive: Archive) -> None:
    """With 1,000 values the rest is counted, with 1,001 it is not, on every engine."""

    def more(text: str, size: int) -> int | None:
        return archive.engine.facet(SearchQuery(text=text), AUTHOR, size).more

    for size, left in ((1, 999), (999, 1), (1_000, 0)):
        assert (more("exact", size), more("over", size), more("many", size)) == (left, None, None)


def test_a_search_counts_the_facets_that_it_names(archive: Archive) -> None:
    """Named facets have the same lists as among all others, and none costs nothing."""
    for query in SEARCHES:
        whole = archive.engine.search(query)
        for names in ((), ("author",), ("language", "theme"), ("date",), ("date", "author")):
            page = archive.engine.search(query.counting(names))
            assert [result.facet.name for result in page.facets] == sorted(
                names, key=[facet.name for facet in FACETS].index
            )
            assert page.facets == tuple(
                result for result in whole.facets if result.facet.name in names
            )
            assert (page.total, page.hits) == (whole.total, whole.hits), (query, names)


def _pages(
    archive: Archive, query: SearchQuery, order: ValueOrder, size: int
) -> Iterator[Sequence[FacetValue]]:
    for number in itertools.count(1):
        value_query = FacetValueQuery(order=order, page=number, size=size)
        page = archive.engine.facet_values(query, AUTHOR, value_query)
        if not page.values:
            return
        yield page.values


@pytest.mark.parametrize("order", list(ValueOrder))
def test_pages_have_every_value_of_a_facet(archive: Archive, order: ValueOrder) -> None:
    """All values are reached in order, whatever their number; the selection is among them."""
    for query in SEARCHES:
        counts = _counts(archive, query, AUTHOR)
        selected = query.selected("author")
        counts.update(dict.fromkeys(selected, 0))
        wanted = [FacetValue(name, n, name in selected) for name, n in _in_order(counts)]
        if order is ValueOrder.NAME:
            wanted.sort(key=lambda value: name_key(value.value))
        walked = [value for values in _pages(archive, query, order, 700) for value in values]
        assert walked == wanted, query
    found = archive.engine.facet_values(
        SearchQuery(text="many"), AUTHOR, FacetValueQuery("Many É", "man", order)
    )
    assert found.total == sum("many é" in name for name in _counts(archive, SEARCHES[5], AUTHOR))


def test_a_load_and_its_check_accept_any_number_of_values(archive: Archive) -> None:
    """The counts of every value equal the hits behind it."""
    assert archive.engine.verify() == []
    statistics = archive.engine.statistics()
    assert statistics.facets["author"].values == len(_counts(archive, SearchQuery(), AUTHOR))


def test_a_facet_may_have_more_values_than_an_engine_returns_at_once(
    store: GenerationStore,
) -> None:
    """Engines return some 65,000 values at once; an index of more loads, lists and verifies.

    Also where few articles match, so that an engine expects few values.
    """
    names = [f"{LETTERS[number % 10]} {number}" for number in range(66_000)]
    articles = [
        article(number, body="few" if number else "", authors=tuple(names[start : start + 1_000]))
        for number, start in enumerate(range(0, len(names), 1_000))
    ]
    build(store, [*articles, article(999, authors=(names[7], names[65_432]))])
    engine = store.current()
    assert engine.verify() == []
    assert engine.statistics().facets["author"].values == len(names)
    for text, missing in (("", 0), ("few", 1_000)):
        query = SearchQuery(text=text, facet_size=3)
        in_order = sorted(names[missing:], key=name_key)
        if not text:
            first = sorted((names[7], names[65_432]), key=name_key)
            in_order = [*first, *(name for name in in_order if name not in first)]
        listed = engine.facet(query, AUTHOR, 3)
        assert [each.value for each in listed.values] == in_order[:3]
        assert listed == engine.search(query).facets[FACETS.index(AUTHOR)]
        for page in (1, 2, 66):
            wanted = FacetValueQuery(page=page, size=1_000)
            values = engine.facet_values(query, AUTHOR, wanted).values
            assert [each.value for each in values] == in_order[(page - 1) * 1_000 : page * 1_000]
