"""Fuzz the readers: read mangled files and check invariants.

    python -m tools.mangle --records 1000000 [--shared FOLDER] [--seed N]

Good files of every format are cut, concatenated, repeated, re-encoded and packed. For each mangled
file, nothing may crash, every record has exactly one outcome, and no text of a private post becomes
part of an article.
"""

import argparse
import gzip
import json
import random
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

from indexer.changes import Changes
from indexer.formats import FormatOptions
from indexer.input.batches import Batch, RawRecord, batches
from indexer.input.sources import find_files
from indexer.load_report import LoadReport
from indexer.parsing.pipeline import Reject, parse_batch
from search.index.document import IndexDocument
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, REST_POST, RSS, item
from tests.support.reprints import reprints
from tests.unit.formats.page.test_page import page

__all__ = ["Outcome", "mangle"]

SECRET = "secretword"
"""A word in the text of every private record of the good files, and nowhere else."""

_FILES_AT_ONCE = 40
_MAX_LINES = 400
_PAGES_PER_HUNDRED = 3
_SLICE = 1_000


class Outcome(NamedTuple):
    """Totals over all files: records read, rejects, skipped, articles; and violations."""

    read: int
    rejected: int
    skipped: int
    articles: int
    wrong: tuple[str, ...]


class _Good(NamedTuple):
    """A good file: the extension of its name, and its content."""

    ending: str
    content: bytes


def mangle(
    records: int, seed: int, shared: Path | None, report_line: Callable[[str], None]
) -> Outcome:
    """Read mangled files until this number of records was read."""
    dice = random.Random(seed)
    good = list(_good_files(shared, dice))
    pages = [each for each in good if each.ending == "html"]
    others = [each for each in good if each.ending != "html"]
    sums = [0, 0, 0, 0]
    wrong: list[str] = []
    started = last_report = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while sums[0] < records:
            for number in range(_FILES_AT_ONCE):
                chosen = pages if dice.randrange(100) < _PAGES_PER_HUNDRED and pages else others
                ending, content = _mangled(dice.choice(chosen), dice.choice(others), dice)
                (folder / f"{number}.{ending}").write_bytes(content)
            report, problems = _read(folder)
            for place, value in enumerate(
                (
                    report.read,
                    report.rejected,
                    report.skipped.total(),
                    report.added + report.replaced,
                )
            ):
                sums[place] += value
            if problems:
                wrong += problems
                _keep(folder, len(wrong), report_line)
            for path in folder.iterdir():
                path.unlink()
            if time.monotonic() - last_report > 60:
                last_report = time.monotonic()
                report_line(
                    f"{sums[0]:,} records, {len(wrong)} wrong, "
                    f"{sums[0] / (last_report - started):,.0f}/s"
                )
    return Outcome(sums[0], sums[1], sums[2], sums[3], tuple(wrong))


def _read(folder: Path) -> tuple[LoadReport, list[str]]:
    """Read a folder in a dry run, and return its report and the violations."""
    wrong: list[str] = []

    def encode(document: IndexDocument) -> str:
        if SECRET in document.article.decode():
            wrong.append(f"a private text became an article: {document.id}")
        return ""

    report = LoadReport(dry_run=True)
    rejects: list[Reject] = []

    changes = Changes(
        report,
        None,
        None,
        whole=False,
        parse_known=_reread,
        on_reject=rejects.append,
    )
    for batch in batches(find_files([str(folder)]).files, lambda _bytes: None):
        done = parse_batch(batch, FormatOptions(), encode)
        if len(done.outcomes) != len(batch.records()):
            wrong.append(
                f"{batch.origin}: {len(batch.records())} records have {len(done.outcomes)} outcomes"
            )
        changes.take(batch, done)
    changes.finish()
    total = report.added + report.replaced + report.rejected + report.skipped.total()
    if report.read != total:
        wrong.append(f"{report.read} records read, {total} accounted for")
    if len(rejects) != report.rejected or not all(reject.reason for reject in rejects):
        wrong.append("a reject was not handed on, or has no reason")
    return report, wrong


def _reread(_batch: Batch, _record: RawRecord) -> NoReturn:
    raise AssertionError("without a catalog no record is known, so none is read again")


def _keep(folder: Path, number: int, report_line: Callable[[str], None]) -> None:
    """Keep the files of a failure for debugging."""
    kept = Path(tempfile.mkdtemp(prefix=f"mangled-{number}-"))
    for path in folder.iterdir():
        (kept / path.name).write_bytes(path.read_bytes())
    report_line(f"the files are kept in {kept}")


def _mangled(good: _Good, other: _Good, dice: random.Random) -> tuple[str, bytes]:
    """Mangle a file in one or more ways."""
    content = good.content
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        content = dice.choice(_WAYS)(content, other.content, dice)
    ending = good.ending
    if not ending.endswith(".gz") and dice.random() < 0.05:
        ending, content = f"{ending}.gz", gzip.compress(content, 1)
        if dice.random() < 0.5:
            content = _cut_end(content, b"", dice)
    return ending, content


def _cut_end(content: bytes, _other: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _cut_start(content: bytes, _other: bytes, dice: random.Random) -> bytes:
    return content[dice.randrange(len(content) + 1) :]


def _concatenate(content: bytes, other: bytes, dice: random.Random) -> bytes:
    return content + other if dice.random() < 0.5 else other + content


def _repeat(content: bytes, _other: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[start:] if SECRET.encode() not in content else content + content


def _encode(content: bytes, _other: bytes, dice: random.Random) -> bytes:
    encoding = dice.choice(
        ("utf-16", "utf-16-le", "cp1252", "shift_jis", "iso2022_jp", "utf-8-sig", "utf-32")
    )
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def _insert_controls(content: bytes, _other: bytes, dice: random.Random) -> bytes:
    """Insert control characters and odd bytes at random places."""
    pieces = []
    for _ in range(dice.randrange(1, 6)):
        place = dice.randrange(len(content) + 1)
        pieces.append(
            content[:place]
            + dice.choice((b"\x00", b"\x0b", b"\x0c", b"\x1c", b"\xff", b"\xc2", b"\r"))
        )
        content = content[place:]
    return b"".join(pieces) + content


def _empty_lines(content: bytes, _other: bytes, dice: random.Random) -> bytes:
    return content.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n\n\n", b"\n \t\n")))


_WAYS: Sequence[Callable[[bytes, bytes, random.Random], bytes]] = (
    _cut_end, _cut_end, _cut_start, _concatenate, _repeat, _encode, _insert_controls, _empty_lines,
)  # fmt: skip


def _good_files(shared: Path | None, dice: random.Random) -> Iterator[_Good]:
    """Yield good files of every format, with private records among them."""
    secret = f"<p>{SECRET} in the minutes</p>"
    private = [
        item(number, secret, status=status, kind=kind, more=more)
        for number, (status, kind, more) in enumerate(
            (
                ("private", "post", ""),
                ("draft", "post", ""),
                ("pending", "post", ""),
                ("future", "post", ""),
                ("trash", "post", ""),
                ("publish", "page", ""),
                ("inherit", "revision", ""),
                ("publish", "post", "<wp:post_password>key</wp:post_password>"),
            ),
            100,
        )
    ]
    for _ in range(20):
        items = [
            item(number, f"<p>Text {dice.random()} of number {number}.</p>") for number in range(8)
        ] + private
        dice.shuffle(items)
        yield _Good("xml", (EXPORT_HEAD + "\n".join(items) + EXPORT_END).encode())
        posts = [
            REST_POST | {"id": number, "guid": {"rendered": f"https://tide.example/?p={number}"}}
            for number in range(5)
        ]
        hidden = REST_POST | {
            "status": "private",
            "content": {"rendered": secret},
            "guid": {"rendered": "https://tide.example/?p=77"},
        }
        locked = REST_POST | {
            "content": {"rendered": secret, "protected": True},
            "guid": {"rendered": "https://tide.example/?p=78"},
        }
        posts += [hidden, locked]
        dice.shuffle(posts)
        yield _Good("json", json.dumps(posts).encode())
        yield _Good("xml", RSS.encode())
        yield _Good("xml", ATOM.encode())
        lines = (
            json.dumps({"id": f"r{number}", "title": f"Title {number}", "published": "2020-01-01"})
            for number in range(50)
        )
        yield _Good("jsonl", "\n".join(lines).encode())
        yield _Good("html", page())
    for reprint in reprints(40, seed=dice.randrange(1_000)):
        yield _Good("txt", reprint.raw)
    if shared is not None:
        yield from _shared_files(shared, dice)


def _shared_files(shared: Path, dice: random.Random) -> Iterator[_Good]:
    """Yield slices of the shared collections and some of their pages."""
    for path in sorted(shared.glob("*.jsonl.gz")):
        with gzip.open(path, "rb") as lines:
            found = list(islice(lines, _SLICE))
        for _ in range(10):
            start = dice.randrange(max(1, len(found) - _MAX_LINES))
            yield _Good("jsonl", b"".join(found[start : start + dice.randrange(1, _MAX_LINES)]))
    for archive in sorted(shared.glob("pages/*.tar.xz")):
        with tarfile.open(archive) as members:
            for member in islice(members, 30):
                content = members.extractfile(member) if member.isfile() else None
                if content:
                    yield _Good("html", content.read())


def main() -> None:
    """Run from the command line; the exit code is 1 if there was a violation."""
    parser = argparse.ArgumentParser(
        description="Read mangled files and check what must always hold."
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--shared",
        type=Path,
        help="a folder with collections of articles (*.jsonl.gz, pages/*.tar.xz)",
    )
    chosen = parser.parse_args()
    outcome = mangle(
        chosen.records, chosen.seed, chosen.shared, lambda line: print(line, flush=True)
    )
    print(
        f"{outcome.read:,} records read: {outcome.articles:,} articles, "
        f"{outcome.rejected:,} rejected, {outcome.skipped:,} skipped; {len(outcome.wrong)} wrong"
    )
    for sentence in outcome.wrong[:20]:
        print(sentence)
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
