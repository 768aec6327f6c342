"""Accuracy and speed of reading: saved pages (next to plain trafilatura), reprints, an export.

`python -m benchmarks.reading` prints only this report.
"""

import gzip
import json
import multiprocessing
import os
import re
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from trafilatura import bare_extraction

from benchmarks.support.archives import CORPORA, write_export
from benchmarks.support.timing import table
from indexer.formats import FormatOptions
from indexer.formats.bylines.authors import bare_name
from indexer.formats.page.reader import extract_record
from indexer.formats.page.site_rules import SiteRules, site_rules
from indexer.formats.record.validation import to_article
from indexer.formats.reprint.reader import read as read_reprint
from indexer.input.batches import Batch, batches
from indexer.input.sources import find_files
from indexer.parsing.pipeline import parse_record
from search.analysis.plain_text import plain_text
from search.errors import InvalidArticle
from tests.support.reprints import reprints

__all__ = ["run"]

_SETS = ("fundus", "trafilatura-en", "readability")
_FIELDS = {
    "title": "title",
    "authors": "author set",
    "people": "the same people",
    "day": "day",
    "body": "body F1",
    "with": "phrases in",
    "without": "phrases out",
}
_BY = re.compile(r"^(?:written by|by|par|von|por)\s+", re.IGNORECASE)
_ADDED = re.compile(r"\s*\(http[^)]*\)|\s+Edited by.*$", re.IGNORECASE)
_JOINT = re.compile(r"\s*,\s*|\s+(?:and|et|und|y|&)\s+", re.IGNORECASE)
_REPRINTS = 5_000
_REPRINT_KEYS = (
    "title", "deck", "byline", "authors", "published", "regions", "themes", "reports", "source",
    "source_url", "source_published", "body", "author_note", "image_credit", "copyright",
)  # fmt: skip
_EXPORT_BYTES = 60_000_000
_MEGABYTE = 1_000_000


class _Page(NamedTuple):
    """A saved page and the expected values, as far as its collection has them."""

    raw: bytes
    url: str
    expected: dict[str, Any]


@dataclass(slots=True)
class _Score:
    """Scores of each part by page: right or wrong, or a share."""

    parts: dict[str, list[float]] = field(default_factory=dict)

    def add(self, part: str, value: float) -> None:
        self.parts.setdefault(part, []).append(value)

    def shown(self, part: str) -> str:
        values = self.parts.get(part)
        return f"{100 * mean(values):.1f}" if values else "–"


Reader = Callable[[_Page], dict[str, Any]]


def run() -> str:
    """Score and time all readers, and return the report; missing collections are named."""
    parts = [
        "## Reading what publishers have",
        _scores_of_pages(),
        _scores_of_reprints(),
        _speeds(),
    ]
    return "\n\n".join(part for part in parts if part)


def _scores_of_pages() -> str:
    readers: dict[str, Reader] = {
        "trafilatura": _with_trafilatura,
        "Dateline, no site rules": partial(_with_dateline, rules=SiteRules({})),
        "Dateline": partial(_with_dateline, rules=site_rules("")),
    }
    totals = {name: _Score() for name in readers}
    rows: list[list[str]] = []
    for name in _SETS:
        pages = list(_pages(name))
        if not pages:
            continue
        for reader, read in readers.items():
            score = _Score()
            for page in pages:
                _score(page, read(page), (score, totals[reader]))
            rows.append(
                [f"{name} ({len(pages)})", reader, *(score.shown(part) for part in _FIELDS)]
            )
    if not rows:
        return "The saved pages of the shared collections are missing, so no pages were scored."
    rows += [
        ["all", reader, *(score.shown(part) for part in _FIELDS)]
        for reader, score in totals.items()
    ]
    return (
        "Saved pages: per cent of pages whose title, set of authors and day are exactly as "
        "expected, F1 of the body's words, and phrases that must and must not be in the body. "
        "A page counts only for the parts that its collection has. Where collections keep "
        '"By", titles, capitals or two people in one name, "the same people" compares both '
        "sides after normalisation to one name per person.\n\n"
        + table(["set", "read by", *_FIELDS.values()], rows)
    )


def _pages(name: str) -> Iterator[_Page]:
    archive = CORPORA / "pages" / f"{name}.tar.xz"
    if not archive.exists():
        return
    lines = (CORPORA / "pages" / f"{name}.expected.jsonl").read_text("utf-8").splitlines()
    expected = {record["file"]: record for record in map(json.loads, lines)}
    with tarfile.open(archive) as files:
        for member in files:
            record = expected.get(member.name.removeprefix("./").removeprefix(f"{name}/"))
            content = files.extractfile(member) if record else None
            if record and content:
                yield _Page(content.read(), record.get("url") or "", record)


def _with_trafilatura(page: _Page) -> dict[str, Any]:
    found = bare_extraction(
        page.raw, url=page.url or None, with_metadata=True, include_comments=False
    )
    if found is None or isinstance(found, dict):
        return {}
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return {"title": found.title, "authors": authors, "published": found.date, "body": found.text}


def _with_dateline(page: _Page, rules: SiteRules) -> dict[str, Any]:
    found = extract_record(page.raw, rules).record
    return found | {"body": plain_text(found.get("body", ""))}


def _score(page: _Page, found: dict[str, Any], scores: tuple[_Score, ...]) -> None:
    expected = page.expected
    values: list[tuple[str, float]] = []
    body = found.get("body") or ""
    if expected["title"]:
        values.append(("title", _line(found.get("title")) == _line(expected["title"])))
    if expected["authors"]:
        authors = found.get("authors") or []
        values.append(("authors", set(map(_line, authors)) == set(map(_line, expected["authors"]))))
        values.append(("people", _people(authors) == _people(expected["authors"])))
    if expected["date"]:
        values.append(("day", (found.get("published") or "")[:10] == expected["date"][:10]))
    if "body" in expected:
        values.append(("body", _f1(body, expected["body"])))
    values += [
        ("with", _line(phrase) in _line(body)) for phrase in expected.get("must_contain", ())
    ]
    values += [
        ("without", _line(phrase) not in _line(body))
        for phrase in expected.get("must_not_contain", ())
    ]
    for score in scores:
        for part, value in values:
            score.add(part, float(value))


def _people(names: list[str]) -> set[str]:
    """Normalise names: without "By" and titles, one per person, in lower case."""
    bare = [_ADDED.sub("", _BY.sub("", _line(name))) for name in names]
    return {
        bare_name(each).casefold() for name in bare for each in _JOINT.split(name) if each.strip()
    }


def _line(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def _f1(text: str, expected: str) -> float:
    words, expected_words = _words(text), _words(expected)
    both = (words & expected_words).total()
    return (
        2 * both / (words.total() + expected_words.total())
        if both
        else float(not words and not expected_words)
    )


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def _scores_of_reprints() -> str:
    right = Counter[str]()
    for reprint in reprints(_REPRINTS, seed=8):
        try:
            article = to_article(read_reprint(reprint.raw).record, "", "en")[0].to_dict()
        except InvalidArticle:
            continue
        for key in _REPRINT_KEYS:
            expected = reprint.record.get(key) or ""
            right[key] += (
                list(article[key]) or "" if isinstance(article[key], tuple) else article[key]
            ) == expected
    rows = [[key, f"{100 * right[key] / _REPRINTS:.2f}"] for key in _REPRINT_KEYS]
    rows.append(["all", f"{100 * right.total() / _REPRINTS / len(_REPRINT_KEYS):.2f}"])
    introduction = (
        f"Reprints, {_REPRINTS:,} generated in many layouts (`tests/support/reprints.py`): "
        "per cent correct.\n\n"
    )
    return introduction + table(["key", "right"], rows) + _scores_of_shared_reprints()


def _scores_of_shared_reprints() -> str:
    rows = list(_shared_reprints())
    if not rows:
        return ""
    names = days = read = 0
    for record, raw in rows:
        try:
            found = read_reprint(raw).record
        except InvalidArticle:
            continue
        read += 1
        # The collection keeps honorifics, which are not part of a facet's value.
        names += "authors" not in record or len(found["authors"]) == len(record["authors"])
        days += found["published"] == record.get("published", found["published"])
    return (
        f"\n\nShared reprints: {read} of {len(rows)} read, the others have no day and are refused; "
        f"{names} with as many authors and {days} with the day that the collection has."
    )


def _shared_reprints() -> Iterator[tuple[dict[str, Any], bytes]]:
    path = CORPORA / "reprints" / "reprints.jsonl.gz"
    if path.exists():
        with gzip.open(path) as lines:
            for record in map(json.loads, lines):
                yield (
                    record,
                    "\n\n".join(
                        [record["title"], *record["header_lines"], record["body"]]
                    ).encode(),
                )


def _speeds() -> str:
    cores = os.cpu_count() or 1
    raws = [reprint.raw for reprint in reprints(_REPRINTS, seed=9)]
    seconds = _timed(lambda: _read_reprints(raws))
    rows = [
        [
            "generated reprints, one core",
            _speed(len(raws), sum(map(len, raws)), seconds),
        ]
    ]
    shared = [raw for _, raw in _shared_reprints()]
    if shared:
        seconds = _timed(lambda: _read_reprints(shared * 5))
        size = sum(map(len, shared)) * 5
        rows.append(
            [
                "shared reprints, one core",
                _speed(len(shared) * 5, size, seconds),
            ]
        )
    pages = [page.raw for name in _SETS for page in _pages(name)]
    with multiprocessing.get_context("forkserver").Pool(cores) as pool:
        if pages:
            pool.map(_read_page, pages[: 4 * cores])
            seconds = _timed(lambda: pool.map(_read_page, pages, chunksize=1))
            rows.append(
                [
                    f"saved pages, {cores} cores",
                    f"{len(pages) / seconds / cores:.1f} per second and core",
                ]
            )
            bare = _timed(lambda: pool.map(_read_bare, pages, chunksize=1))
            rows.append(
                [
                    f"the same by trafilatura alone, {cores} cores",
                    f"{len(pages) / bare / cores:.1f} per second and core",
                ]
            )
        rows.append(_speed_of_export(pool, cores))
    return "How fast they are read into records, before anything is indexed:\n\n" + table(
        ["", ""], rows
    )


def _speed(count: int, size: int, seconds: float) -> str:
    return f"{count / seconds:,.0f} per second, {size / seconds / _MEGABYTE:.0f} MB/s"


def _speed_of_export(pool: Pool, cores: int) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "export.xml")
        write_export(path, _EXPORT_BYTES)
        files = find_files([str(path)]).files
        list(pool.imap(_read_batch, islice(batches(files, _ignore_progress), 2 * cores)))
        seconds = _timed(lambda: sum(pool.imap(_read_batch, batches(files, _ignore_progress))))
        size = path.stat().st_size / _MEGABYTE
    return [f"WordPress export of {size:.0f} MB, {cores} cores", f"{size / seconds:.0f} MB/s"]


def _read_reprints(raws: list[bytes]) -> None:
    for raw in raws:
        with suppress(InvalidArticle):
            to_article(read_reprint(raw).record, "", "en")


def _read_page(raw: bytes) -> None:
    with suppress(InvalidArticle):
        extract_record(raw, site_rules(""))


def _read_bare(raw: bytes) -> None:
    bare_extraction(raw, with_metadata=True, include_comments=False)


def _read_batch(batch: Batch) -> int:
    records = batch.records()
    for record in records:
        to_article(parse_record(batch, record, FormatOptions()).record, "", "en")
    return len(records)


def _ignore_progress(_bytes: int) -> None:
    """Ignore the progress of reading."""


def _timed(task: Callable[[], object]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(run())
