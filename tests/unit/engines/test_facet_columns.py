"""How many values the matches have outside of named ones, from which first values are proven."""

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
import tantivy

from search.engines.tantivy.counting.columns import CountedDates, FacetColumns
from search.engines.tantivy.storage.schema import encode, month_column, open_index
from search.index.document import index_document
from search.model.article import Article
from tests.conftest import article

_MOST_AUTHORS = 3
_NAMES = [f"name {number}" for number in range(12)]
DATES = pytest.mark.parametrize("dates", ["", "months", "years"])


class Counted(NamedTuple):
    """An index, its columns and its articles."""

    inverted: tantivy.Index
    columns: FacetColumns
    articles: list[Article]

    def having(self, word: str) -> tuple[tantivy.Query, list[Article]]:
        """Return a query for a word, and the articles that it matches."""
        query = tantivy.Query.term_query(self.inverted.schema, "text", word)
        return query, [each for each in self.articles if word in each.body.split()]


@pytest.fixture(scope="module", params=[1, 3], ids=["one segment", "three segments"])
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """Return articles with no to three authors each."""
    dice = random.Random(11)
    articles = [
        article(
            number,
            title="Note",
            body=dice.choice(("tug port", "tug", "port")),
            authors=tuple(dice.sample(_NAMES, number % (_MOST_AUTHORS + 1))),
        )
        for number in range(90)
    ]
    index = _index(tmp_path_factory.mktemp("index"), articles, request.param)
    columns = FacetColumns(index.searcher(), {"author": _MOST_AUTHORS}, {}, month_column(index))
    return Counted(index, columns, articles)


def _index(folder: Path, articles: list[Article], segments: int) -> tantivy.Index:
    index = open_index(str(folder))
    writer = index.writer(50_000_000, 1)
    for part in range(segments):
        for each in articles[part::segments]:
            writer.add_json(encode(index_document(each)))
        writer.commit()
    writer.wait_merging_threads()
    index.reload()
    assert index.searcher().num_segments == segments
    return index


def _outside(articles: Iterable[Article], names: Iterable[str]) -> int:
    counts = Counter(name for each in articles for name in each.authors)
    return counts.total() - sum(counts[name] for name in names)


@DATES
@pytest.mark.parametrize("named", [1, 4, len(_NAMES)])
def test_values_outside_of_named_ones_are_counted(
    counted: Counted, named: int, dates: CountedDates
) -> None:
    """Too few of them, and a value that is not named could be missing among the first ones."""
    query, matches = counted.having("tug")
    names = tuple(random.Random(named).sample(_NAMES, named))
    lists = counted.columns.first_values(query, {"author": names}, dates)
    assert lists.outside == {"author": _outside(matches, names)}


@DATES
def test_values_outside_are_those_of_all_articles_less_those_of_the_others(
    counted: Counted, dates: CountedDates
) -> None:
    """The same number is found by counting the articles that do not match."""
    rest, others = counted.having("port")
    leaders = counted.columns.leaders("author")
    assert leaders is not None
    names = tuple(list(leaders.counts)[:4])
    lists = counted.columns.first_values_without(rest, {"author": names}, dates)
    assert others
    matches = [each for each in counted.articles if each not in others]
    assert lists.outside == {"author": _outside(matches, names)}
