"""Reads archives: members are streamed to the readers of their formats, never unpacked to disk."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import IO

from xxhash import xxh3_64_intdigest

from indexer.input.batch import Batch
from indexer.input.members import Member, tar_members, zip_members
from indexer.input.readers import read_stream
from indexer.input.selection import EXCLUDED, is_hidden
from indexer.input.sources import SourceFile
from indexer.input.streams.byte_stream import READ_PROBLEMS, ByteStream
from indexer.input.streams.file_format import ARCHIVES, Format, format_of, is_packed, kind_left_out
from indexer.input.web_archive import web_archive_pages

__all__ = ["read_archive"]

_OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")
_UNPACK = "unpack it yourself, and load the folder"


def read_archive(
    file: SourceFile, raw: IO[bytes], stream: ByteStream, block_bytes: int
) -> Iterator[Batch]:
    """Read the members of an archive in order; `stream` reads from its file `raw`.

    If the archive is broken, the members before the break are read, and the last batch has a
    problem.
    """
    left_out: Counter[str] = Counter()
    try:
        if file.kind is Format.WARC:
            yield from web_archive_pages(file, stream, left_out)
        else:
            members = (
                zip_members(raw, stream, file.size)
                if file.kind is Format.ZIP
                else tar_members(stream)
            )
            yield from _Members(file, left_out, block_bytes).read(members)
        stream.check_unchanged()
    except READ_PROBLEMS as error:
        reason = str(error).rstrip(".")
        yield Batch(
            file.kind, file.origin, problem=f"the archive cannot be read: {reason}; {_UNPACK}"
        )
    if left_out:
        yield Batch(file.kind, file.origin, left_out=dict(left_out))


class _Members:
    def __init__(self, archive: SourceFile, left_out: Counter[str], block_bytes: int) -> None:
        self._archive = archive
        self._left_out = left_out
        self._block_bytes = block_bytes
        self._seen: set[int] = set()
        self._is_broken = False

    def read(self, members: Iterator[Member]) -> Iterator[Batch]:
        """Yield the batches of members of known formats, and count the others."""
        for member in members:
            name = member.name.removeprefix("./")
            # Some programs write backslashes, as on Windows.
            name = name if "/" in name else name.replace("\\", "/")
            if is_hidden(name):
                continue
            kind = format_of(name)
            if self._archive.selection.excludes(name, self._archive.origin):
                self._left_out[EXCLUDED] += 1
            elif problem := self._problem(member, kind):
                yield Batch(kind or self._archive.kind, self._origin(name), problem=problem)
            elif kind is None:
                self._left_out[kind_left_out(name)] += 1
            else:
                yield from self._one(member, name, kind)
                if self._is_broken:
                    return

    def _origin(self, name: str) -> str:
        printable = name.encode("utf-8", "backslashreplace").decode()
        return f"{self._archive.origin}/{printable.lstrip('/')}"

    def _problem(self, member: Member, kind: Format | None) -> str:
        """Return why a member of a known format, or with a dangerous name, cannot be read."""
        if _OUTSIDE.search(member.name):
            return "its name points outside the archive; rename it"
        if kind is None:
            return member.problem if member.is_special else ""
        if member.problem:
            return member.problem
        if kind in ARCHIVES:
            return f"it is an archive within an archive; {_UNPACK}"
        digest = xxh3_64_intdigest(member.name.encode("utf-8", "surrogatepass"))
        if digest in self._seen:
            return f"the archive contains this name twice; {_UNPACK}"
        self._seen.add(digest)
        return ""

    def _one(self, member: Member, name: str, kind: Format) -> Iterator[Batch]:
        origin = self._origin(name)
        file = SourceFile(None, origin, kind, member.size, selection=self._archive.selection)
        try:
            content = member.open()
        except READ_PROBLEMS as error:
            yield Batch(kind, origin, problem=f"the file cannot be read: {error}")
            return
        with ByteStream(content, None, packed=is_packed(name)) as stream:
            for batch in read_stream(file, stream, self._block_bytes):
                if batch.left_out:
                    self._left_out.update(batch.left_out)
                else:
                    yield batch
        # The last batch reported the problem if the whole archive is broken.
        self._is_broken = content.is_broken
