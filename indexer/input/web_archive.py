"""WARC files (ISO 28500) to pages: each response or resource of HTML with its address and the date it was captured."""

import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr

import webencodings
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import (
    StatusAndHeaders,
    StatusAndHeadersParser,
    StatusAndHeadersParserException,
)

from indexer.input.batch import Batch
from indexer.input.readers import read_stream
from indexer.input.selection import EXCLUDED
from indexer.input.sources import SourceFile
from indexer.input.streams.byte_stream import (
    BOM,
    MAX_RECORD_BYTES,
    READ_PROBLEMS,
    ByteStream,
    Unreadable,
)
from indexer.input.streams.file_format import Format
from indexer.input.streams.gzip_stream import GZIP_MARK, GzipStream

__all__ = ["web_archive_pages"]

_PROBLEMS = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError)
_HTTP = StatusAndHeadersParser([], verify=False)
_MAX_HEADER_BYTES = 4_000_000
_BLOCK = 1 << 16
_OF_NO_CONTENT = frozenset(["warcinfo", "request", "metadata"])
_PAGES = frozenset(["text/html", "application/xhtml+xml"])
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_CHUNK = re.compile(rb"\s*([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")
_MAX_KINDS = 200
_OK = "200"


def web_archive_pages(
    file: SourceFile, stream: ByteStream, left_out: Counter[str]
) -> Iterator[Batch]:
    """Yield the pages of a WARC file, each as a batch with its address and date as context.

    What is not a page is counted in `left_out` by its kind.

    Raises:
        Unreadable: it is not such a file, or it is cut off; all that stood before was yielded.

    """
    source = _Bounded(stream)
    archive = ArchiveIterator(source, no_record_parse=True)
    records = iter(archive)
    # The pages of a record are held until the next begins where it should: the end of the record's length may be within a page.
    pages: list[Batch] = []
    while True:
        source.left = _MAX_HEADER_BYTES
        problem = ""
        try:
            # It writes a warning of its own where a record does not end as its length says.
            with redirect_stderr(io.StringIO()):
                record = next(records, None)
            http = _http_headers(record) if record else None
        except _PROBLEMS as error:
            problem = f"a record cannot be read: {str(error)[:200]}"
        if archive.err_count:
            raise Unreadable(
                "a record does not end where its Content-Length says; record the pages again"
            )
        yield from pages
        source.check()
        if problem:
            raise Unreadable(problem)
        if record is None:
            return
        source.left = None
        if not isinstance(record.raw_stream, LimitReader):
            raise Unreadable(
                "it ends within the head of a record, or that does not say how long the record is"
            )
        pages = list(_of_record(file, record, http, left_out))
        while record.raw_stream.read(_BLOCK):
            pass
        source.check()
        if record.raw_stream.limit > 0:
            raise Unreadable("it ends within a record; it was cut off, so copy it again")


def _http_headers(record: ArcWarcRecord) -> StatusAndHeaders | None:
    if record.rec_type != "response" or not record.length:
        return None
    try:
        return _HTTP.parse(record.raw_stream)
    except EOFError:
        return None


def _of_record(
    file: SourceFile, record: ArcWarcRecord, http: StatusAndHeaders | None, left_out: Counter[str]
) -> Iterator[Batch]:
    if record.rec_type in _OF_NO_CONTENT:
        return
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    content_type = (http or record.rec_headers).get_header("Content-Type") or ""
    kind = _other_kind(record.rec_type, http, content_type)
    if not kind and file.selection.excludes(address):
        kind = EXCLUDED
    if kind:
        left_out[
            kind if kind in left_out or len(left_out) < _MAX_KINDS else "other: warc other"
        ] += 1
        return
    page = SourceFile(
        None, f"{file.origin}/{address}", Format.PAGE, record.length or 0, selection=file.selection
    )
    try:
        content = _content(record, http, content_type)
    except READ_PROBLEMS as error:
        yield Batch(page.kind, page.origin, problem=f"the page cannot be read: {error}")
        return
    if record.raw_stream.limit:
        # The file ends within it, as whoever reads on will find.
        return
    date = record.rec_headers.get_header("WARC-Date") or ""
    context = (address.encode("utf-8", "replace"), date.encode("utf-8", "replace"))
    for batch in read_stream(page, ByteStream(io.BytesIO(content), None), MAX_RECORD_BYTES):
        yield batch._replace(context=context) if batch.kind is Format.PAGE else batch


def _other_kind(record_type: str, http: StatusAndHeaders | None, content_type: str) -> str:
    """Return how the report counts a record that is not a page; empty for a page."""
    if record_type not in ("response", "resource"):
        return f"other: warc {str(record_type)[:20]}"
    status = http.get_statuscode() if http else _OK
    if status != _OK:
        return (
            f"other: warc status {status}"
            if status.isdecimal() and len(status) == len(_OK)
            else "other: warc status"
        )
    found = content_type.partition(";")[0].strip().lower()
    if found in _PAGES:
        return ""
    return f"other: warc {found}" if _TYPE.fullmatch(found) else "other: warc no type"


def _content(record: ArcWarcRecord, http: StatusAndHeaders | None, content_type: str) -> bytes:
    """Return a page as the server meant it: whole, unpacked, and marked as UTF-8 where it said another coding.

    Raises:
        Unreadable: it is not whole, or larger than a page can be.

    """
    headers = record.rec_headers
    if cut := headers.get_header("WARC-Truncated"):
        raise Unreadable(f"it was cut off when it was captured ({str(cut)[:40]})")
    if headers.get_header("WARC-Segment-Number"):
        raise Unreadable("it is split into several records")
    raw = _read(record.raw_stream.read)
    if http is None:
        return raw
    if (http.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        raw = _joined(raw)
    coding = (http.get_header("Content-Encoding") or "").strip().lower()
    return _in_utf_8(_unpacked(raw, coding), content_type)


def _unpacked(raw: bytes, coding: str) -> bytes:
    if raw.startswith(GZIP_MARK):
        return _read(GzipStream(io.BytesIO(raw)).read)
    if coding == "deflate":
        for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
            try:
                unpacked = zlib.decompressobj(bits).decompress(raw, MAX_RECORD_BYTES + 1)
            except zlib.error:
                continue
            return _read(io.BytesIO(unpacked).read)
    elif coding in ("br", "zstd", "compress") and b"<" not in raw[:_BLOCK].lstrip()[:1]:
        raise Unreadable(
            f"it is packed as {coding}, which Dateline does not read; record it without"
        )
    return raw


def _read(read: Callable[[int], bytes]) -> bytes:
    blocks = []
    size = 0
    while block := read(_BLOCK):
        blocks.append(block)
        size += len(block)
        if size > MAX_RECORD_BYTES:
            raise Unreadable(f"it is larger than {MAX_RECORD_BYTES // 1_000_000} MB")
    return b"".join(blocks)


def _joined(raw: bytes) -> bytes:
    """Join the chunks that a server sent (RFC 9112, 7.1); what is not in chunks stays as it is."""
    blocks: list[bytes] = []
    place = 0
    while match := _CHUNK.match(raw, place):
        size = int(match[1], 16)
        if not size:
            return b"".join(blocks)
        place = match.end() + size
        blocks.append(raw[match.end() : place])
    return raw


def _in_utf_8(raw: bytes, content_type: str) -> bytes:
    """Write a page in UTF-8 where the server named another coding, which counts more than what the page says."""
    named = _CHARSET.search(content_type)
    coding = webencodings.lookup(named[1]) if named else None
    if coding is None or coding.name == "utf-8" or raw.startswith((BOM, b"\xff\xfe", b"\xfe\xff")):
        return raw
    text: str = webencodings.decode(raw, coding)[0]
    return BOM + text.encode("utf-8", "replace")


class _Bounded:
    """A stream whose headers are bounded by `left`; an error in it is kept, since the reader of WARC hides some."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._place = 0
        self._failure: Exception | None = None
        self.left: int | None = None

    def read(self, size: int) -> bytes:
        """Read at most so many bytes; none at the end, or where the stream breaks."""
        if self._failure:
            return b""
        try:
            block = self._stream.read(size)
            if self.left is not None:
                self.left -= len(block)
                if self.left < 0:
                    raise Unreadable("the header of a record is too long")
        except READ_PROBLEMS as error:
            self._failure = error
            return b""
        self._place += len(block)
        return block

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._place

    def close(self) -> None:
        """Leave the stream to whoever opened it."""

    def check(self) -> None:
        """Raise the error that the stream ended with, if it did."""
        if self._failure:
            raise self._failure
