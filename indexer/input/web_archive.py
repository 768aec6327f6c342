"""Reads WARC files (ISO 28500): each HTML page with its address and the date of its capture."""

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
_WITHOUT_CONTENT = frozenset(["warcinfo", "request", "metadata"])
_PAGES = frozenset(["text/html", "application/xhtml+xml"])
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_CHUNK = re.compile(rb"\s*([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")
_MAX_KINDS = 200
_STATUS_OK = "200"


def web_archive_pages(
    file: SourceFile, stream: ByteStream, left_out: Counter[str]
) -> Iterator[Batch]:
    """Yield the pages of a WARC file, each as a batch with its address and date as context.

    Other records are counted in `left_out` by their kind.

    Raises:
        Unreadable: it is not a WARC file, or it is cut off; the pages before were yielded.

    """
    source = _LimitedStream(stream)
    archive = ArchiveIterator(source, no_record_parse=True)
    records = iter(archive)
    # Pages are held until the next record begins where it should; otherwise the length was wrong,
    # and the page may be incomplete.
    pages: list[Batch] = []
    while True:
        source.header_bytes_left = _MAX_HEADER_BYTES
        problem = ""
        try:
            # warcio prints a warning if a record does not end where its length says.
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
        source.header_bytes_left = None
        if not isinstance(record.raw_stream, LimitReader):
            raise Unreadable(
                "it ends within the header of a record, or the header does not give a length"
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
    if record.rec_type in _WITHOUT_CONTENT:
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
        # The file ends within this record; the caller reports it.
        return
    date = record.rec_headers.get_header("WARC-Date") or ""
    context = (address.encode("utf-8", "replace"), date.encode("utf-8", "replace"))
    for batch in read_stream(page, ByteStream(io.BytesIO(content), None), MAX_RECORD_BYTES):
        yield batch._replace(context=context) if batch.kind is Format.PAGE else batch


def _other_kind(record_type: str, http: StatusAndHeaders | None, content_type: str) -> str:
    """Return the kind under which a record is counted as left out; empty for a page."""
    if record_type not in ("response", "resource"):
        return f"other: warc {str(record_type)[:20]}"
    status = http.get_statuscode() if http else _STATUS_OK
    if status != _STATUS_OK:
        return (
            f"other: warc status {status}"
            if status.isdecimal() and len(status) == len(_STATUS_OK)
            else "other: warc status"
        )
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _PAGES:
        return ""
    return f"other: warc {media_type}" if _TYPE.fullmatch(media_type) else "other: warc no type"


def _content(record: ArcWarcRecord, http: StatusAndHeaders | None, content_type: str) -> bytes:
    """Return a page without its transfer and content encodings, as UTF-8 if the server named one.

    Raises:
        Unreadable: it is incomplete, or larger than a page can be.

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
        raise Unreadable(f"its content encoding {coding} is not supported; record it without one")
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
    """Join the chunks of a chunked transfer (RFC 9112, 7.1); other content is unchanged."""
    blocks: list[bytes] = []
    position = 0
    while match := _CHUNK.match(raw, position):
        size = int(match[1], 16)
        if not size:
            return b"".join(blocks)
        position = match.end() + size
        blocks.append(raw[match.end() : position])
    return raw


def _in_utf_8(raw: bytes, content_type: str) -> bytes:
    """Convert a page to UTF-8 if the server named another encoding.

    The server's encoding takes precedence over the one that the page declares.
    """
    named = _CHARSET.search(content_type)
    coding = webencodings.lookup(named[1]) if named else None
    if coding is None or coding.name == "utf-8" or raw.startswith((BOM, b"\xff\xfe", b"\xfe\xff")):
        return raw
    text: str = webencodings.decode(raw, coding)[0]
    return BOM + text.encode("utf-8", "replace")


class _LimitedStream:
    """A stream that limits the length of headers; it stores errors, which warcio hides."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._position = 0
        self._failure: Exception | None = None
        self.header_bytes_left: int | None = None

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes; b"" at the end or after an error."""
        if self._failure:
            return b""
        try:
            block = self._stream.read(size)
            if self.header_bytes_left is not None:
                self.header_bytes_left -= len(block)
                if self.header_bytes_left < 0:
                    raise Unreadable("the header of a record is too long")
        except READ_PROBLEMS as error:
            self._failure = error
            return b""
        self._position += len(block)
        return block

    def tell(self) -> int:
        """Return the number of bytes read."""
        return self._position

    def close(self) -> None:
        """Do nothing; the caller closes the stream."""

    def check(self) -> None:
        """Raise the error that ended the stream, if any."""
        if self._failure:
            raise self._failure
