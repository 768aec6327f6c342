"""Query statistics: limited in size, and private."""

import datetime as dt
import json
import sqlite3
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from search.data_dir.query_stats import QueryStats
from search.data_dir.query_stats_limits import (
    MAX_TEXTS_PER_PAST_DAY,
    MAX_TEXTS_TODAY,
    DailyQuery,
    QueryTotals,
)
from tests.conftest import Cli

TODAY = dt.date(2026, 3, 4)
_TABLE = """
CREATE TABLE query (
    day TEXT NOT NULL, text TEXT NOT NULL,
    searches INTEGER NOT NULL, found_nothing INTEGER NOT NULL,
    slowest_ms REAL NOT NULL, total_ms REAL NOT NULL,
    PRIMARY KEY (day, text)
) WITHOUT ROWID
"""


def _stats(folder: Path, day: dt.date = TODAY) -> QueryStats:
    return QueryStats(folder, today=lambda: day)


def _searches(
    texts: Iterable[str], searches: int = 1, day: dt.date = TODAY
) -> dict[DailyQuery, QueryTotals]:
    return {
        DailyQuery(day.isoformat(), text): QueryTotals(searches, 0, 1.0, float(searches))
        for text in texts
    }


def _flood(number: int, first: int = 0) -> list[str]:
    return [f"junk {index}" for index in range(first, first + number)]


def _rows(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "queries.sqlite")) as database:
        return dict(database.execute("SELECT day, count(*) FROM query GROUP BY day"))


def _count_searches(stats: QueryStats, days: int = 400) -> int:
    other = stats.other(days)
    return sum(row.searches for row in stats.read("top", days, 1_000_000)) + (
        other.searches if other else 0
    )


def test_a_flood_of_texts_fills_a_limited_number_of_rows(tmp_path: Path) -> None:
    """Made-up texts must not fill the disk, and known texts are still counted."""
    stats = _stats(tmp_path)
    stats.add(_searches(["tug"]))
    for start in range(0, 30_000, 10_000):
        stats.add(_searches(_flood(10_000, start)))
    stats.add(_searches(["tug"], searches=5))
    assert _rows(tmp_path)[TODAY.isoformat()] <= MAX_TEXTS_TODAY + 1
    assert stats.read("top", 1, 1)[0][:2] == ("tug", 6)
    assert stats.other(1) is not None
    assert _count_searches(stats, 1) == 30_006


def test_a_flood_does_not_displace_texts_of_the_previous_day(tmp_path: Path) -> None:
    """Texts that are searched every day are counted even if a flood comes first."""
    usual = [f"usual {index}" for index in range(MAX_TEXTS_PER_PAST_DAY)]
    yesterday = TODAY - dt.timedelta(days=1)
    _stats(tmp_path, yesterday).add(_searches(usual, searches=2, day=yesterday))
    stats = _stats(tmp_path)
    stats.add(_searches(_flood(25_000)))
    stats.add(_searches(usual, searches=3))
    top = stats.read("top", 1, MAX_TEXTS_PER_PAST_DAY)
    assert {row.text for row in top} == set(usual)
    assert _rows(tmp_path)[TODAY.isoformat()] <= MAX_TEXTS_TODAY + 1


def test_the_most_frequent_texts_of_a_past_day_are_kept(tmp_path: Path) -> None:
    """Without this limit, four hundred days of floods would take gigabytes."""
    _stats(tmp_path).add(_searches(_flood(5_000)) | _searches(["tug"], searches=9))
    tomorrow = TODAY + dt.timedelta(days=1)
    stats = _stats(tmp_path, tomorrow)
    stats.add(_searches(["pier"], day=tomorrow))
    # Searches that a worker counted before midnight and writes afterwards.
    stats.add(_searches(["late", "tug"]))
    assert _rows(tmp_path) == {
        TODAY.isoformat(): MAX_TEXTS_PER_PAST_DAY + 1,
        tomorrow.isoformat(): 1,
    }
    assert stats.read("top", 2, 1)[0][:2] == ("tug", 10)
    assert _count_searches(stats) == 5_000 + 9 + 1 + 2


def test_the_file_of_an_older_release_is_shortened(tmp_path: Path) -> None:
    """An upgrade shortens statistics that grew for months, and keeps the total of searches."""
    days = [TODAY - dt.timedelta(days=back) for back in (0, 1, 40)]
    with closing(sqlite3.connect(tmp_path / "queries.sqlite")) as database, database:
        database.execute(_TABLE)
        for day in days:
            rows = [(day.isoformat(), text, 1, 1, 2.0, 2.0) for text in [*_flood(30_000), "tug"]]
            database.executemany("INSERT INTO query VALUES (?, ?, ?, ?, ?, ?)", rows)
            database.execute("UPDATE query SET searches = 7 WHERE text = 'tug'")
    (tmp_path / "queries.sqlite").chmod(0o644)
    before = (tmp_path / "queries.sqlite").stat().st_size
    stats = _stats(tmp_path)
    assert _count_searches(stats) == 3 * 30_007
    stats.add(_searches(["pier"]))
    rows_by_day = _rows(tmp_path)
    assert rows_by_day[days[0].isoformat()] <= MAX_TEXTS_TODAY + 1
    for day in days[1:]:
        assert rows_by_day[day.isoformat()] == MAX_TEXTS_PER_PAST_DAY + 1
    assert stats.read("top", 400, 1)[0][:2] == ("tug", 21)
    assert _count_searches(stats) == 3 * 30_007 + 1
    assert (tmp_path / "queries.sqlite").stat().st_size <= before
    assert stat.S_IMODE((tmp_path / "queries.sqlite").stat().st_mode) == 0o640


def test_concurrent_workers_keep_the_limit(tmp_path: Path) -> None:
    """Another worker may add rows after a worker counted them."""
    with ThreadPoolExecutor(4) as workers:
        for future in [
            workers.submit(_stats(tmp_path).add, _searches(_flood(8_000, 8_000 * worker)))
            for worker in range(4)
        ]:
            future.result()
    assert _rows(tmp_path)[TODAY.isoformat()] <= MAX_TEXTS_TODAY + 1
    assert _count_searches(_stats(tmp_path)) == 32_000


@pytest.mark.parametrize("order", ["top", "nothing", "slow"])
def test_the_rest_is_shown_as_other(cli: Cli, order: str) -> None:
    """The list shows how many searches it does not name."""
    data = cli.folder / "data"
    data.mkdir()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    QueryStats(data).add(
        {
            DailyQuery(today, "other"): QueryTotals(3, 1, 5.0, 9.0),
            DailyQuery(today, ""): QueryTotals(40, 4, 8.0, 80.0),
        }
    )
    report = json.loads(cli("queries", "--json", "--order", order).stdout)
    assert [row["text"] for row in report["queries"]] == ["other"]
    assert report["other"] == {"searches": 40, "nothing": 4, "slowest_ms": 8.0, "mean_ms": 2.0}
    shown = cli("queries", "--order", order).stdout
    assert "other, not counted one by one" in shown
    assert "40" in shown


def test_statistics_are_readable_for_owner_and_group_only(tmp_path: Path) -> None:
    """Other users of the machine must not read queries, neither in the file nor next to it."""
    _stats(tmp_path).add(_searches(["tug"]))
    with closing(sqlite3.connect(tmp_path / "queries.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("DELETE FROM query")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o640}


def test_reasons_for_an_empty_list_are_shown(cli: Cli) -> None:
    """An empty list says whether nothing was searched or nothing could be written."""
    (cli.folder / "data").mkdir()
    assert "No search was counted in 30 days." in cli("queries").stdout
    assert "query_log" in cli("queries", DATELINE_SERVER_QUERY_LOG="off").stdout
    assert "there is no folder nowhere" in cli("queries", "--data", "nowhere").stdout
