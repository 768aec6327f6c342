"""The embedded engine and the cluster give equal results for random searches."""

import gzip
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.support.archives import made_up
from search.engines import open_store
from search.engines.opensearch.writer import OpenSearchWriter
from search.index.protocols import SearchEngine
from search.model.facets import FACETS
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.model.results import SearchPage
from search.results.facet_values import FacetValueQuery
from tests.cluster.nodes import Cluster
from tests.conftest import Cli, archive_in, article, prepared
from tests.engine.test_oracle import Record, random_query

COMBINATIONS = 300
MADE_UP = int(os.environ.get("MADE_UP", "40000"))
KEPT = 5_000
CLOSE = 0.01
"""The relative difference allowed between scores.

They depend on the average length of articles, which the engines store differently.
"""
_WORD = re.compile(r"[A-Za-z]{2,}")

pytestmark = pytest.mark.cluster


class Pair(NamedTuple):
    """One archive in both engines, and records it was built from."""

    embedded: SearchEngine
    cluster: SearchEngine
    records: list[Record]


@pytest.fixture(
    scope="module", params=[pytest.param("reuters", marks=pytest.mark.corpora), "made up"]
)
def pair(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Index an archive in both engines with the command line."""
    folder = tmp_path_factory.mktemp("pair")
    if request.param == "reuters":
        source = request.getfixturevalue("shared") / "corpora" / "reuters.jsonl.gz"
        with gzip.open(source) as lines:
            records = [json.loads(line) for line in lines]
    else:
        source = folder / "made-up.jsonl"
        records = []
        with source.open("wb") as lines:
            for each in made_up(MADE_UP):
                lines.write(each.to_json() + b"\n")
                if len(records) < KEPT:
                    records.append(each.to_dict())
    with archive_in(cluster) as settings:
        cli = Cli(folder)
        # One record of the newswire has neither title nor body. Vectors are slow, so only one
        # archive has them.
        code, meaning = (3, "auto") if request.param == "reuters" else (0, "off")
        for engine in ("tantivy", settings.engine):
            cli(
                *("rebuild", source, "--engine", engine),
                code=code,
                seconds=600,
                DATELINE_CLUSTER_ARCHIVE=settings.cluster.archive,
                DATELINE_RANKING_MEANING=meaning,
            )
        embedded = open_store("tantivy", folder / "data").current()
        yield Pair(
            embedded, open_store(settings.engine, Path(), settings=settings).current(), records
        )


def random_text(dice: random.Random, records: list[Record]) -> str:
    """Return a query of any kind, of words of an article and sometimes an unknown word."""
    words = _WORD.findall(dice.choice(records).get("body", "")) or ["oil"]
    place = dice.randrange(len(words))
    near = words[place : place + dice.randint(2, 4)]
    one, other = dice.choice(words), dice.choice(words)
    return dice.choice(
        (
            "", one, one, f"{one} {other}", f"{one} {other}", " ".join(dice.sample(words, min(3, len(words)))),
            f'"{" ".join(near)}"', f'"{" ".join(near)}"~{dice.randint(1, 9)}', f'"{" ".join(reversed(near))}"~4',
            f"{one[:4]}*", f"{one} -{other}", f"{one} OR {other}", f"({one} OR {other}) {dice.choice(words)}",
            f"title:{one}", f"{one} date:1987-03..1987-06", " ".join(words[place : place + 9]), f"{one}zx {other}",
        )
    )  # fmt: skip


def random_search(dice: random.Random, records: list[Record]) -> SearchQuery:
    """Return a search with a text, filters, days and lists of any size."""
    narrowed = random_query(dice, records)
    text = random_text(dice, records)
    return SearchQuery(
        text=text,
        filters=narrowed.filters,
        all_values=narrowed.all_values,
        first_day=narrowed.first_day,
        last_day=narrowed.last_day,
        match=dice.choice((Match.AUTO, Match.AUTO, Match.ALL, Match.ANY)),
        sort=dice.choice((None, SortOrder.NEWEST, SortOrder.OLDEST)),
        facet_size=dice.choice((10, 10, 100, 1000)),
        size=dice.choice((1, 10, 100)),
    )


def comparable(page: SearchPage) -> dict[str, object]:
    """Return the parts of a page that must be equal, whatever the order by relevance."""
    return {
        "total": page.total,
        "relaxed": page.relaxed,
        "understood": page.understood,
        "corrected": page.corrected,
        "more": page.has_more,
        "timeline": [
            (counts.level, dict(counts.counts), counts.bounds)
            for counts in (page.timeline and (page.timeline.matches, page.timeline.articles)) or ()
        ],
        "facets": [
            (
                each.facet.name,
                each.more,
                [(value.value, value.count, value.selected) for value in each.values],
            )
            for each in page.facets
        ],
    }


@pytest.mark.parametrize("part", range(3))
def test_both_engines_answer_alike(pair: Pair, part: int) -> None:
    """Totals, counts, timelines, rewritten texts, hits and highlights of searches are equal."""
    dice = random.Random(f"pair {part}")
    for _ in range(COMBINATIONS // 3):
        query = random_search(dice, pair.records)
        one = pair.embedded.search(query, with_timeline=True)
        other = pair.cluster.search(query, with_timeline=True)
        assert comparable(one) == comparable(other), query
        if query.order is not SortOrder.RELEVANCE or not one.has_more:
            assert sorted(hit.article.id for hit in one.hits) == sorted(
                hit.article.id for hit in other.hits
            ), query
        marks = {hit.article.id: hit.highlights for hit in one.hits}
        for hit in other.hits:
            assert marks.get(hit.article.id, hit.highlights) == hit.highlights, query


def test_both_engines_order_alike(pair: Pair) -> None:
    """The first ten hits have close scores by rank, so only close hits may change places."""
    dice = random.Random("order")
    for _ in range(60):
        query = SearchQuery(text=random_text(dice, pair.records) or "oil", size=10)
        one, other = pair.embedded.search(query), pair.cluster.search(query)
        for left, right in zip(one.hits, other.hits, strict=True):
            assert left.score == pytest.approx(right.score, rel=CLOSE, abs=CLOSE), query


def test_both_engines_suggest_and_relate_alike(pair: Pair) -> None:
    """Suggestions with their counts, and the scores of related articles, are equal."""
    dice = random.Random("suggest")
    for _ in range(20):
        word = dice.choice(_WORD.findall(dice.choice(pair.records).get("body", "")) or ["oil"])
        typed = word[: dice.randint(2, 5)]
        assert pair.embedded.suggest(typed, 10) == pair.cluster.suggest(typed, 10), typed
    for _ in range(10):
        article = pair.embedded.article(dice.choice(pair.records)["id"])
        if article:
            left, right = pair.embedded.related(article, 5), pair.cluster.related(article, 5)
            assert [hit.score for hit in left] == pytest.approx(
                [hit.score for hit in right], rel=CLOSE
            ), article.id


def test_a_walk_by_cursor_meets_every_match_once(pair: Pair) -> None:
    """Following cursors past ten thousand matches meets every match once."""
    for query in (
        SearchQuery(text="the", match=Match.ALL, size=100),
        SearchQuery(sort=SortOrder.OLDEST, size=100),
    ):
        seen: list[str] = []
        page = pair.cluster.search(query)
        total = page.total
        while True:
            seen += [hit.article.id for hit in page.hits]
            if page.next_cursor is None or len(seen) >= 12_000:
                break
            page = pair.cluster.search(query.with_cursor(page.next_cursor))
        assert len(seen) == len(set(seen)) == (total if page.next_cursor is None else len(seen))
        assert page.total == total
    assert [facet.facet for facet in page.facets] == list(FACETS)


def test_copies_count_alike_whatever_was_sent_again(cluster: Cluster) -> None:
    """All copies of a shard count the same replaced versions, which affect scores.

    A walk by relevance may use any copy.
    """
    with archive_in(cluster) as settings:
        store = open_store(settings.engine, Path(), settings=settings)
        name, writer = store.create()
        assert isinstance(writer, OpenSearchWriter)
        for _ in range(2):
            for number in range(50):
                writer.add(prepared(store, article(number)))
            writer.drain()
        writer.commit({})
        store.make_live(name)
        query = f"/_cat/segments/{settings.cluster.archive}.{name}?format=json&h=shard,prirep,docs.count,docs.deleted"
        copies: dict[str, list[tuple[str, ...]]] = {"p": [], "r": []}
        for shard, copy, *counts in (each.values() for each in cluster.ask(query)):
            copies[copy].append((shard, *counts))
        assert sorted(copies["p"]) == sorted(copies["r"]) != []
        assert {deleted for _, _, deleted in copies["p"]} == {"0"}
        assert store.current().count(SearchQuery()) == 50


def test_a_large_facet_is_listed_whole(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """All values are listed if a facet has more than one response may hold."""
    query = SearchQuery(
        text="the",
        filters=(Filter("region", pair.records[0]["regions"][0]),)
        if pair.records[0].get("regions")
        else (),
    )
    monkeypatch.setattr("search.engines.opensearch.facets._MAX_BUCKETS", 20)
    for page in (1, 2, 3):
        wanted = pair.embedded.facet_values(query, FACETS[2], FacetValueQuery(page=page))
        assert pair.cluster.facet_values(query, FACETS[2], FacetValueQuery(page=page)) == wanted
