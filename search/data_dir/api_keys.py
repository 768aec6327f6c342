"""API keys, stored only as hashes."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from search.data_dir.key_file import KeyFile, Stamp
from search.data_dir.key_terms import InvalidKeyTerms, KeyTerms, today
from search.errors import DatelineError

__all__ = ["ApiKey", "ApiKeyError", "ApiKeys"]

_PREFIX = "dl"
_ID_BYTES = 4
_SECRET_BYTES = 32
_MAX_NAME_LENGTH = 100
_EMPTY_DIGEST = sha256(b"").hexdigest()


class ApiKeyError(DatelineError):
    """A key that cannot be created or found."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key.

    `id` is the public part of its text, `digest` the SHA-256 of the whole text, `made` the day of
    its creation.
    """

    id: str
    name: str
    digest: str
    made: str
    terms: KeyTerms

    def to_json(self) -> dict[str, Any]:
        """Return the key for reports, without its digest."""
        return {"id": self.id, "name": self.name, "made": self.made, **self.terms.to_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ApiKey":
        """Read a stored key.

        Raises:
            InvalidKeyTerms: its terms are invalid.
            KeyError: a value is missing.
            TypeError: a value is not a string.

        """
        texts = {name: data[name] for name in ("id", "name", "digest", "made")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError("id, name, digest and made must be strings")
        if not texts["digest"].isascii():
            raise TypeError("a digest must be ASCII")
        return cls(**texts, terms=KeyTerms.from_json(data))


class ApiKeys:
    """The keys of one data folder; a running server sees changes by commands at once."""

    def __init__(self, folder: Path) -> None:
        self._file = KeyFile(folder)
        self._cache: tuple[Stamp, dict[str, ApiKey]] = ((), {})

    def add(self, name: str, terms: KeyTerms | None = None) -> tuple[ApiKey, str]:
        """Create a key and return it with its text, which is not stored.

        Raises:
            ApiKeyError: the name is empty, too long, unprintable or in use, or the last day is
                over.
            KeysUnavailable: the key file cannot be read.

        """
        name, terms = name.strip(), terms or KeyTerms()
        if not (1 <= len(name) <= _MAX_NAME_LENGTH and name.isprintable()):
            raise ApiKeyError(
                f"a key's name must have from 1 to {_MAX_NAME_LENGTH} printable characters; it "
                "says who uses the key"
            )
        if terms.expired:
            raise ApiKeyError(
                f"a key until {terms.until} would never work: today is {today()} in UTC"
            )
        key_id = secrets.token_hex(_ID_BYTES)
        text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        key = ApiKey(key_id, name, _digest(text), today(), terms)
        with self._file.changing() as entries:
            if any(other.name == name for other in self._keys(entries)):
                raise ApiKeyError(
                    f"there is a key for {name!r} already; revoke it first, or choose another name"
                )
            entries.append({**key.to_json(), "digest": key.digest})
        return key, text

    def revoke(self, id_or_name: str) -> ApiKey:
        """Remove a key by its id or name and return it.

        Raises:
            ApiKeyError: no key has this id or name.
            KeysUnavailable: the key file cannot be read.

        """
        with self._file.changing() as entries:
            keys = self._keys(entries)
            # Ids first: a name may be the same as another key's id.
            for names in ([key.id for key in keys], [key.name for key in keys]):
                if id_or_name in names:
                    index = names.index(id_or_name)
                    del entries[index]
                    return keys[index]
            raise ApiKeyError(f"there is no key {id_or_name!r}; dateline keys list shows all keys")

    def all(self) -> list[ApiKey]:
        """Return all keys in the order of their creation.

        Raises:
            KeysUnavailable: the key file cannot be read.

        """
        return list(self._current().values())

    def authenticate(self, text: str) -> ApiKey | None:
        """Return the key with this text, expired or not. Compares in constant time.

        Raises:
            KeysUnavailable: the key file cannot be read.

        """
        prefix, _, rest = text.partition("_")
        key = self._current().get(rest.partition("_")[0])
        is_same = hmac.compare_digest(_digest(text), key.digest if key else _EMPTY_DIGEST)
        return key if is_same and prefix == _PREFIX else None

    def check(self) -> None:
        """Check that keys can be read, so that `authenticate` will not raise an error.

        Raises:
            KeysUnavailable: the key file cannot be read.

        """
        self._current()

    def _current(self) -> dict[str, ApiKey]:
        stamp = self._file.stamp()
        if self._cache[0] != stamp:
            self._cache = (stamp, {key.id: key for key in self._keys(self._file.read())})
        return self._cache[1]

    def _keys(self, entries: list[dict[str, Any]]) -> list[ApiKey]:
        try:
            return [ApiKey.from_json(entry) for entry in entries]
        except KeyError as error:
            raise self._file.damaged(f"a key has no {error}") from error
        except (TypeError, InvalidKeyTerms) as error:
            raise self._file.damaged(str(error)) from error


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
