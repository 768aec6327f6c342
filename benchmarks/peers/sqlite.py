"""SQLite's FTS5 through Python's sqlite3: what everybody has already."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson

from benchmarks.peers.peer import PeerMissing
from benchmarks.peers.request import FACETS, HITS, VALUES, Answer, Request

__all__ = ["Sqlite"]

_SCHEMA = """
CREATE TABLE article(number INTEGER PRIMARY KEY, day INTEGER, year INTEGER, json TEXT);
CREATE INDEX article_day ON article(day);
CREATE TABLE value(facet TEXT, value TEXT, article INTEGER,
  PRIMARY KEY (facet, value, article)) WITHOUT ROWID;
CREATE INDEX value_article ON value(article, facet, value);
CREATE VIRTUAL TABLE words USING fts5(title, deck, body, authors,
  tokenize='porter unicode61 remove_diacritics 2');
"""
_BROWSED = 100


@dataclass
class Sqlite:
    """A database file, searched in this process; facets are counted by GROUP BY."""

    folder: Path
    name: str = "sqlite"

    @property
    def title(self) -> str:
        """The name and version."""
        return f"SQLite {sqlite3.sqlite_version} FTS5 (no HTTP)"

    @property
    def _path(self) -> Path:
        return self.folder / "articles.sqlite"

    def load(self, source: Path, _: int) -> float:
        """Insert all articles in one transaction, then merge the text index."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        started = time.perf_counter()
        with sqlite3.connect(self._path) as database:
            database.execute("PRAGMA journal_mode = OFF")
            try:
                database.executescript(_SCHEMA)
            except sqlite3.OperationalError as error:
                raise PeerMissing(f"SQLite without FTS5: {error}") from error
            with source.open("rb") as lines:
                for number, line in enumerate(lines):
                    _insert(database, number, line)
            database.execute("INSERT INTO words(words) VALUES ('optimize')")
            database.execute("ANALYZE")
        database.close()
        return time.perf_counter() - started

    def start(self) -> None:
        """Open the database."""
        self.database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        self.database.execute("PRAGMA mmap_size = 8000000000")
        self.database.execute("PRAGMA temp_store = MEMORY")

    def stop(self) -> None:
        """Close the database."""
        self.database.close()

    def processes(self) -> list[int]:
        """Return nothing: there is no service."""
        return []

    def disk(self) -> int:
        """Return the size of the file."""
        return self._path.stat().st_size

    def answers(self, request: Request) -> bool:
        """Return False for other spellings, which FTS5 does not find."""
        return not request.misspelt

    def prepare(self, request: Request) -> Callable[[], Answer]:
        """Return the statements for a search."""
        return partial(self._search, request)

    def read(self, raw: Answer, _: Request) -> Answer:
        """Return the answer, which needs no parsing."""
        return raw

    def _search(self, request: Request) -> Answer:
        run = self.database.execute
        match = _match(request)
        run("CREATE TEMP TABLE base(number INTEGER PRIMARY KEY, score REAL)")
        first = f"{request.first_day or '0001-01-01'}".replace("-", "")
        last = f"{request.last_day or '9999-12-31'}".replace("-", "")
        limited = bool(request.first_day or request.last_day)
        if match:
            score = "0" if request.newest else "rank"
            run(f"INSERT INTO base SELECT rowid, {score} FROM words WHERE words MATCH ?", (match,))
            if limited:
                run(
                    "DELETE FROM base WHERE number NOT IN "
                    "(SELECT number FROM article WHERE day BETWEEN ? AND ?)",
                    (int(first), int(last)),
                )
        else:
            run(
                "INSERT INTO base SELECT number, 0 FROM article WHERE day BETWEEN ? AND ?",
                (int(first), int(last)),
            )
        try:
            return self._answer(request, match)
        finally:
            run("DROP TABLE temp.base")

    def _answer(self, request: Request, match: str) -> Answer:
        run = self.database.execute
        under = _under(request.filters)
        if request.browse:
            return Answer(0, {request.browse: self._count(request.browse, "", [], _BROWSED)})
        total = run(f"SELECT count(*) FROM base{under[0]}", under[1]).fetchone()[0]
        order = "score, number" if match and not request.newest else "day DESC"
        page = [
            number
            for (number,) in run(
                f"SELECT base.number FROM base JOIN article USING (number){under[0]} "
                f"ORDER BY {order} LIMIT {HITS} OFFSET {(request.page - 1) * HITS}",
                under[1],
            )
        ]
        for number in page:
            if match:
                run(
                    "SELECT json, highlight(words, 0, '<mark>', '</mark>'), "
                    "snippet(words, 2, '<mark>', '</mark>', '…', 30) "
                    "FROM words JOIN article ON article.number = words.rowid "
                    "WHERE words MATCH ? AND words.rowid = ?",
                    (match, number),
                ).fetchone()
            else:
                run("SELECT json FROM article WHERE number = ?", (number,)).fetchone()
        facets = {}
        for name in FACETS:
            others = tuple(each for each in request.filters if each[0] != name)
            facets[name] = self._count(name, *_under(others), VALUES)
        return Answer(total, facets, len(page))

    def _count(self, name: str, under: str, values: list[str], size: int) -> list[int]:
        if name == "year":
            rows = self.database.execute(
                f"SELECT count(*) AS counted FROM base JOIN article USING (number){under} "
                f"GROUP BY year ORDER BY counted DESC LIMIT {size}",
                values,
            )
        else:
            rows = self.database.execute(
                "SELECT count(*) AS counted FROM base "
                f"JOIN value ON value.article = base.number AND value.facet = ?{under} "
                f"GROUP BY value.value ORDER BY counted DESC LIMIT {size}",
                [name, *values],
            )
        return [counted for (counted,) in rows]


def _under(filters: tuple[tuple[str, str], ...]) -> tuple[str, list[str]]:
    conditions = [
        "base.number IN (SELECT article FROM value WHERE facet = ? AND value = ?)" for _ in filters
    ]
    values = [part for pair in filters for part in pair]
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), values


def _match(request: Request) -> str:
    joint = " OR " if request.relaxed else " AND "
    parts = [joint.join(f'"{word}"' for word in request.words)] if request.words else []
    if request.phrase:
        parts.append('"' + " ".join(request.phrase) + '"')
    if request.prefix:
        parts.append(f'"{request.prefix}"*')
    match = " AND ".join(parts)
    return f'({match}) NOT "{request.excluded}"' if request.excluded else match


def _insert(database: sqlite3.Connection, number: int, line: bytes) -> None:
    article = orjson.loads(line)
    day = article["published"][:10]
    database.execute(
        "INSERT INTO article VALUES (?, ?, ?, ?)",
        (number, int(day.replace("-", "")), int(day[:4]), line.decode()),
    )
    texts = [article.get(key, "") for key in ("title", "deck", "body")]
    database.execute(
        "INSERT INTO words(rowid, title, deck, body, authors) VALUES (?, ?, ?, ?, ?)",
        (number, *texts, "\n".join(article.get("authors", []))),
    )
    for facet, key in FACETS.items():
        value = article.get(key, "en" if key == "language" else [])
        values = value if isinstance(value, list) else [value] if value else []
        database.executemany(
            "INSERT OR IGNORE INTO value VALUES (?, ?, ?)",
            [(facet, each, number) for each in values],
        )
