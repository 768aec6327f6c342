"""Streams the members of zip and tar archives (PKWARE's APPNOTE, POSIX pax), with size limits."""

import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, cast

from indexer.input.streams.byte_stream import (
    FREE_BYTES,
    MAX_EXPANSION,
    READ_PROBLEMS,
    ByteStream,
    Unreadable,
)
from indexer.input.streams.gzip_stream import Readable

__all__ = ["Member", "MemberContent", "tar_members", "zip_members"]

_MAX_DIRECTORY_BYTES = 40_000_000
"""Limit of a zip archive's directory, which is held in memory, and of a tar archive's headers."""
_BLOCK = 1 << 16
_ENCRYPTED = 0x1
_READ_METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
_ZIP_PROBLEMS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    OverflowError,
)
_TAR_PROBLEMS = (tarfile.TarError, ValueError, OverflowError, RecursionError)
_TAR_BLOCK = 512


class MemberContent:
    """A member's bytes; `packed` is its size in the archive, `on_bytes` receives each read's size.

    `breaks` is True if an error in it breaks the archive, as in tar; `is_broken` is then set.
    """

    def __init__(
        self,
        content: IO[bytes] | Readable,
        packed: int,
        *,
        breaks: bool,
        on_bytes: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._content = content
        self._packed = packed
        self._breaks = breaks
        self._on_bytes = on_bytes
        self._size = 0
        self.is_broken = False

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; b"" at the end.

        Raises:
            Unreadable: it is broken, or expands to more than text can.

        """
        try:
            block = self._content.read(min(size, _BLOCK))
        except (*_ZIP_PROBLEMS, *_TAR_PROBLEMS, *READ_PROBLEMS) as error:
            self.is_broken = self._breaks
            raise Unreadable(str(error)) from error
        self._size += len(block)
        if self._size > max(FREE_BYTES, self._packed * MAX_EXPANSION):
            raise Unreadable(
                f"it unpacks to more than {MAX_EXPANSION} times its size, as no text does"
            )
        try:
            self._on_bytes(len(block))
        except Unreadable:
            self.is_broken = True
            raise
        return block

    def tell(self) -> int:
        """Return the packed size."""
        return self._packed

    def close(self) -> None:
        """Close the member."""
        self._content.close()


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `problem` says why it cannot be read.

    `is_special` is True for anything but a file, such as a device.
    """

    name: str
    size: int
    open: Callable[[], MemberContent]
    problem: str = ""
    is_special: bool = False


def zip_members(raw: IO[bytes], stream: ByteStream, size: int) -> Iterator[Member]:
    """Yield the members of a zip archive of `size` bytes.

    Raises:
        Unreadable: it is not a zip archive, or its members together expand to more than text can.

    """
    limit = max(FREE_BYTES, size * MAX_EXPANSION)
    unpacked = 0

    def count(number: int) -> None:
        nonlocal unpacked
        unpacked += number
        if unpacked > limit:
            raise Unreadable(
                f"the archive unpacks to more than {MAX_EXPANSION} times its size, as no text does"
            )

    def opener(info: zipfile.ZipInfo) -> Callable[[], MemberContent]:
        def open_content() -> MemberContent:
            try:
                content = archive.open(info)
            except _ZIP_PROBLEMS as error:
                raise Unreadable(str(error)) from error
            return MemberContent(content, info.compress_size, breaks=False, on_bytes=count)

        return open_content

    try:
        archive = zipfile.ZipFile(_LimitedFile(raw))
    except _ZIP_PROBLEMS as error:
        raise Unreadable("it is not a zip archive, or it was cut off") from error
    with archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield Member(info.filename, info.file_size, opener(info), _problem_in_zip(info))
            stream.passed(info.header_offset + info.compress_size)
    stream.passed(size)


def _problem_in_zip(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted; unpack the archive with its password, and load the folder"
    if info.compress_type not in _READ_METHODS:
        return (
            f"its compression method ({info.compress_type}) is not supported; unpack the archive "
            "first"
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, and links of archives are not followed"
    return ""


class _LimitedFile:
    """A file with limited reads, because a zip archive's directory is read at once."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.seek = raw.seek
        self.tell = raw.tell
        self.seekable = raw.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY_BYTES:
            raise Unreadable("it contains too many files to list in memory")
        return self._raw.read(size if size >= 0 else _MAX_DIRECTORY_BYTES)

    def close(self) -> None:
        """Do nothing; the caller closes the file."""


def tar_members(stream: ByteStream) -> Iterator[Member]:
    """Yield the members of a tar archive; each must be read before the next one.

    Raises:
        Unreadable: it is not a tar archive, or it is cut off.

    """
    forward = _ForwardStream(stream)
    try:
        # TarFile only needs the methods that _ForwardStream has.
        archive = tarfile.TarFile(fileobj=cast("IO[bytes]", forward))
        # TarFile would keep all members in memory.
        read_members: list[tarfile.TarInfo] = vars(archive)["members"]
        while (info := archive.next()) is not None:
            read_members.clear()
            if not info.isdir():
                yield _member_of_tar(forward, info)
    except _TAR_PROBLEMS as error:
        raise Unreadable(str(error) or "its headers are nested too deeply") from error
    if forward.last.strip(b"\0") or len(forward.last) < _TAR_BLOCK:
        raise Unreadable("it was cut off, or a header in it is broken; copy it again")
    while block := stream.read(_BLOCK):
        if block.strip(b"\0"):
            raise Unreadable("data follows its end, as in joined archives")


def _member_of_tar(forward: "_ForwardStream", info: tarfile.TarInfo) -> Member:
    def open_content() -> MemberContent:
        return MemberContent(_TarContent(forward, info), info.size, breaks=True)

    problem = ""
    if info.issym() or info.islnk():
        problem = "it is a link, and links of archives are not followed"
    elif not info.isreg():
        problem = "it is a device or a pipe, not a file"
    elif info.issparse():
        problem = "it is a sparse file; unpack the archive, and load the folder"
    return Member(
        info.name,
        info.size,
        open_content,
        problem,
        is_special=not info.isreg() and not info.issym() and not info.islnk(),
    )


class _TarContent:
    """A member's bytes in a tar archive; tarfile would lose the last ones before an error."""

    def __init__(self, forward: "_ForwardStream", info: tarfile.TarInfo) -> None:
        forward.seek(info.offset_data)
        self._forward = forward
        self._remaining = info.size

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; b"" at the end."""
        block = self._forward.read(min(size, self._remaining), is_header=False)
        if self._remaining and not block:
            raise Unreadable("the archive was cut off, so copy it again")
        self._remaining -= len(block)
        return block

    def tell(self) -> int:
        """Return the position in the archive."""
        return self._forward.tell()

    def close(self) -> None:
        """Do nothing; the caller closes the archive."""


class _ForwardStream:
    """A stream that can only seek forward; `last` is the last header block."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._position = 0
        self.name = ""
        self.mode = "rb"
        self.last = b""

    def read(self, size: int, *, is_header: bool = True) -> bytes:
        if size > _MAX_DIRECTORY_BYTES:
            raise Unreadable("a header in it is too long")
        blocks = []
        remaining = size
        # Content is returned as it comes, so that an error after it does not hide it.
        while (
            remaining
            and (is_header or remaining == size)
            and (block := self._stream.read(remaining))
        ):
            blocks.append(block)
            remaining -= len(block)
        data = b"".join(blocks)
        self._position += len(data)
        if is_header and size == _TAR_BLOCK:
            self.last = data
        return data

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> None:
        if position < self._position:
            raise Unreadable("a header in it points backwards")
        while self._position < position and (
            block := self._stream.read(min(position - self._position, _BLOCK))
        ):
            self._position += len(block)
