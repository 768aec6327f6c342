"""`dateline rebuild` against a bare loop of `add_document` over the same fields."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import orjson
import tantivy

from benchmarks.support.archives import REUTERS, made_up
from benchmarks.support.timing import table
from search.engines.tantivy.storage.schema import SLOTS

__all__ = ["run"]

_BARE = "bare `orjson.loads` + `add_document` + commit, `en_stem`, two threads"
_ROUNDS = {"reuters": 5, "senate": 3}


def run() -> str:
    """Measure both in turn, on a small and on a larger archive, and return the table."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for archive, rounds in _ROUNDS.items():
            source = REUTERS.with_name(f"{archive}.jsonl.gz")
            if not source.exists():
                source = _write_made_up(folder, 3_000 * rounds)
            ours: list[float] = []
            bare: list[float] = []
            for _ in range(rounds):
                bare.append(_bare(source, folder / "bare"))
                ours.append(_rebuild(source, folder / "data"))
            ratio = median(b / o for b, o in zip(bare, ours, strict=True))
            rows += [
                [f"{source.name}: {_BARE}", f"{median(bare):,.2f}", "1"],
                [
                    f"{source.name}: `dateline rebuild`, from its first record to the swap",
                    f"{median(ours):,.2f}",
                    f"{ratio:.2f}",
                ],
            ]
    return "## Indexing (Reuters, 14,668 articles; Senate, 72,623)\n\n" + table(
        ["", "seconds", "rate relative to bare"], rows
    )


def _write_made_up(folder: Path, number: int) -> Path:
    path = folder / f"{number}-made-up.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        file.writelines(article.to_json() + b"\n" for article in made_up(number))
    return path


def _rebuild(source: Path, data: Path) -> float:
    """Index into an empty folder, as the bare loop does; return the seconds of the report."""
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
    return float(json.loads(process.stdout)["seconds"])


def _bare(source: Path, folder: Path) -> float:
    """Index the same fields with bare Tantivy: stems, exact words with positions, facets."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.perf_counter()
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(200_000_000, min(4, os.cpu_count() or 1))
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
