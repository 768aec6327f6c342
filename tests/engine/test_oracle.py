"""Totals and facet counts against a brute-force count of 14,668 real newswire items."""

import datetime as dt
import gzip
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

from search.engines import open_store
from search.index.protocols import SearchEngine
from search.model.facets import FACETS, VALUE_FACETS
from search.model.query import Filter, SearchQuery
from search.model.timeline import Level
from tests.conftest import Cli
from web.params.search_params import read_query
from web.presenters.trends.links import series_links

COMBINATIONS = 200
PERIODS: tuple[tuple[Level, int], ...] = (("year", 4), ("month", 7))
"""Levels, and the characters of a day that they have."""
Record = dict[str, Any]


class Archive(NamedTuple):
    """An index, and the records it was built from."""

    engine: SearchEngine
    records: list[Record]


@pytest.fixture(scope="session")
def reuters(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Index the newswire with the command line."""
    file = request.getfixturevalue("shared") / "corpora" / "reuters.jsonl.gz"
    folder = tmp_path_factory.mktemp("reuters")
    done = Cli(folder)("rebuild", file, "--data", "data", "--json", code=3)
    report = json.loads(done.stdout)
    # Exactly one record of the file has neither a title nor a body, and is rejected.
    assert (report["read"], report["added"], report["rejected"]) == (14_668, 14_667, 1)
    with gzip.open(file) as lines:
        records = [
            record for record in map(json.loads, lines) if record.get("title") or record.get("body")
        ]
    return Archive(open_store("tantivy", folder / "data").current(), records)


@pytest.fixture(scope="session")
def sample(sample_data: Path) -> Archive:
    """Return the bundled sample, as the command line exports it."""
    lines = Cli(sample_data.parent)("export", "--data", sample_data).stdout.splitlines()
    return Archive(
        open_store("tantivy", sample_data).current(), [json.loads(line) for line in lines]
    )


@pytest.fixture(params=["sample", pytest.param("reuters", marks=pytest.mark.corpora)])
def archive(request: pytest.FixtureRequest) -> Archive:
    """Return each archive."""
    found: Archive = request.getfixturevalue(request.param)
    return found


def _values(record: Record, facet: str) -> list[str]:
    field = {each.name: each.field for each in VALUE_FACETS}[facet]
    found = record.get(field, "en" if facet == "language" else [])
    # Lists of the file may repeat a value or have double spaces; an article's lists do not.
    return list(
        dict.fromkeys(
            " ".join(value.split()) for value in ([found] if isinstance(found, str) else found)
        )
    )


class _Oracle:
    """Counts by brute force, with sets of record numbers."""

    def __init__(self, records: list[Record]) -> None:
        self.days = [record["published"][:10] for record in records]
        self.values = {
            each.name: [_values(record, each.name) for record in records] for each in VALUE_FACETS
        }
        self.everything = set(range(len(records)))

    def _with_all(self, facet: str, wanted: tuple[str, ...]) -> set[int]:
        return {
            number for number in self.everything if set(wanted).issubset(self.values[facet][number])
        }

    def _with_any(self, facet: str, wanted: tuple[str, ...]) -> set[int]:
        if facet == "date":
            return {number for number in self.everything if self.days[number].startswith(wanted)}
        return {
            number
            for number in self.everything
            if not set(wanted).isdisjoint(self.values[facet][number])
        }

    def matches(self, query: SearchQuery, skipped_facet: str = "") -> set[int]:
        """Return the records that match, ignoring the selection of `skipped_facet`."""
        first, last = query.first_day or dt.date.min, query.last_day or dt.date.max
        found = {
            number
            for number in self.everything
            if first.isoformat() <= self.days[number] <= last.isoformat()
        }
        for facet in FACETS:
            if (chosen := query.selected(facet.name)) and facet.name != skipped_facet:
                needs_all = facet.name in query.all_values
                found &= (self._with_all if needs_all else self._with_any)(facet.name, chosen)
            if excluded := query.excluded(facet.name):
                found -= self._with_any(facet.name, excluded)
        return found

    def count(self, query: SearchQuery, facet: str) -> dict[str, int]:
        """Count a facet's values."""
        chosen = query.selected(facet)
        counts: Counter[str] = Counter()
        for number in self.matches(query, skipped_facet=facet):
            if facet != "date":
                counts.update(self.values[facet][number])
                continue
            day = self.days[number]
            year, month = day[:4], day[:7]
            counts[year] += 1
            counts[month] += any(period[:4] == year for period in chosen)
            counts[day] += any(period[:7] == month for period in chosen)
        return {value: count for value, count in counts.items() if count} | {
            value: counts[value] for value in chosen
        }


def random_query(dice: random.Random, records: list[Record]) -> SearchQuery:
    """Return a search with up to three facets and days, of values that articles have."""
    filters: list[Filter] = []
    for facet in dice.sample(("region", "theme", "author", "source", "date"), dice.randint(0, 3)):
        for _ in range(dice.randint(1, 2)):
            record = dice.choice(records)
            if facet == "date":
                filters.append(Filter("date", record["published"][: dice.choice((4, 7, 10))]))
            elif values := _values(record, facet):
                filters.append(Filter(facet, dice.choice(values), excluded=dice.random() < 0.25))
                # Of an article with several values, so that some searches for all of them match.
                filters += [Filter(facet, value) for value in values[: dice.choice((0, 0, 2))]]
    days = sorted(dt.date.fromisoformat(dice.choice(records)["published"][:10]) for _ in range(2))
    bounds = {0: (None, None), 1: (days[0], None), 2: (None, days[1]), 3: (days[0], days[1])}[
        dice.choice((0, 0, 0, 1, 2, 3))
    ]
    return SearchQuery(
        filters=tuple(dict.fromkeys(filters)),
        all_values=tuple(dice.sample(("region", "theme", "author"), dice.randint(0, 3))),
        first_day=bounds[0],
        last_day=bounds[1],
        facet_size=1000,
        size=1,
    )


@pytest.mark.parametrize("part", range(4))
def test_every_count_is_the_brute_force_count(archive: Archive, part: int) -> None:
    """Totals and all facets of 200 random filter combinations equal brute-force counts."""
    engine, records = archive
    oracle = _Oracle(records)
    dice = random.Random(f"dateline {part}")
    for _ in range(COMBINATIONS // 4):
        query = random_query(dice, records)
        page = engine.search(query)
        assert page.total == len(oracle.matches(query)), query
        for result in page.facets:
            found = {value.value: value.count for value in result.values}
            assert found == oracle.count(query, result.facet.name), (query, result.facet.name)


def test_every_link_answers_its_count(archive: Archive) -> None:
    """A value's count equals the total of a search for it, with words and with filters."""
    engine = archive.engine
    for query in (
        SearchQuery(text="crude oil"),
        SearchQuery(text="river harbour permanent", filters=(Filter("region", "Europe"),)),
        SearchQuery(
            text='"crude oil" OR grain -wheat',
            filters=(Filter("region", "usa"), Filter("date", "1987-03")),
        ),
        SearchQuery(text="zebra crude tariffs bonanza", filters=(Filter("theme", "crude"),)),
        SearchQuery(
            filters=(
                Filter("region", "usa"),
                Filter("region", "japan"),
                Filter("region", "Europe"),
            ),
            all_values=("region",),
        ),
    ):
        for result in engine.search(query).facets:
            for value in result.values:
                alone = query.only(result.facet.name, value.value)
                assert engine.count(alone) == value.count, (query, result.facet.name, value)
                assert engine.search(alone).total == value.count


def test_every_count_over_time_is_the_brute_force_count(archive: Archive) -> None:
    """All articles of each period under random filters, and the total behind each period's link."""
    engine, records = archive
    oracle = _Oracle(records)
    dice = random.Random("dateline over time")
    for level, digits in PERIODS * 20:
        query = random_query(dice, records)
        counts = Counter(oracle.days[number][:digits] for number in oracle.matches(query))
        trends = engine.trends([query, query.with_text("crude OR river")], level)
        found = {period.text: trends.articles.count(period) for period in trends.periods}
        assert {name: count for name, count in found.items() if count} == counts, query
        for series in trends.series:
            assert series.total == engine.count(series.query)
            link = series_links(series.query)
            linked = [
                read_query(parse_qsl(urlsplit(link(period)).query), strict=True)
                for period in trends.periods
            ]
            assert engine.counts(linked) == [
                series.matches.count(period) for period in trends.periods
            ], query


def test_the_whole_index_verifies_and_names_every_facet(archive: Archive) -> None:
    """Real articles verify without a problem, and a page lists all facets in order."""
    engine = archive.engine
    assert engine.verify() == []
    assert [result.facet for result in engine.search(SearchQuery()).facets] == list(FACETS)
