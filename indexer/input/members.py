"""Members of zip and tar archives as streams (PKWARE's APPNOTE, POSIX pax), with bounds for each and for all of them."""

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
"""Of a zip archive's list of members, which is held in memory, or of what stands before a member of a tar archive."""
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
    """A member's bytes, made of `packed` ones in the archive; `spend` hears how many were given.

    `breaks` says that an error in it breaks the archive, as in a stream; `is_broken` that this happened.
    """

    def __init__(
        self,
        content: IO[bytes] | Readable,
        packed: int,
        *,
        breaks: bool,
        spend: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._content = content
        self._packed = packed
        self._breaks = breaks
        self._spend = spend
        self._given = 0
        self.is_broken = False

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end.

        Raises:
            Unreadable: it is broken, or becomes more than text can.

        """
        try:
            block = self._content.read(min(size, _BLOCK))
        except (*_ZIP_PROBLEMS, *_TAR_PROBLEMS, *READ_PROBLEMS) as error:
            self.is_broken = self._breaks
            raise Unreadable(str(error)) from error
        self._given += len(block)
        if self._given > max(FREE_BYTES, self._packed * MAX_EXPANSION):
            raise Unreadable(
                f"it unpacks to more than {MAX_EXPANSION} times its size, as no text does"
            )
        try:
            self._spend(len(block))
        except Unreadable:
            self.is_broken = True
            raise
        return block

    def tell(self) -> int:
        """Return how many packed bytes it is made of."""
        return self._packed

    def close(self) -> None:
        """Give it up."""
        self._content.close()


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `problem` says why it cannot be read, `is_special` that it is no file, such as a device."""

    name: str
    size: int
    open: Callable[[], MemberContent]
    problem: str = ""
    is_special: bool = False


def zip_members(raw: IO[bytes], stream: ByteStream, size: int) -> Iterator[Member]:
    """Yield the members of a zip archive of so many bytes.

    Raises:
        Unreadable: it is not such an archive, or its members become more together than text can.

    """
    most = max(FREE_BYTES, size * MAX_EXPANSION)
    given = 0

    def spend(number: int) -> None:
        nonlocal given
        given += number
        if given > most:
            raise Unreadable(
                f"the archive unpacks to more than {MAX_EXPANSION} times its size, as no text does"
            )

    def opener(info: zipfile.ZipInfo) -> Callable[[], MemberContent]:
        def begin() -> MemberContent:
            try:
                content = archive.open(info)
            except _ZIP_PROBLEMS as error:
                raise Unreadable(str(error)) from error
            return MemberContent(content, info.compress_size, breaks=False, spend=spend)

        return begin

    try:
        archive = zipfile.ZipFile(_Seeking(raw))
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
        return "it is encrypted; unpack the archive with its password, and give the folder"
    if info.compress_type not in _READ_METHODS:
        return f"it is packed by a method that Dateline does not read ({info.compress_type}); unpack the archive first"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, and links of archives are not followed"
    return ""


class _Seeking:
    """A file whose reads are bounded, as a zip archive's list of members is read at once."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.seek = raw.seek
        self.tell = raw.tell
        self.seekable = raw.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY_BYTES:
            raise Unreadable("it holds too many files to be listed in memory")
        return self._raw.read(size if size >= 0 else _MAX_DIRECTORY_BYTES)

    def close(self) -> None:
        """Leave the file to whoever opened it."""


def tar_members(stream: ByteStream) -> Iterator[Member]:
    """Yield the members of a tar archive, each of which is read before the next one.

    Raises:
        Unreadable: it is not such an archive, or it is cut off.

    """
    forward = _Forward(stream)
    try:
        # It needs no more of a file than this.
        archive = tarfile.TarFile(fileobj=cast("IO[bytes]", forward))
        # It would keep all members in memory.
        kept: list[tarfile.TarInfo] = vars(archive)["members"]
        while (info := archive.next()) is not None:
            kept.clear()
            if not info.isdir():
                yield _member_of_tar(forward, info)
    except _TAR_PROBLEMS as error:
        raise Unreadable(str(error) or "its headers are nested too deep") from error
    if forward.last.strip(b"\0") or len(forward.last) < _TAR_BLOCK:
        raise Unreadable("it was cut off, or a header in it is broken; copy it again")
    while block := stream.read(_BLOCK):
        if block.strip(b"\0"):
            raise Unreadable("more follows its end, as when archives were joined")


def _member_of_tar(forward: "_Forward", info: tarfile.TarInfo) -> Member:
    def begin() -> MemberContent:
        return MemberContent(_TarContent(forward, info), info.size, breaks=True)

    problem = ""
    if info.issym() or info.islnk():
        problem = "it is a link, and links of archives are not followed"
    elif not info.isreg():
        problem = "it is a device or a pipe, and not a file"
    elif info.issparse():
        problem = "it is a file with holes; unpack the archive, and give the folder"
    return Member(
        info.name,
        info.size,
        begin,
        problem,
        is_special=not info.isreg() and not info.issym() and not info.islnk(),
    )


class _TarContent:
    """A member's bytes as they stand in a tar archive; tarfile would lose those before a break."""

    def __init__(self, forward: "_Forward", info: tarfile.TarInfo) -> None:
        forward.seek(info.offset_data)
        self._forward = forward
        self._left = info.size

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end."""
        block = self._forward.read(min(size, self._left), is_header=False)
        if self._left and not block:
            raise Unreadable("the archive was cut off, so copy it again")
        self._left -= len(block)
        return block

    def tell(self) -> int:
        """Return the place in the archive."""
        return self._forward.tell()

    def close(self) -> None:
        """Leave the archive to whoever opened it."""


class _Forward:
    """A stream that can be sought forward, by reading; `last` is the last header that was read."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._place = 0
        self.name = ""
        self.mode = "rb"
        self.last = b""

    def read(self, size: int, *, is_header: bool = True) -> bytes:
        if size > _MAX_DIRECTORY_BYTES:
            raise Unreadable("a header in it is too long")
        blocks = []
        left = size
        # Of a member's content whatever comes is given at once: an error behind it must not hide it.
        while left and (is_header or left == size) and (block := self._stream.read(left)):
            blocks.append(block)
            left -= len(block)
        read = b"".join(blocks)
        self._place += len(read)
        if is_header and size == _TAR_BLOCK:
            self.last = read
        return read

    def tell(self) -> int:
        return self._place

    def seek(self, place: int) -> None:
        if place < self._place:
            raise Unreadable("a header in it leads back")
        while self._place < place and (
            block := self._stream.read(min(place - self._place, _BLOCK))
        ):
            self._place += len(block)
