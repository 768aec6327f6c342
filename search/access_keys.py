"""Keys of the services that may ask: kept as hashes in a file of the data folder, so that who reads it can use none."""

import datetime as dt
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from search.errors import DatelineError
from search.file_lock import exclusive

__all__ = ["AccessKey", "AccessKeys", "KeyProblem"]

_FILE = "keys.json"
_LOCK = "keys.lock"
_PREFIX = "dl"
_ID_BYTES = 4
_SECRET_BYTES = 32
_WAIT_SECONDS = 5.0
_LONGEST_NAME = 100
_NOBODY = sha256(b"").hexdigest()


class KeyProblem(DatelineError):
    """A key that cannot be made, found or read."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is kept: `id` is the part of its text that may be seen, `digest` the SHA-256 of the whole, `made` a day."""

    id: str
    name: str
    digest: str
    made: str


class AccessKeys:
    """The keys of one data folder; a server that is running sees at once what a command changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / _FILE
        self._read: tuple[tuple[int, int], dict[str, AccessKey]] = ((0, 0), {})

    def add(self, name: str) -> tuple[AccessKey, str]:
        """Make a key and return it with its text, which is nowhere kept.

        Raises:
            KeyProblem: the name is empty, too long, or another key's.

        """
        if not 1 <= len(name.strip()) <= _LONGEST_NAME:
            raise KeyProblem(f"a key's name has from 1 to {_LONGEST_NAME} characters; it says who uses the key")
        key_id = secrets.token_hex(_ID_BYTES)
        text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        made = AccessKey(key_id, name.strip(), _digest(text), dt.datetime.now(dt.UTC).date().isoformat())
        with self._changing() as keys:
            if any(each.name == made.name for each in keys.values()):
                raise KeyProblem(f"there is a key for {made.name!r} already; revoke it first, or take another name")
            keys[key_id] = made
        return made, text

    def revoke(self, which: str) -> AccessKey:
        """Take a key away, by its id or name.

        Raises:
            KeyProblem: there is none.

        """
        with self._changing() as keys:
            for key_id, key in keys.items():
                if which in (key_id, key.name):
                    return keys.pop(key_id)
            raise KeyProblem(f"there is no key {which!r}; dateline keys list names those that there are")

    def all(self) -> list[AccessKey]:
        """Return the keys there are, in the order in which they were made."""
        return list(self._current().values())

    def owner(self, text: str) -> str | None:
        """Return the id of the key that a text is, None where it is none; what it takes tells nothing of how near it came."""
        prefix, _, rest = text.partition("_")
        key_id = rest.partition("_")[0]
        key = self._current().get(key_id)
        same = hmac.compare_digest(_digest(text), key.digest if key else _NOBODY)
        return key_id if same and key and prefix == _PREFIX else None

    def _current(self) -> dict[str, AccessKey]:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return {}
        stamp = (status.st_mtime_ns, status.st_ino)
        if self._read[0] != stamp:
            self._read = (stamp, self._load())
        return self._read[1]

    def _load(self) -> dict[str, AccessKey]:
        try:
            return {each["id"]: AccessKey(**each) for each in orjson.loads(self._file.read_bytes())}
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise KeyProblem(
                f"{self._file} cannot be read ({error}); put its backup back, or delete it and make keys anew"
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[dict[str, AccessKey]]:
        """Give the keys to change; they are written when the block ends without an error."""
        with exclusive(self._folder / _LOCK, "keys", _WAIT_SECONDS):
            keys = dict(self._load()) if self._file.exists() else {}
            yield keys
            beside = self._file.with_suffix(".new")
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(orjson.dumps([asdict(each) for each in keys.values()], option=orjson.OPT_INDENT_2))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._file)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
