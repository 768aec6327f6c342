"""Parses a batch: raw records to prepared documents, the most expensive part of a load."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from xxhash import xxh3_64_intdigest

from indexer.formats import (
    FormatOptions,
    NoArticle,
    ParsedRecord,
    is_reject,
    raw_of_reject,
    read_record,
)
from indexer.formats.record.validation import to_article
from indexer.input.batches import Batch, RawRecord
from indexer.input.streams.file_format import Format
from indexer.parsing.time_limit import TimeLimitExceeded, time_limit
from search.errors import InvalidArticle
from search.index.document import IndexDocument, PreparedDocument, index_document
from search.index.protocols import Catalog

__all__ = [
    "MAX_SECONDS_PER_RECORD",
    "READER_VERSION",
    "Encode",
    "Outcome",
    "ParsedBatch",
    "Reject",
    "Skipped",
    "Summary",
    "origin_of",
    "parse_batch",
    "parse_record",
    "record_digest",
]

READER_VERSION = 4
"""Version of the format readers, part of every record digest.

Raise it when a record would give a different article; `update` then parses every record again.
"""

MAX_SECONDS_PER_RECORD = 10
"""Only a record made to be slow takes longer."""

_SIGN = 1 << 63


class Reject(NamedTuple):
    """A record that could not be read, and why; it can be corrected and loaded again."""

    origin: str
    line: int
    reason: str
    raw: Any

    def to_json(self) -> bytes:
        """Return a line of a rejects file."""
        return orjson.dumps(self._asdict(), option=orjson.OPT_APPEND_NEWLINE)


class Skipped(NamedTuple):
    """A record that is not an article, such as a draft; `kind` names it.

    `withdraws` is the id of an article that its source no longer shows to everybody, if known.
    """

    kind: str
    withdraws: str = ""


class Summary(NamedTuple):
    """A document made from a summary of its article, and the summary's text."""

    document: PreparedDocument
    text: str


Outcome = PreparedDocument | Summary | Reject | Skipped | str
"""The outcome of a record; a string is the id of the article that the catalog has for it."""


class ParsedBatch(NamedTuple):
    """The outcomes of a batch's records, in order, with their line numbers.

    `unknown` counts keys that articles do not have.
    """

    outcomes: list[Outcome]
    unknown: Counter[str]
    lines: Sequence[int]

    @property
    def is_known(self) -> bool:
        """True if the catalog has every record, as in most batches of an update."""
        return not any(type(outcome) is not str for outcome in self.outcomes)


Encode = Callable[[IndexDocument], str]


def parse_batch(
    batch: Batch, options: FormatOptions, encode: Encode, catalog: Catalog | None = None
) -> ParsedBatch:
    """Parse, validate, analyse and encode the records of a batch that the catalog does not have."""
    digest = record_digest(batch.kind, batch.context, options.fingerprint)
    records = batch.records()
    digests = [digest(record.raw) for record in records]
    known = {} if catalog is None else catalog.ids_of_records(digests)
    if len(known) == len(digests):
        return ParsedBatch(list(map(known.__getitem__, digests)), Counter(), _lines_of(records))
    outcomes: list[Outcome] = []
    unknown: Counter[str] = Counter()
    for record, number in zip(records, digests, strict=True):
        if number in known and not record.problem:
            outcomes.append(known[number])
            continue
        try:
            parsed = parse_record(batch, record, options)
            article, unknown_keys = to_article(
                parsed.record, origin_of(batch, record), options.language
            )
        except NoArticle as no_article:
            outcomes.append(Skipped(str(no_article), no_article.withdraws))
            continue
        except InvalidArticle as error:
            outcomes.append(_reject(batch, record, str(error)))
            continue
        if unknown_keys:
            unknown.update(unknown_keys)
        document = index_document(article)
        prepared = PreparedDocument(article.id, document.fingerprint, number, encode(document))
        outcomes.append(Summary(prepared, article.body) if parsed.summary_only else prepared)
    return ParsedBatch(outcomes, unknown, _lines_of(records))


def _lines_of(records: Sequence[RawRecord]) -> Sequence[int]:
    """Return the records' lines; consecutive ones as a range, which is cheaper to pickle."""
    lines = [record.line for record in records]
    consecutive = range(lines[0], lines[-1] + 1) if lines else range(0)
    return consecutive if len(consecutive) == len(lines) and lines == list(consecutive) else lines


@lru_cache(maxsize=64)
def record_digest(
    kind: Format, context: tuple[bytes, ...], options: bytes
) -> Callable[[bytes], int]:
    """Return a function that makes a signed 64-bit digest of a raw record.

    Everything else that decides which article a record gives (readers, format, options, context)
    is the seed. XXH3 costs a sixth of SHA-256, and chance collisions of 64 bits are negligible.
    """
    decisive = b"\x00".join((str(READER_VERSION).encode(), kind.name.encode(), options, *context))
    seed = xxh3_64_intdigest(decisive)
    return lambda raw: xxh3_64_intdigest(raw, seed) - _SIGN


def parse_record(batch: Batch, record: RawRecord, options: FormatOptions) -> ParsedRecord:
    """Parse a raw record into the keys of an article, not yet validated, with each value's place.

    Raises:
        NoArticle: the record is not an article.
        InvalidArticle: it cannot be read; the message says why.

    """
    if record.problem:
        raise InvalidArticle(record.problem)
    if batch.kind is Format.JSON_LINES:
        # There are many of them and each is fast, so they have no time limit.
        return read_record(batch.kind, record.raw, batch.context, options)
    try:
        with time_limit(MAX_SECONDS_PER_RECORD):
            return read_record(
                batch.kind, record.raw, batch.context, options, shares_id=record.shares_id
            )
    except TimeLimitExceeded as error:
        raise InvalidArticle(
            f"it takes more than {MAX_SECONDS_PER_RECORD} s to read; shorten it, or write it as "
            "JSON Lines"
        ) from error
    except RecursionError as error:
        raise InvalidArticle("it is nested too deeply to be read") from error


def origin_of(batch: Batch, record: RawRecord) -> str:
    """Return a record's file and line; only the file if it is the whole file."""
    return f"{batch.origin}:{record.line}" if record.line else batch.origin


def _reject(batch: Batch, record: RawRecord, reason: str) -> Reject:
    """Make a reject whose raw record is a JSON object if possible, otherwise text.

    A reject that is rejected again is not wrapped twice.
    """
    raw = b"" if record.problem else raw_of_reject(batch.kind, record.raw, batch.context)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        return Reject(batch.origin, record.line, reason, _text(raw))
    if is_reject(value):
        line = value.get("line")
        return Reject(
            str(value["origin"]), line if isinstance(line, int) else 0, reason, value["raw"]
        )
    return Reject(batch.origin, record.line, reason, value)


def _text(raw: bytes) -> str:
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").rstrip("\r\n")
