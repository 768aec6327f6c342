"""Processor time of each part of a rebuild, measured one after the other in one process.

Only Tantivy's own threads run next to a part, so the figures can be added up: they show what a
machine with more cores could do, and which part would limit it.
"""

import gc
import pickle
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.support.timing import table
from indexer.formats.record.validation import parse_json, to_article
from search.engines.tantivy.storage.catalog import TantivyCatalogWriter
from search.engines.tantivy.storage.checksums import checksum_files
from search.engines.tantivy.storage.schema import encode, open_index
from search.engines.tantivy.storage.vocabulary import write_words
from search.engines.tantivy.writer import HEAP_BYTES, thread_count
from search.index.document import PreparedDocument, index_document

__all__ = ["parts"]

_BATCH = 250
_READING = ("JSON to a checked article", "analysis", "JSON for Tantivy", "pickle")
_COMMAND = ("unpickle", "`add_json`", "catalog", "commit, vocabulary, checksums")
_TANTIVY = "Tantivy's threads"
_CORES = (2, 4, 8)


def parts(lines: Sequence[bytes]) -> str:
    """Index lines of JSON; return tables of the time of each part, and of the scaling."""
    spent: dict[str, float] = defaultdict(float)
    was_enabled = gc.isenabled()
    gc.disable()
    started = time.process_time()
    try:
        with tempfile.TemporaryDirectory() as name:
            _index(lines, Path(name), spent)
    finally:
        if was_enabled:
            gc.enable()
    spent[_TANTIVY] = time.process_time() - started - sum(spent.values())
    each = {part: seconds / len(lines) * 1_000_000 for part, seconds in spent.items()}
    total = sum(each.values())
    places = (("reading processes", _READING), ("command", _COMMAND), ("command", (_TANTIVY,)))
    rows = [
        [place, part, f"{each[part]:,.1f}", f"{each[part] / total:.0%}"]
        for place, names in places
        for part in names
    ]
    head = ["process", "part", "µs of a core per article", "share"]
    return f"{table(head, rows)}\n{_scaling(each)}"


def _scaling(each: dict[str, float]) -> str:
    """Return how many articles a second the parts allow on several cores."""
    reading = sum(each[part] for part in _READING)
    command = sum(each[part] for part in _COMMAND)
    rows = []
    for cores in _CORES:
        threads = thread_count(cores)
        limits = {
            "the cores": cores / (reading + command + each[_TANTIVY]),
            "reading processes": cores / reading,
            _TANTIVY: threads / each[_TANTIVY],
            "the command's main thread": 1 / command,
        }
        rate, limit = min((rate, limit) for limit, rate in limits.items())
        rows.append([f"{cores}", f"{threads}", f"{rate * 1_000_000:,.0f}", limit])
    head = ["cores and reading processes", "Tantivy's threads", "articles per second", "limit"]
    return table(head, rows)


def _index(lines: Sequence[bytes], folder: Path, spent: dict[str, float]) -> None:
    @contextmanager
    def part(name: str) -> Iterator[None]:
        begun = time.thread_time()
        yield
        spent[name] += time.thread_time() - begun

    (folder / "index").mkdir()
    index = open_index(str(folder / "index"))
    writer = index.writer(HEAP_BYTES, 1)
    catalog = TantivyCatalogWriter(folder / "catalog.sqlite", new=True)
    for start in range(0, len(lines), _BATCH):
        with part("JSON to a checked article"):
            articles = [
                to_article(parse_json(line), f"made-up.jsonl:{number}", "en")[0]
                for number, line in enumerate(lines[start : start + _BATCH], start)
            ]
        with part("analysis"):
            documents = list(map(index_document, articles))
        with part("JSON for Tantivy"):
            prepared = [
                PreparedDocument(document.id, document.fingerprint, number, encode(document))
                for number, document in enumerate(documents, start)
            ]
        with part("pickle"):
            pickled = pickle.dumps(prepared)
        with part("unpickle"):
            received: list[PreparedDocument] = pickle.loads(pickled)
        with part("`add_json`"):
            for document in received:
                writer.add_json(document.encoded)
        with part("catalog"):
            for document in received:
                catalog.add(document)
    with part("catalog"):
        catalog.finish()
    with part("commit, vocabulary, checksums"):
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        write_words(folder, index.searcher())
    # Checksums are computed by threads.
    begun = time.process_time()
    checksum_files(folder)
    spent["commit, vocabulary, checksums"] += time.process_time() - begun
