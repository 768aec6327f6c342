"""API keys, kept as hashes: whoever reads the file of them can use none."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from search.data_dir.key_file import KeyFile, Stamp
from search.data_dir.key_terms import InvalidKeyTerms, KeyTerms, today
from search.errors import DatelineError

__all__ = ["AccessKey", "AccessKeys", "ApiKeyError"]

_PREFIX = "dl"
_ID_BYTES = 4
_SECRET_BYTES = 32
_MAX_NAME_LENGTH = 100
_NOBODY = sha256(b"").hexdigest()


class ApiKeyError(DatelineError):
    """A key that cannot be made or found."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is kept.

    `id` is the part of its text that may be seen, `digest` the SHA-256 of the whole text,
    `made` a day.
    """

    id: str
    name: str
    digest: str
    made: str
    terms: KeyTerms

    def to_json(self) -> dict[str, Any]:
        """Return the key as it may be reported, without its digest."""
        return {"id": self.id, "name": self.name, "made": self.made, **self.terms.to_json()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "AccessKey":
        """Read a key.

        Raises:
            InvalidKeyTerms: its terms are wrong.
            KeyError: something is missing.
            TypeError: something is not a text.

        """
        texts = {name: kept[name] for name in ("id", "name", "digest", "made")}
        if not all(isinstance(each, str) for each in texts.values()):
            raise TypeError("id, name, digest and made are texts")
        if not texts["digest"].isascii():
            raise TypeError("a digest is not in ASCII")
        return cls(**texts, terms=KeyTerms.from_json(kept))


class AccessKeys:
    """The keys of one data folder; a running server sees at once what a command changed."""

    def __init__(self, folder: Path) -> None:
        self._file = KeyFile(folder)
        self._read: tuple[Stamp, dict[str, AccessKey]] = ((), {})

    def add(self, name: str, terms: KeyTerms | None = None) -> tuple[AccessKey, str]:
        """Make a key and return it with its text, which is kept nowhere.

        Raises:
            ApiKeyError: the name is empty, too long, unprintable or another key's, or the last
                day is over.
            KeysUnavailable: the file of keys cannot be read.

        """
        name, terms = name.strip(), terms or KeyTerms()
        if not (1 <= len(name) <= _MAX_NAME_LENGTH and name.isprintable()):
            raise ApiKeyError(
                f"a key's name has from 1 to {_MAX_NAME_LENGTH} printable characters; it says who uses the key"
            )
        if terms.expired:
            raise ApiKeyError(f"a key until {terms.until} would never work: in UTC it is {today()}")
        key_id = secrets.token_hex(_ID_BYTES)
        text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        key = AccessKey(key_id, name, _digest(text), today(), terms)
        with self._file.changing() as kept:
            if any(each.name == name for each in self._keys(kept)):
                raise ApiKeyError(
                    f"there is a key for {name!r} already; revoke it first, or take another name"
                )
            kept.append({**key.to_json(), "digest": key.digest})
        return key, text

    def revoke(self, which: str) -> AccessKey:
        """Remove a key by its id or name, and return it.

        Raises:
            ApiKeyError: no key has this id or name.
            KeysUnavailable: the file of keys cannot be read.

        """
        with self._file.changing() as kept:
            keys = self._keys(kept)
            # A name may look like another key's id.
            for names in ([key.id for key in keys], [key.name for key in keys]):
                if which in names:
                    place = names.index(which)
                    del kept[place]
                    return keys[place]
            raise ApiKeyError(
                f"there is no key {which!r}; dateline keys list names those that there are"
            )

    def all(self) -> list[AccessKey]:
        """Return all keys in the order in which they were made.

        Raises:
            KeysUnavailable: the file of keys cannot be read.

        """
        return list(self._current().values())

    def authenticate(self, text: str) -> AccessKey | None:
        """Return the key with this text, expired or not; compares in constant time.

        Raises:
            KeysUnavailable: the file of keys cannot be read.

        """
        prefix, _, rest = text.partition("_")
        key = self._current().get(rest.partition("_")[0])
        same = hmac.compare_digest(_digest(text), key.digest if key else _NOBODY)
        return key if same and prefix == _PREFIX else None

    def check(self) -> None:
        """Raise what `authenticate` would raise whatever the key.

        Raises:
            KeysUnavailable: the file of keys cannot be read.

        """
        self._current()

    def _current(self) -> dict[str, AccessKey]:
        stamp = self._file.stamp()
        if self._read[0] != stamp:
            self._read = (stamp, {key.id: key for key in self._keys(self._file.read())})
        return self._read[1]

    def _keys(self, kept: list[dict[str, Any]]) -> list[AccessKey]:
        try:
            return [AccessKey.from_json(each) for each in kept]
        except KeyError as error:
            raise self._file.damaged(f"a key has no {error}") from error
        except (TypeError, InvalidKeyTerms) as error:
            raise self._file.damaged(str(error)) from error


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
