"""Fills a new Tantivy index, or a copy of one."""

import datetime as dt
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from search.engines.tantivy.index_counts import languages_in, values_in
from search.engines.tantivy.storage.catalog import CATALOG_FILE, TantivyCatalogWriter
from search.engines.tantivy.storage.checksums import FileChecksum, checksum_files
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.merging import ARTICLES_TO_MERGE, merge_segments
from search.engines.tantivy.storage.schema import SCHEMA_VERSION, open_index
from search.engines.tantivy.storage.vocabulary import write_words
from search.errors import WriteFailed
from search.files.regular_files import SameFolder
from search.files.write_errors import write_failed
from search.index.document import PreparedDocument

__all__ = ["HEAP_BYTES", "TantivyWriter", "thread_count"]

HEAP_BYTES = 400_000_000
"""Memory of all threads together; a thread that has used its share writes a segment.

Each segment makes every query slower. A thread with all of it writes 190,000 articles of 260 words
into one segment, and the memory of a rebuild stays below 1 GB.
"""
_MAX_THREADS = 4
_CORES_PER_THREAD = 2
"""A thread indexes as many articles as one or two processes parse in the same time."""
_FAILURES = (ValueError, OSError, sqlite3.Error)


def thread_count(cores: int) -> int:
    """Return the number of Tantivy's threads on a machine with a number of cores."""
    return min(_MAX_THREADS, cores // _CORES_PER_THREAD) or 1


class TantivyWriter:
    """An IndexWriter over a directory that is empty, or a copy of a generation with files `base`.

    `finish` is called when everything is written. `meaning` names the vectors that every article
    has, or is "".
    """

    def __init__(
        self,
        directory: Path,
        generation: str,
        base: Mapping[str, FileChecksum] | None,
        *,
        finish: Callable[[], None],
        abort: Callable[[], None],
        meaning: str,
    ) -> None:
        self._directory = directory
        self._generation = generation
        self._base = base
        self._finish = finish
        self._meaning = meaning
        self._abort = abort
        self._newest: deque[PreparedDocument] = deque(maxlen=ARTICLES_TO_MERGE)
        with self._writing():
            (directory / "index").mkdir(exist_ok=True)
            self._folders = (SameFolder(directory), SameFolder(directory / "index"))
            self._index = open_index(str(directory / "index"))
            self._writer = self._index.writer(HEAP_BYTES, thread_count(os.cpu_count() or 1))
            self._catalog = TantivyCatalogWriter(directory / CATALOG_FILE, new=base is None)

    def add(self, document: PreparedDocument) -> None:
        """Add an article whose id is not in the generation."""
        try:
            self._writer.add_json(document.encoded)
            self._newest.append(document)
            self._catalog.add(document)
        except _FAILURES as error:
            raise self._failed(error) from error

    def replace(self, document: PreparedDocument) -> None:
        """Replace the article with the same id."""
        with self._writing():
            self._writer.delete_documents_by_term("id", document.id)
            self._writer.add_json(document.encoded)
            self._newest.append(document)
            self._catalog.replace(document)

    def delete(self, article_id: str) -> None:
        """Remove an article of the copied generation."""
        with self._writing():
            self._writer.delete_documents_by_term("id", article_id)
            self._catalog.delete(article_id)
        remaining = [document for document in self._newest if document.id != article_id]
        self._newest = deque(remaining, ARTICLES_TO_MERGE)

    def commit(self, load: Mapping[str, Any], *, merge: bool = False) -> None:
        """Finish the generation durably."""
        with self._writing(), ThreadPoolExecutor(1) as thread:
            self._check_folders()
            catalog = thread.submit(self._catalog.finish)
            self._writer.commit()
            self._writer.wait_merging_threads()
            if merge:
                newest = {document.id: document.encoded for document in self._newest}
                merge_segments(self._index, HEAP_BYTES, newest)
            self._index.reload()
            catalog.result()
        searcher = self._index.searcher()
        with self._writing():
            self._check_folders()
            write_words(self._directory, searcher)
            most_values, distinct = values_in(searcher)
            record = GenerationRecord(
                generation=self._generation,
                schema_version=SCHEMA_VERSION,
                built=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                articles=searcher.num_docs,
                languages=languages_in(searcher),
                most_values=most_values,
                distinct=distinct,
                load=dict(load),
                files=checksum_files(self._directory, self._base),
                meaning=self._meaning,
            )
            self._check_folders()
            record.write(self._directory)
            self._finish()

    def abort(self) -> None:
        """Discard the generation."""
        self._catalog.abort()
        # Its threads end with it, so that none writes a file while the directory is deleted.
        del self._writer
        self._abort()

    def _check_folders(self) -> None:
        for folder in self._folders:
            folder.check()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except _FAILURES as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> WriteFailed:
        return write_failed("the index", self._directory, error, after="; nothing changed")
