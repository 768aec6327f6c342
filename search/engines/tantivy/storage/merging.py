"""Merges all segments of an index into one.

Tantivy's Python package has no call for it: segments are merged by its log merge policy, in groups
of at least eight. The policy walks the segments from the one with the most documents, deleted ones
included, to the one with the fewest, and starts another group where a segment has considerably
fewer remaining documents than the group. So a *placeholder* segment of many deleted documents and a
remaining one comes first, and all others join its group.
"""

from collections.abc import Mapping

import tantivy

__all__ = ["ARTICLES_TO_MERGE", "merge_segments"]

_SEGMENTS_OF_A_MERGE = 8
"""The smallest group that the log merge policy merges."""

ARTICLES_TO_MERGE = _SEGMENTS_OF_A_MERGE
"""Articles that are needed to make segments until there are enough for a merge."""

_NO_ID = ""
"""The id of the documents of a placeholder; no article has it."""
_PLACEHOLDER = '{"id":""}'


def merge_segments(index: tantivy.Index, heap_bytes: int, articles: Mapping[str, str]) -> None:
    """Merge the committed segments of an index into one, and wait for it.

    `articles` has ARTICLES_TO_MERGE encoded articles of the index, by id. They are written again,
    each into a segment of its own, which a merge then removes. With fewer of them nothing happens,
    and neither in an index that is larger than a placeholder that fits into `heap_bytes`: that is
    some millions of articles.

    Raises:
        ValueError, OSError: the index cannot be written.

    """
    if _count_segments(index) <= 1 or len(articles) < ARTICLES_TO_MERGE:
        return
    writer = index.writer(heap_bytes, 1)
    remaining = list(articles.items())
    # Operations are numbered, and no segment can have more documents than there were operations.
    for _ in range(_write_again(writer, *remaining.pop())):
        writer.add_json(_PLACEHOLDER)
    writer.delete_documents_by_term("id", _NO_ID)
    writer.commit()
    while remaining and 1 < _count_segments(index) < _SEGMENTS_OF_A_MERGE:
        _write_again(writer, *remaining.pop())
        writer.commit()
    writer.wait_merging_threads()


def _count_segments(index: tantivy.Index) -> int:
    index.reload()
    return index.searcher().num_segments


def _write_again(writer: tantivy.IndexWriter, article_id: str, encoded: str) -> int:
    writer.delete_documents_by_term("id", article_id)
    return writer.add_json(encoded)
