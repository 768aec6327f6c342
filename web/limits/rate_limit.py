"""Rate limits for each client network or API key, counted by all workers in one SQLite file.

The library `limits` parses the rates and applies them. Its own storages count in one process or
need a server such as Redis, so `_SqliteStorage` is ours.
"""

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
"""Pause after a failure: while the file stays locked, each request would wait _BUSY_SECONDS."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS window"
    " (key TEXT PRIMARY KEY, hits INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
)
_HIT = """
INSERT INTO window VALUES (:key, :amount, :ends) ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN ends <= :now OR ends > :latest THEN :amount ELSE hits + :amount END,
    ends = CASE WHEN ends <= :now OR ends > :latest THEN :ends ELSE ends END
RETURNING hits
"""
_MAX_CLOCK_SKEW_SECONDS = 5.0
"""A window that ends later than a new one by more than this was written with a wrong clock.

It is started again; otherwise it would shut its client out.
"""
_DROP = "DELETE FROM window WHERE key IN (SELECT key FROM window ORDER BY hits, ends LIMIT ?)"
_SWEEP_INTERVAL = 1_000
"""Requests between two sweeps that delete expired windows."""
_MAX_WINDOWS = 100_000
"""Limit for the file, about 10 MB; beyond it the windows with the fewest requests are dropped."""
_WINDOWS_AFTER_DROP = 75_000
"""Leave room, so that a flood does not sort the windows at every sweep."""


class RateLimitHeaders(dict[str, str]):
    """The RateLimit headers: the limit, the remaining requests, the seconds until the reset."""


class RateLimitExceeded(DatelineError):
    """A client exceeded its rate limit; `headers` contain the time until it may go on."""

    def __init__(self, limit: str, headers: RateLimitHeaders) -> None:
        super().__init__(
            f"You have sent more requests than the limit of {limit}; "
            f"try again in {headers['RateLimit-Reset']} s."
        )
        self.headers = headers


class RateLimit:
    """The rate limits of one data folder.

    `default` applies to clients without a limit of their own, such as `60/minute`; "" for none.

    Raises:
        InvalidSettings: the default limit is not a rate, or the folder is not writable.

    """

    def __init__(self, default: str, folder: Path) -> None:
        self.default = default
        self._storage = _SqliteStorage(folder)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._paused_until = 0.0
        self._failed = False
        if not default:
            # If only keys have limits, the file is created when one of them is used.
            return
        try:
            _parse_rate(default)
        except ValueError as error:
            raise InvalidSettings(
                f"rate_limit is {default!r}; "
                "it must be a number and a unit of time, such as 60/minute or 5/second"
            ) from error
        try:
            self._storage.check()
        except (OSError, sqlite3.Error) as error:
            raise InvalidSettings(
                f"rate_limit counts in {self._storage.path}, which is not writable "
                f"({self._storage.explain(error)}); fix that, or set no limit"
            ) from error

    def hit(self, client: str, own_limit: str = "", factor: int = 1) -> RateLimitHeaders:
        """Count a request of a client against its own limit or the default one, times a factor.

        While the file is not writable, requests are not limited: a full disk must not shut readers
        out.

        Raises:
            RateLimitExceeded: the limit is exceeded.

        """
        limit = own_limit or self.default
        if not limit or time.monotonic() < self._paused_until:
            return RateLimitHeaders()
        rate = _parse_rate(limit, factor)
        try:
            is_allowed = self._limiter.hit(rate, client)
            window_end, remaining = self._limiter.get_window_stats(rate, client)
        except (OSError, sqlite3.Error) as error:
            self._pause(error)
            return RateLimitHeaders()
        if self._failed:
            self._failed = False
            _LOG.info("the rate limit is in force again")
        headers = RateLimitHeaders(
            {
                "RateLimit-Limit": str(rate.amount),
                "RateLimit-Remaining": str(max(remaining, 0)),
                "RateLimit-Reset": str(max(1, round(window_end - time.time()))),
            }
        )
        if not is_allowed:
            raise RateLimitExceeded(_written(rate), headers)
        return headers

    def _pause(self, error: Exception) -> None:
        """Stop counting for a while; log the first of consecutive failures."""
        self._storage.close()
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
        if not self._failed:
            self._failed = True
            _LOG.warning(
                "the rate limit cannot count in %s (%s); requests are not limited until it can",
                self._storage.path,
                self._storage.explain(error),
            )


@lru_cache(maxsize=256)
def _parse_rate(limit: str, factor: int = 1) -> RateLimitItem:
    rate = parse(limit)
    return type(rate)(factor * rate.amount, rate.multiples)


def _written(rate: RateLimitItem) -> str:
    """Return a rate as the settings write it, such as `60/minute`."""
    multiples = f"{rate.multiples} " if rate.multiples > 1 else ""
    return f"{rate.amount}/{multiples}{rate.GRANULARITY.name}"


class _SqliteStorage(Storage):
    """Counters in an SQLite file for all processes; a crash loses at most one window's counts."""

    STORAGE_SCHEME = None

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / _FILE
        self._local = threading.local()
        self._hits = count(1)

    @property
    def _database(self) -> sqlite3.Connection:
        """The connection of the current thread."""
        database: sqlite3.Connection | None = getattr(self._local, "database", None)
        if database is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            prepare_file(self.path, shared=True)
            database = open_database(self.path, timeout=_BUSY_SECONDS)
            self._local.database = database
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = OFF")
            database.execute(_SCHEMA)
        return database

    def close(self) -> None:
        """Close this thread's connection; the next request opens the file again."""
        database: sqlite3.Connection | None = getattr(self._local, "database", None)
        if database is not None:
            self._local.database = None
            database.close()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        if next(self._hits) % _SWEEP_INTERVAL == 0:
            self._sweep(now)
        ends = now + expiry
        parameters = {
            "key": key,
            "amount": amount,
            "ends": ends,
            "now": now,
            "latest": ends + _MAX_CLOCK_SKEW_SECONDS,
        }
        row = self._database.execute(_HIT, parameters).fetchone()
        return int(row[0])

    def _sweep(self, now: float) -> None:
        self._database.execute("DELETE FROM window WHERE ends <= ?", (now,))
        windows = int(self._database.execute("SELECT count(*) FROM window").fetchone()[0])
        if windows > _MAX_WINDOWS:
            self._database.execute(_DROP, (windows - _WINDOWS_AFTER_DROP,))

    def get(self, key: str) -> int:
        row = self._database.execute(
            "SELECT hits FROM window WHERE key = ? AND ends > ?", (key, time.time())
        ).fetchone()
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._database.execute("SELECT ends FROM window WHERE key = ?", (key,)).fetchone()
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        """Check that the file is writable, without writing."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("ROLLBACK")
        return True

    def explain(self, error: Exception) -> str:
        """Return why counting failed; name the owner if the file belongs to another user."""
        if isinstance(error, NotRegular):
            return f"it is {error.kind}; remove it"
        refused_path = first_refused([self.path.parent, self.path], WRITE)
        return refusal(refused_path, WRITE, self.path.parent) if refused_path else str(error)

    def reset(self) -> int:
        return self._database.execute("DELETE FROM window").rowcount

    def clear(self, key: str) -> None:
        self._database.execute("DELETE FROM window WHERE key = ?", (key,))
