"""Fills a new Tantivy index."""

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from search.document import IndexDocument
from search.engines.tantivy_generation import GenerationRecord
from search.engines.tantivy_schema import SCHEMA_VERSION, SLOTS, open_index, to_tantivy
from search.errors import WriteFailed

__all__ = ["TantivyWriter"]

_HEAP_A_THREAD = 96_000_000
_THREADS = 4


class TantivyWriter:
    """An IndexWriter over an empty directory; `finish` is called once all is safely on disk."""

    def __init__(self, directory: Path, generation: str, finish: Callable[[], None], abort: Callable[[], None]) -> None:
        self._directory = directory
        self._generation = generation
        self._finish = finish
        self._abort = abort
        threads = min(_THREADS, os.cpu_count() or 1)
        with self._writing():
            (directory / "index").mkdir(parents=True)
            self._index = open_index(str(directory / "index"))
            self._writer = self._index.writer(_HEAP_A_THREAD * threads, threads)
        self._languages: Counter[str] = Counter()
        self._most_values = dict.fromkeys(SLOTS, 0)

    def add(self, document: IndexDocument) -> None:
        """Add an article whose id is not in the generation."""
        try:
            self._writer.add_document(to_tantivy(document))
        except (ValueError, OSError) as error:
            raise self._failure(error) from error
        self._languages[document.language] += 1
        for facet, values in document.values.items():
            self._most_values[facet] = max(self._most_values[facet], len(values))

    def replace(self, document: IndexDocument) -> None:
        """Put an article in the place of the one with its id."""
        self._writer.delete_documents_by_term("id", document.id)
        self.add(document)

    def commit(self, load: Mapping[str, Any]) -> None:
        """Finish the generation durably."""
        with self._writing():
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._index.reload()
        record = GenerationRecord(
            generation=self._generation,
            schema_version=SCHEMA_VERSION,
            built=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            articles=self._index.searcher().num_docs,
            languages=tuple(language for language, _ in self._languages.most_common()),
            most_values=self._most_values,
            load=dict(load),
        )
        record.write(self._directory)
        self._finish()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> WriteFailed:
        return WriteFailed(f"the index could not be written to {self._directory}: {error}; nothing changed")

    def abort(self) -> None:
        """Give up; what was added is gone."""
        # What was written is deleted whole; a writer that failed cannot even roll back.
        self._abort()
