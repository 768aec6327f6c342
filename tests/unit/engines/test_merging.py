"""A merge of all segments of a Tantivy index, which its Python package has no call for."""

from pathlib import Path

import pytest

from search.engines.tantivy.storage.merging import ARTICLES_TO_MERGE, merge_segments
from search.engines.tantivy.storage.schema import encode, open_index
from search.index.document import index_document
from tests.support.articles import article

_HEAP = 50_000_000


@pytest.mark.parametrize("sizes", [(30, 2), (12, 12, 12), (40, 1, 1, 1, 1, 1, 1), (9,)])
def test_all_segments_become_one(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    """Whatever segments there are, one is left, with every article once and no other document."""
    index = open_index(str(tmp_path))
    writer = index.writer(_HEAP, 1)
    encoded: dict[str, str] = {}
    for size in sizes:
        for _ in range(size):
            made = article(len(encoded), title="Note")
            encoded[made.id] = encode(index_document(made))
            writer.add_json(encoded[made.id])
        writer.commit()
    writer.wait_merging_threads()
    index.reload()
    assert index.searcher().num_segments == len(sizes)
    newest = dict(list(encoded.items())[-ARTICLES_TO_MERGE:])
    merge_segments(index, _HEAP, newest)
    index.reload()
    searcher = index.searcher()
    assert searcher.num_segments == 1
    assert searcher.num_docs == len(encoded)
    assert searcher.terms_with_prefix("id", "") == sorted((each, 1) for each in encoded)
    assert searcher.doc_freq("title", "note") == len(encoded)


def test_an_index_of_few_articles_stays_as_it_is(tmp_path: Path) -> None:
    """A merge needs some articles to write again; without them nothing is written."""
    index = open_index(str(tmp_path))
    writer = index.writer(_HEAP, 1)
    encoded = {f"a{number}": encode(index_document(article(number))) for number in range(3)}
    for each in encoded.values():
        writer.add_json(each)
        writer.commit()
    writer.wait_merging_threads()
    merge_segments(index, _HEAP, encoded)
    index.reload()
    assert (index.searcher().num_segments, index.searcher().num_docs) == (3, 3)
