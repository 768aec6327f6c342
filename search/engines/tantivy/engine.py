"""The engine over one finished Tantivy index."""

from pathlib import Path

import tantivy

from search.engines.base import PipelineEngine
from search.engines.tantivy.searcher import TantivySearcher
from search.engines.tantivy.storage.catalog import CATALOG_FILE, TantivyCatalog
from search.engines.tantivy.storage.checksums import differing_size, files_of, writable_shadow
from search.engines.tantivy.storage.documents import forbidden, unreadable
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import SCHEMA_VERSION, open_index
from search.errors import IndexOutdated
from search.ranking.tuning import Tuning

__all__ = ["TantivyEngine"]


class TantivyEngine(PipelineEngine[tantivy.DocAddress]):
    """A SearchEngine over the generation in a directory.

    Raises:
        IndexDamaged: its files cannot be read.
        IndexForbidden: this user may not read one of them.

    """

    current_schema_version = SCHEMA_VERSION

    def __init__(self, directory: Path, record: GenerationRecord, tuning: Tuning) -> None:
        super().__init__(record, tuning)
        self._directory = directory
        self._files = record.files
        self._generation_record = record
        if error := forbidden(directory):
            raise error
        if name := differing_size(directory, record.files):
            raise unreadable(directory, f"{name} is missing or has another size")
        try:
            shadow = writable_shadow(directory / "index")
            self._tantivy_index = open_index(shadow.name if shadow else str(directory / "index"))
            self._searcher = self._tantivy_index.searcher()
            # Kept for as long as the index and freed after it, for files that are opened late.
            self._shadow = shadow
        except (ValueError, OSError) as error:
            raise unreadable(directory, str(error)) from error

    def _open_primitives(self) -> TantivySearcher:
        return TantivySearcher(
            self._directory,
            self._generation_record,
            self._tantivy_index,
            self._searcher,
            self._tuning.boosts,
        )

    @property
    def size(self) -> int:
        """Bytes on disk, as recorded: files of a replaced generation may be deleted any time."""
        return sum(checksum.size for checksum in self._files.values()) or sum(
            path.stat().st_size for _, path in files_of(self._directory)
        )

    @property
    def has_catalog(self) -> bool:
        """Return whether the generation has a catalog; those of schema 1 have none."""
        return CATALOG_FILE in self._files

    @property
    def catalog(self) -> TantivyCatalog:
        """The generation's catalog; see SearchEngine."""
        if not self.has_catalog:
            raise IndexOutdated(
                "the live index was written by an older version of Dateline, without a catalog; "
                "run dateline check --repair, which rewrites it from its own articles, or "
                "dateline rebuild SOURCE…"
            )
        return TantivyCatalog(self._directory, self._files[CATALOG_FILE])
