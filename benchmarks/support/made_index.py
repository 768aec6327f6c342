"""An index of made-up articles, opened as an engine."""

from pathlib import Path

from benchmarks.support.archives import made_up
from search.engines import open_store
from search.engines.tantivy.engine import TantivyEngine
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import SCHEMA_VERSION
from search.index.document import PreparedDocument, index_document
from search.ranking.tuning import Tuning

__all__ = ["index_made_up", "opened"]


def index_made_up(folder: Path, articles: int) -> tuple[Path, GenerationRecord]:
    """Index articles below a folder; return the generation's directory and record."""
    store = open_store("tantivy", folder)
    name, writer = store.create()
    for article in made_up(articles):
        document = index_document(article)
        writer.add(PreparedDocument(article.id, document.fingerprint, 0, store.encode(document)))
    writer.commit({})
    store.make_live(name)
    directory = folder / "generations" / name
    return directory, GenerationRecord.read(directory, SCHEMA_VERSION, SCHEMA_VERSION)


def opened(index: tuple[Path, GenerationRecord]) -> TantivyEngine:
    """Open the engine of an index, without an admin's tuning."""
    return TantivyEngine(*index, Tuning())
