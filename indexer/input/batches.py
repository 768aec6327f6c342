"""Reads files as streams into batches of raw records, including the members of archives."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from indexer.input.batch import Batch
from indexer.input.readers import read_stream
from indexer.input.sources import SourceFile
from indexer.input.streams.byte_stream import READ_PROBLEMS, ByteStream, RawRecord
from indexer.input.streams.file_format import ARCHIVES, is_packed

__all__ = ["BLOCK_BYTES", "LARGE_BLOCK_BYTES", "Batch", "RawRecord", "batches"]

BLOCK_BYTES = 1 << 19
"""Size of a batch: small enough to spread work evenly over processes."""
LARGE_BLOCK_BYTES = 1 << 21
"""Size of a batch if most records are known, when handing over costs more than parsing."""


def batches(
    files: Iterable[SourceFile], on_bytes: Callable[[int], None], block_bytes: int = BLOCK_BYTES
) -> Iterator[Batch]:
    """Read files into batches; `on_bytes` is called with the number of bytes after each read."""
    for file in files:
        if file.problem:
            yield Batch(file.kind, file.origin, problem=file.problem)
            continue
        try:
            raw: IO[bytes] = (
                sys.stdin.buffer if file.path is None else file.path.open("rb", buffering=1 << 18)
            )
        except READ_PROBLEMS as error:
            yield Batch(file.kind, file.origin, problem=f"the file cannot be read: {error}")
            continue
        with ByteStream(
            raw, on_bytes if file.size else None, packed=is_packed(file.origin)
        ) as stream:
            if file.kind in ARCHIVES:
                # Loaded late: its libraries are slow to import, and most files are not archives.
                from indexer.input.archives import read_archive

                yield from read_archive(file, raw, stream, block_bytes)
            else:
                yield from read_stream(file, stream, block_bytes)
