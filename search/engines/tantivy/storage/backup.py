"""A generation as one file: a tar archive (POSIX.1-2001, pax).

The first member is `dateline-backup.json`, `{"format": 1, "record": …}`: the generation's record
with the list of its files and their SHA-256. The files follow in the order of that list.
"""

import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import IO, cast

import orjson

from search.engines.tantivy.storage.checksums import RECORD_FILE, FileChecksum
from search.engines.tantivy.storage.copies import FILE_NAME
from search.engines.tantivy.storage.documents import forbidden
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import OLDEST_SCHEMA_VERSION, SCHEMA_VERSION
from search.errors import BackupUnreadable, DatelineError, IndexDamaged, IndexOutdated
from search.files.access import READ, first_refused, refusal
from search.files.backup_format import TAR_HEAD
from search.files.output_file import OutputFile
from search.files.write_errors import write_failed

__all__ = ["check_backup", "read_backup", "write_backup"]

_FORMAT = 1
_MAX_HEAD_LENGTH = 16_000_000
_BLOCK_BYTES = 1 << 20


def write_backup(directory: Path, target: Path, on_bytes: Callable[[int], None]) -> bool:
    """Write the generation in `directory` to `target`, completely or not at all.

    Returns False if the generation was deleted meanwhile.

    Raises:
        IndexOutdated: it has no list of files, because an older version wrote it.
        IndexDamaged: a file does not have its checksum.
        WriteFailed: the target cannot be written.

    """
    with ExitStack() as held:
        try:
            record = GenerationRecord.read(directory, OLDEST_SCHEMA_VERSION, SCHEMA_VERSION)
            # Open files stay readable when their generation is deleted.
            files = {
                name: held.enter_context((directory / name).open("rb")) for name in record.files
            }
        except (OSError, DatelineError) as error:
            if not directory.is_dir():
                return False
            if forbidden_error := forbidden(directory):
                raise forbidden_error from error
            raise _damaged(directory, str(error)) from error
        if not files:
            raise IndexOutdated(
                "the live index was written by an older version of Dateline and cannot be backed "
                "up; run dateline check --repair, which rewrites it from its own articles"
            )
        _write(target, record, files, directory, on_bytes)
    return True


def _write(
    target: Path,
    record: GenerationRecord,
    files: Mapping[str, IO[bytes]],
    directory: Path,
    on_bytes: Callable[[int], None],
) -> None:
    head = orjson.dumps({"format": _FORMAT, "record": record.to_dict()}, option=orjson.OPT_INDENT_2)
    size = sum(checksum.size for checksum in record.files.values())
    with (
        OutputFile(target, "the backup", needed=size) as out,
        # Written as a stream, since a pipe has no position.
        tarfile.open(
            fileobj=cast("IO[bytes]", out),
            mode="w|",
            format=tarfile.PAX_FORMAT,
            bufsize=_BLOCK_BYTES,
        ) as archive,
    ):
        archive.addfile(_member(TAR_HEAD, len(head)), io.BytesIO(head))
        for name, file in files.items():
            checksum = record.files[name]
            if os.fstat(file.fileno()).st_size != checksum.size:
                raise _damaged(directory, f"{name} has another size")
            copied = _DigestingFile(file, on_bytes)
            archive.addfile(_member(name, checksum.size), copied)
            if copied.digest.hexdigest() != checksum.sha256:
                raise _damaged(directory, f"{name} was changed since it was written")


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o644
    return member


def _damaged(directory: Path, what: str) -> IndexDamaged:
    return IndexDamaged(
        f"the index in {directory} is damaged ({what}), so no backup was made; "
        "run dateline check --repair"
    )


class _DigestingFile(io.RawIOBase):
    """A file that reports and digests its bytes while they are read."""

    def __init__(self, file: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        self._file = file
        self._on_bytes = on_bytes
        self.digest = sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        self._on_bytes(len(block))
        return block


def read_backup(
    source: Path, directory: Path, generation: str, on_bytes: Callable[[int], None]
) -> None:
    """Unpack a backup into an empty directory as a generation with that name.

    Raises:
        BackupUnreadable: the file is not a backup, is truncated or changed, or of another version.
        WriteFailed: the directory cannot be written.

    """
    with _open(source) as archive:
        record = _record(source, archive)
        needed = sum(checksum.size for checksum in record.files.values())
        try:
            for name, checksum in record.files.items():
                _unpack(source, archive, name, checksum, directory / name)
                on_bytes(checksum.size)
            replace(record, generation=generation).write(directory)
        except OSError as error:
            raise write_failed(
                "the index", directory, error, needed=needed, after="; nothing changed"
            ) from error


def check_backup(source: Path) -> int:
    """Read only a backup's header, and return its bytes; raises as `read_backup` does."""
    with _open(source) as archive:
        return sum(checksum.size for checksum in _record(source, archive).files.values())


@contextmanager
def _open(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with source.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as archive:
            yield archive
    except FileNotFoundError as error:
        raise BackupUnreadable(f"{source} does not exist; nothing changed") from error
    except PermissionError as error:
        refused = first_refused([source], READ)
        why = refusal(refused, READ, None) if refused else str(error)
        raise BackupUnreadable(f"{why}; nothing changed") from error
    except (tarfile.TarError, OSError) as error:
        raise BackupUnreadable(
            f"{source} is not a complete backup of Dateline ({error}); nothing changed"
        ) from error


def _record(source: Path, archive: tarfile.TarFile) -> GenerationRecord:
    first = archive.next()
    packed = (
        archive.extractfile(first)
        if first and _is_file(first, TAR_HEAD, min(first.size, _MAX_HEAD_LENGTH))
        else None
    )
    if packed is None:
        raise BackupUnreadable(
            f"{source} is not a backup that dateline backup wrote; nothing changed"
        )
    try:
        head = orjson.loads(packed.read())
        if head["format"] != _FORMAT:
            raise BackupUnreadable(
                f"{source} was written by a newer version of Dateline (format {head['format']}, "
                f"this one reads {_FORMAT}); restore it with that version; nothing changed"
            )
        record = GenerationRecord.from_dict(head["record"], OLDEST_SCHEMA_VERSION, SCHEMA_VERSION)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BackupUnreadable(
            f"{source} is not a complete backup of Dateline ({error}); nothing changed"
        ) from error
    except IndexOutdated as error:
        raise BackupUnreadable(f"{source} cannot be restored: {error}; nothing changed") from error
    if not record.files or not all(map(_is_valid_name, record.files)):
        raise BackupUnreadable(
            f"{source} is not a backup that dateline backup wrote; nothing changed"
        )
    return record


def _is_file(member: tarfile.TarInfo, name: str, size: int) -> bool:
    """Return whether a member is the expected regular file; tarfile would follow a link."""
    return member.isreg() and (member.name, member.size) == (name, size)


def _is_valid_name(name: str) -> bool:
    """Return whether a generation may have a file of this name, other than its record."""
    return bool(FILE_NAME.fullmatch(name)) and name not in (RECORD_FILE, "index")


def _unpack(
    source: Path, archive: tarfile.TarFile, name: str, checksum: FileChecksum, path: Path
) -> None:
    member = archive.next()
    is_expected = member is not None and _is_file(member, name, checksum.size)
    packed = archive.extractfile(member) if member and is_expected else None
    if packed is None:
        raise BackupUnreadable(
            f"{source} is truncated: {name} is missing or cut off; nothing changed"
        )
    digest = sha256()
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as out:
        while block := packed.read(_BLOCK_BYTES):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != checksum.sha256:
        raise BackupUnreadable(
            f"{source} is damaged: {name} was changed since it was written; nothing changed"
        )
