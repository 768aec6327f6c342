"""The terms of a key: its scopes, its last day and its rate of requests."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from search.errors import DatelineError
from search.settings.areas import DEFAULT_SCOPES, Scope
from search.settings.rates import RATE_FORM, is_rate

__all__ = ["InvalidKeyTerms", "KeyTerms", "known_scopes", "today"]


class InvalidKeyTerms(DatelineError):
    """A last day or a rate that no key can have."""


def today() -> str:
    """Return the day in UTC by which keys end."""
    return dt.datetime.now(dt.UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms of one key: `until` is its last day in UTC, `rate` its own limit, "" for none.

    Raises:
        InvalidKeyTerms: `until` is not a day, or `rate` not a rate.

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
            raise InvalidKeyTerms(f"{self.rate!r} is not a rate; it is {RATE_FORM}")

    @property
    def expired(self) -> bool:
        """True once the last day is over."""
        return bool(self.until) and today() > self.until

    def to_json(self) -> dict[str, Any]:
        """Return the terms as they are kept and reported."""
        return {"scopes": list(self.scopes), "until": self.until or None, "rate": self.rate or None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "KeyTerms":
        """Read terms; a key made before there were any has all scopes, no end and no rate.

        Scopes of a later version open nothing here.

        Raises:
            InvalidKeyTerms: they are not terms of a key.

        """
        scopes, until, rate = (
            kept.get("scopes", list(Scope)),
            kept.get("until") or "",
            kept.get("rate") or "",
        )
        if not (isinstance(scopes, list) and isinstance(until, str) and isinstance(rate, str)):
            raise InvalidKeyTerms("scopes is a list of texts, until and rate are texts")
        return cls(known_scopes(scopes), until, rate)


def known_scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    """Return the scopes among some names, each once and in their usual order."""
    wanted = list(names)
    return tuple(scope for scope in Scope if scope in wanted)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
