"""So many requests in a time from one address or key; the workers of a server count in one small file."""

import logging
import sqlite3
import threading
import time
from pathlib import Path

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from search.errors import DatelineError, InvalidSettings
from search.file_owners import prepare

__all__ = ["LimitReached", "RateLimit", "Standing"]

_LOG = logging.getLogger("dateline.limits")
_FILE = "limits.sqlite"
_BUSY_SECONDS = 1.0
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS window (key TEXT PRIMARY KEY, hits INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
)
_HIT = """
INSERT INTO window VALUES (:key, :amount, :ends) ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN ends <= :now THEN :amount ELSE hits + :amount END,
    ends = CASE WHEN ends <= :now THEN :ends ELSE ends END
RETURNING hits
"""
_SWEEP_EVERY = 1_000


class Standing(dict[str, str]):
    """What the headers tell of a limit: its number, what is left of it, and seconds until it begins anew."""


class LimitReached(DatelineError):
    """More requests than are allowed; `standing` says when to go on."""

    def __init__(self, limit: str, standing: Standing) -> None:
        super().__init__(f"More than {limit} requests came from you; go on in {standing['RateLimit-Reset']} s.")
        self.standing = standing


class RateLimit:
    """One limit, such as `60/minute`, held in a data folder.

    Raises:
        InvalidSettings: it cannot be read, or the folder cannot be written.

    """

    def __init__(self, limit: str, folder: Path) -> None:
        try:
            self._item: RateLimitItem = parse(limit)
        except ValueError as error:
            raise InvalidSettings(
                f"rate_limit is {limit!r}; write a number and a time, such as 60/minute or 5/second"
            ) from error
        self._written = limit
        self._limiter = FixedWindowRateLimiter(_Windows(folder))

    def hit(self, who: str) -> Standing:
        """Count a request of somebody.

        Raises:
            LimitReached: it is one too many.

        """
        try:
            allowed = self._limiter.hit(self._item, who)
            ends, left = self._limiter.get_window_stats(self._item, who)
        except sqlite3.Error as error:
            # A full disk must not shut readers out.
            _LOG.warning("the rate limit cannot count (%s); the request is let through", error)
            return Standing()
        standing = Standing(
            {
                "RateLimit-Limit": str(self._item.amount),
                "RateLimit-Remaining": str(max(left, 0)),
                "RateLimit-Reset": str(max(1, round(ends - time.time()))),
            }
        )
        if not allowed:
            raise LimitReached(self._written, standing)
        return standing


class _Windows(Storage):
    """Counts in an SQLite file, which all processes of a machine share; what a crash loses is a window's count."""

    STORAGE_SCHEME = None

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._path = folder / _FILE
        self._local = threading.local()
        self._hits = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            prepare(self._path)
            self._database.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise InvalidSettings(
                f"rate_limit counts in {self._path}, which cannot be written ({error}); make the folder writable, or set no limit"
            ) from error

    @property
    def _database(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "database", None)
        if found is None:
            found = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = OFF")
            self._local.database = found
        return found

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        self._hits += 1
        if self._hits % _SWEEP_EVERY == 0:
            self._database.execute("DELETE FROM window WHERE ends <= ?", (now,))
        row = self._database.execute(_HIT, {"key": key, "amount": amount, "ends": now + expiry, "now": now}).fetchone()
        return int(row[0])

    def get(self, key: str) -> int:
        row = self._database.execute(
            "SELECT hits FROM window WHERE key = ? AND ends > ?", (key, time.time())
        ).fetchone()
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._database.execute("SELECT ends FROM window WHERE key = ?", (key,)).fetchone()
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        return bool(self._database.execute("SELECT 1").fetchone())

    def reset(self) -> int:
        return self._database.execute("DELETE FROM window").rowcount

    def clear(self, key: str) -> None:
        self._database.execute("DELETE FROM window WHERE key = ?", (key,))
