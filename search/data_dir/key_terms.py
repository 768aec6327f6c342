"""The terms of a key: its scopes, last day and rate limit."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from search.errors import DatelineError
from search.settings.areas import DEFAULT_SCOPES, Scope
from search.settings.rates import RATE_FORM, is_rate

__all__ = ["InvalidKeyTerms", "KeyTerms", "known_scopes", "today"]


class InvalidKeyTerms(DatelineError):
    """An invalid last day or rate."""


def today() -> str:
    """Return the current day in UTC, which decides whether a key has expired."""
    return dt.datetime.now(dt.UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms of one key: `until` is its last day in UTC, `rate` its own rate limit.

    Either may be empty.

    Raises:
        InvalidKeyTerms: `until` is not a day, or `rate` is not a rate.

    """

    scopes: tuple[Scope, ...] = DEFAULT_SCOPES
    until: str = ""
    rate: str = ""

    def __post_init__(self) -> None:
        if self.until and not _is_day(self.until):
            raise InvalidKeyTerms(
                f"{self.until!r} is not a day; write the last day of the key as YYYY-MM-DD"
            )
        if self.rate and not is_rate(self.rate):
            raise InvalidKeyTerms(f"{self.rate!r} is not a rate; it must be {RATE_FORM}")

    @property
    def expired(self) -> bool:
        """True if the last day is over."""
        return bool(self.until) and today() > self.until

    def to_json(self) -> dict[str, Any]:
        """Return the terms for the key file and reports."""
        return {"scopes": list(self.scopes), "until": self.until or None, "rate": self.rate or None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "KeyTerms":
        """Read stored terms.

        Keys of releases without terms have all scopes and no limits. Scopes of later releases are
        ignored.

        Raises:
            InvalidKeyTerms: the terms are invalid.

        """
        scopes, until, rate = (
            data.get("scopes", list(Scope)),
            data.get("until") or "",
            data.get("rate") or "",
        )
        if not (isinstance(scopes, list) and isinstance(until, str) and isinstance(rate, str)):
            raise InvalidKeyTerms(
                "scopes must be a list of strings, until and rate must be strings"
            )
        return cls(known_scopes(scopes), until, rate)


def known_scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    """Return the scopes among some names, without duplicates and in their usual order."""
    given_names = list(names)
    return tuple(scope for scope in Scope if scope in given_names)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
