"""`dateline rebuild` against bare Tantivy over the same fields, and the time of its parts.

There are two bare loops. One adds plain documents, whose words Tantivy stems itself. The other adds
the documents that the rebuild prepares, which is what Tantivy alone needs for its index.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import NamedTuple

import orjson
import tantivy

from benchmarks.support.archives import REUTERS, made_up
from benchmarks.support.indexing_parts import parts
from benchmarks.support.timing import table
from indexer.formats.record.validation import parse_json, to_article
from search.engines.tantivy.storage.schema import SLOTS, encode, open_index
from search.engines.tantivy.writer import HEAP_BYTES, thread_count
from search.errors import InvalidArticle
from search.index.document import index_document

__all__ = ["run"]

_ROUNDS = {"reuters": 5, "senate": 3}
_PARTS_OF = 15_000
"""Made-up articles of which the parts are measured."""


class _Cost(NamedTuple):
    """Seconds on the clock, and of all processors."""

    clock: float
    processors: float


def run() -> str:
    """Measure all in turn, on a small and on a larger archive, and return the tables."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for archive, rounds in _ROUNDS.items():
            source = REUTERS.with_name(f"{archive}.jsonl.gz")
            if not source.exists():
                source = _write_made_up(folder, 3_000 * rounds)
            encoded = folder / "encoded.jsonl"
            _encode(source, encoded)
            tasks: dict[str, Callable[[], float]] = {
                "bare `add_json` of prepared documents + commit": partial(
                    _bare_prepared, encoded, folder / "bare"
                ),
                "bare `orjson.loads` + `add_document` + commit, `en_stem`": partial(
                    _bare, source, folder / "bare"
                ),
                "`dateline rebuild`, from its first record to the swap": partial(
                    _rebuild, source, folder / "data"
                ),
            }
            costs: dict[str, list[_Cost]] = {task: [] for task in tasks}
            for _ in range(rounds):
                for task, function in tasks.items():
                    costs[task].append(_cost(function))
            rows += _rows(source.name, costs)
    head = ["", "seconds", "rate relative to bare", "seconds of processors", "relative to bare"]
    lines = [article.to_json() for article in islice(made_up(_PARTS_OF), _PARTS_OF)]
    return (
        "## Indexing (Reuters, 14,668 articles; Senate, 72,623)\n\n"
        f"{table(head, rows)}\n"
        "Processor time by part, made-up articles of 260 words, and what it allows on more cores:"
        f"\n\n{parts(lines)}"
    )


def _rows(source: str, costs: dict[str, list[_Cost]]) -> list[list[str]]:
    """Return a row of the table for each task; the first task is the bare one."""
    bare = next(iter(costs.values()))
    rows = []
    for name, own in costs.items():
        pairs = list(zip(bare, own, strict=True))
        rows.append(
            [
                f"{source}: {name}",
                f"{median(cost.clock for cost in own):,.2f}",
                f"{median(one.clock / other.clock for one, other in pairs):.2f}",
                f"{median(cost.processors for cost in own):,.2f}",
                f"{median(one.processors / other.processors for one, other in pairs):.2f}",
            ]
        )
    return rows


def _cost(task: Callable[[], float]) -> _Cost:
    """Measure a task that returns its seconds, with the processes that end with it."""
    used = _processor_seconds()
    seconds = task()
    return _Cost(seconds, _processor_seconds() - used)


def _processor_seconds() -> float:
    usages = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _write_made_up(folder: Path, number: int) -> Path:
    path = folder / f"{number}-made-up.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        file.writelines(article.to_json() + b"\n" for article in made_up(number))
    return path


def _encode(source: Path, target: Path) -> None:
    """Write the documents that a rebuild of the source prepares."""
    with gzip.open(source) as lines, target.open("w") as file:
        for number, line in enumerate(lines, 1):
            # A rebuild, too, leaves out records without a text.
            with suppress(InvalidArticle):
                article, _ = to_article(parse_json(line), f"{source.name}:{number}", "en")
                file.write(f"{encode(index_document(article))}\n")


def _rebuild(source: Path, data: Path) -> float:
    """Index into an empty folder, as the bare loops do; return the seconds of the report."""
    shutil.rmtree(data, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "indexer",
        "rebuild",
        str(source),
        "--data",
        str(data),
        "--json",
    ]
    process = subprocess.run(command, capture_output=True, check=False)
    return float(orjson.loads(process.stdout)["seconds"])


def _bare_prepared(source: Path, folder: Path) -> float:
    """Add the documents of a rebuild with as many threads as it has."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.perf_counter()
    writer = open_index(str(folder)).writer(HEAP_BYTES, thread_count(os.cpu_count() or 1))
    with source.open() as lines:
        for line in lines:
            writer.add_json(line)
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - started


def _bare(source: Path, folder: Path) -> float:
    """Index the same fields with bare Tantivy: stems, exact words with positions, facets."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.perf_counter()
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(HEAP_BYTES, thread_count(os.cpu_count() or 1))
    with gzip.open(source) as lines:
        for line in lines:
            record = orjson.loads(line)
            document = tantivy.Document()
            title, body, deck = (
                record.get("title", ""),
                record.get("body", ""),
                record.get("deck", ""),
            )
            document.add_text("id", record["id"])
            document.add_bytes("article", line)
            document.add_text("text", f"{title} {deck} {body}")
            document.add_text("title", title)
            for field, text in (("title", title), ("deck", deck), ("body", body)):
                document.add_text(f"{field}_exact", text)
            for facet, key in (
                ("region", "regions"),
                ("theme", "themes"),
                ("author", "authors"),
                ("report", "reports"),
            ):
                _add_values(document, facet, record.get(key, []))
            _add_values(document, "source", [record["source"]] if record.get("source") else [])
            _add_values(document, "language", ["en"])
            day = int(record["published"][:10].replace("-", ""))
            document.add_unsigned("day", day)
            document.add_unsigned("month", day // 100)
            document.add_unsigned("sort_key", day)
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - started


def _add_values(document: tantivy.Document, facet: str, values: list[str]) -> None:
    for value in values:
        document.add_text(facet, value)
        if facet in ("region", "theme", "author", "report", "source"):
            document.add_text(f"{facet}_exact", value)
    for slot in range(SLOTS[facet]):
        document.add_text(f"{facet}_{slot}", values[slot] if slot < len(values) else "")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("article", stored=True)
    builder.add_text_field("text", tokenizer_name="en_stem", index_option="freq")
    builder.add_text_field("title", tokenizer_name="en_stem", index_option="freq")
    for field in ("title", "deck", "body", "author", "region", "theme", "report", "source"):
        builder.add_text_field(f"{field}_exact", tokenizer_name="default", index_option="position")
    for facet, slots in SLOTS.items():
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic")
        for slot in range(slots):
            builder.add_text_field(
                f"{facet}_{slot}", tokenizer_name="raw", index_option="basic", fast=True
            )
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_unsigned_field("month", fast=True)
    builder.add_unsigned_field("sort_key", fast=True)
    return builder.build()
