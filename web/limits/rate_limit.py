"""Limits on requests in a time for each network or key, counted by all workers in one small file."""

import logging
import sqlite3
import threading
import time
from functools import lru_cache
from itertools import count
from pathlib import Path

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from search.errors import DatelineError, InvalidSettings
from search.files.access import WRITE, first_refused, refusal
from search.files.own_database import open_database
from search.files.ownership import prepare_file
from search.files.regular_files import NotRegular

__all__ = ["RateLimit", "RateLimitExceeded", "RateLimitHeaders"]

_LOG = logging.getLogger("dateline.limits")
_FILE = "limits.sqlite"
_BUSY_SECONDS = 0.5
_PAUSE_SECONDS = 5.0
"""The pause in counting after a failure: a lasting lock would hold each request _BUSY_SECONDS."""
_SCHEMA = "CREATE TABLE IF NOT EXISTS window (key TEXT PRIMARY KEY, hits INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
_HIT = """
INSERT INTO window VALUES (:key, :amount, :ends) ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN ends <= :now OR ends > :latest THEN :amount ELSE hits + :amount END,
    ends = CASE WHEN ends <= :now OR ends > :latest THEN :ends ELSE ends END
RETURNING hits
"""
_LATER_SECONDS = 5.0
"""A window that ends so much later than one that begins now is of a clock that was wrong, and would shut its client out."""
_DROP = "DELETE FROM window WHERE key IN (SELECT key FROM window ORDER BY hits, ends LIMIT ?)"
_SWEEP_EVERY = 1_000
_MAX_WINDOWS = 100_000
"""Windows kept in the file, some 10 MB; a flood from more networks drops those that asked least."""
_KEPT_WINDOWS = 75_000
"""Windows left after a drop, so that a flood does not sort them at each sweep."""


class RateLimitHeaders(dict[str, str]):
    """The headers about a limit: its number, the rest of it, the seconds until it starts again."""


class RateLimitExceeded(DatelineError):
    """More requests than are allowed; `standing` says when to go on."""

    def __init__(self, limit: str, standing: RateLimitHeaders) -> None:
        super().__init__(
            f"More than {limit} requests came from you; go on in {standing['RateLimit-Reset']} s."
        )
        self.standing = standing


class RateLimit:
    """The limits of one data folder: a general one, such as `60/minute` or "", and those of keys.

    Raises:
        InvalidSettings: the general limit is not a rate, or the folder cannot be written.

    """

    def __init__(self, limit: str, folder: Path) -> None:
        self.general = limit
        windows = self._windows = _Windows(folder)
        self._limiter = FixedWindowRateLimiter(windows)
        self._paused_until = 0.0
        self._failed = False
        if not limit:
            # Where only keys have limits, the file is made when the first of them is used.
            return
        try:
            _item(limit)
        except ValueError as error:
            raise InvalidSettings(
                f"rate_limit is {limit!r}; write a number and a time, such as 60/minute or 5/second"
            ) from error
        try:
            windows.check()
        except (OSError, sqlite3.Error) as error:
            raise InvalidSettings(
                f"rate_limit counts in {windows.path}, which cannot be written ({windows.refusal(error)}); "
                "mend that, or set no limit"
            ) from error

    def hit(self, who: str, own: str = "") -> RateLimitHeaders:
        """Count a request of a client, against its own limit where it has one.

        Requests are let through while the file cannot be written: a full disk must not shut
        readers out.

        Raises:
            RateLimitExceeded: it is one too many.

        """
        limit = own or self.general
        if not limit or time.monotonic() < self._paused_until:
            return RateLimitHeaders()
        item = _item(limit)
        try:
            allowed = self._limiter.hit(item, who)
            ends, left = self._limiter.get_window_stats(item, who)
        except (OSError, sqlite3.Error) as error:
            self._pause(error)
            return RateLimitHeaders()
        if self._failed:
            self._failed = False
            _LOG.info("the rate limit counts again")
        standing = RateLimitHeaders(
            {
                "RateLimit-Limit": str(item.amount),
                "RateLimit-Remaining": str(max(left, 0)),
                "RateLimit-Reset": str(max(1, round(ends - time.time()))),
            }
        )
        if not allowed:
            raise RateLimitExceeded(limit, standing)
        return standing

    def _pause(self, error: Exception) -> None:
        """Count nothing for a while; logged once until the file can be written again."""
        self._windows.forget()
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
        if not self._failed:
            self._failed = True
            _LOG.warning(
                "the rate limit cannot count in %s (%s); requests are let through until that is mended",
                self._windows.path,
                self._windows.refusal(error),
            )


@lru_cache(maxsize=256)
def _item(limit: str) -> RateLimitItem:
    return parse(limit)


class _Windows(Storage):
    """Counts in an SQLite file for all processes; a crash loses at most one window's counts."""

    STORAGE_SCHEME = None

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / _FILE
        self._local = threading.local()
        self._hits = count(1)

    @property
    def _database(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "database", None)
        if found is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            prepare_file(self.path, shared=True)
            found = open_database(self.path, timeout=_BUSY_SECONDS)
            self._local.database = found
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = OFF")
            found.execute(_SCHEMA)
        return found

    def forget(self) -> None:
        """Close this thread's connection, so that the next count opens the file as it is then."""
        found: sqlite3.Connection | None = getattr(self._local, "database", None)
        if found is not None:
            self._local.database = None
            found.close()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        if next(self._hits) % _SWEEP_EVERY == 0:
            self._sweep(now)
        ends = now + expiry
        told = {
            "key": key,
            "amount": amount,
            "ends": ends,
            "now": now,
            "latest": ends + _LATER_SECONDS,
        }
        row = self._database.execute(_HIT, told).fetchone()
        return int(row[0])

    def _sweep(self, now: float) -> None:
        self._database.execute("DELETE FROM window WHERE ends <= ?", (now,))
        windows = int(self._database.execute("SELECT count(*) FROM window").fetchone()[0])
        if windows > _MAX_WINDOWS:
            self._database.execute(_DROP, (windows - _KEPT_WINDOWS,))

    def get(self, key: str) -> int:
        row = self._database.execute(
            "SELECT hits FROM window WHERE key = ? AND ends > ?", (key, time.time())
        ).fetchone()
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._database.execute("SELECT ends FROM window WHERE key = ?", (key,)).fetchone()
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        """Begin to write, and do not."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("ROLLBACK")
        return True

    def refusal(self, error: Exception) -> str:
        """Say why nothing can be counted: whose file it is, if it is another user's."""
        if isinstance(error, NotRegular):
            return f"it is {error.kind}; remove it"
        refused = first_refused([self.path.parent, self.path], WRITE)
        return refusal(refused, WRITE, self.path.parent) if refused else str(error)

    def reset(self) -> int:
        return self._database.execute("DELETE FROM window").rowcount

    def clear(self, key: str) -> None:
        self._database.execute("DELETE FROM window WHERE key = ?", (key,))
