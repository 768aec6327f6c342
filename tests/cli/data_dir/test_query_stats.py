"""Counts of searches: bounded whatever is searched, and private."""

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
    searches INTEGER NOT NULL, found_nothing INTEGER NOT NULL, slowest_ms REAL NOT NULL, total_ms REAL NOT NULL,
    PRIMARY KEY (day, text)
) WITHOUT ROWID
"""


def _counts(folder: Path, day: dt.date = TODAY) -> QueryStats:
    return QueryStats(folder, today=lambda: day)


def _asked(
    texts: Iterable[str], searches: int = 1, day: dt.date = TODAY
) -> dict[DailyQuery, QueryTotals]:
    return {
        DailyQuery(day.isoformat(), text): QueryTotals(searches, 0, 1.0, float(searches))
        for text in texts
    }


def _flood(number: int, first: int = 0) -> list[str]:
    return [f"junk {each}" for each in range(first, first + number)]


def _rows(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "queries.sqlite")) as database:
        return dict(database.execute("SELECT day, count(*) FROM query GROUP BY day"))


def _all_searches(counts: QueryStats, days: int = 400) -> int:
    other = counts.other(days)
    return sum(row.searches for row in counts.read("top", days, 1_000_000)) + (
        other.searches if other else 0
    )


def test_a_flood_of_texts_fills_so_many_rows_and_one_sum(tmp_path: Path) -> None:
    """Whoever sends made-up texts all day would fill the disk; what was known before goes on being counted by its name."""
    counts = _counts(tmp_path)
    counts.add(_asked(["tug"]))
    for start in range(0, 30_000, 10_000):
        counts.add(_asked(_flood(10_000, start)))
    counts.add(_asked(["tug"], searches=5))
    assert _rows(tmp_path)[TODAY.isoformat()] <= MAX_TEXTS_TODAY + 1
    assert counts.read("top", 1, 1)[0][:2] == ("tug", 6)
    assert counts.other(1) is not None
    assert _all_searches(counts, 1) == 30_006


def test_a_flood_does_not_push_out_what_was_searched_the_day_before(tmp_path: Path) -> None:
    """Texts that are searched every day are seen on the day of a flood, too, though they come after it."""
    usual = [f"usual {each}" for each in range(MAX_TEXTS_PER_PAST_DAY)]
    yesterday = TODAY - dt.timedelta(days=1)
    _counts(tmp_path, yesterday).add(_asked(usual, searches=2, day=yesterday))
    counts = _counts(tmp_path)
    counts.add(_asked(_flood(25_000)))
    counts.add(_asked(usual, searches=3))
    top = counts.read("top", 1, MAX_TEXTS_PER_PAST_DAY)
    assert {row.text for row in top} == set(usual)
    assert _rows(tmp_path)[TODAY.isoformat()] <= MAX_TEXTS_TODAY + 1


def test_of_a_day_that_is_over_the_most_searched_texts_are_kept(tmp_path: Path) -> None:
    """Four hundred days of floods would be gigabytes."""
    _counts(tmp_path).add(_asked(_flood(5_000)) | _asked(["tug"], searches=9))
    tomorrow = TODAY + dt.timedelta(days=1)
    counts = _counts(tmp_path, tomorrow)
    counts.add(_asked(["pier"], day=tomorrow))
    # What a worker counted before midnight and writes after it.
    counts.add(_asked(["late", "tug"]))
    assert _rows(tmp_path) == {
        TODAY.isoformat(): MAX_TEXTS_PER_PAST_DAY + 1,
        tomorrow.isoformat(): 1,
    }
    assert counts.read("top", 2, 1)[0][:2] == ("tug", 10)
    assert _all_searches(counts) == 5_000 + 9 + 1 + 2


def test_the_file_of_an_older_release_is_brought_into_bounds(tmp_path: Path) -> None:
    """An archive whose counts grew for months has them small again after the upgrade, and loses no search."""
    days = [TODAY - dt.timedelta(days=back) for back in (0, 1, 40)]
    with closing(sqlite3.connect(tmp_path / "queries.sqlite")) as database, database:
        database.execute(_TABLE)
        for day in days:
            rows = [(day.isoformat(), text, 1, 1, 2.0, 2.0) for text in [*_flood(30_000), "tug"]]
            database.executemany("INSERT INTO query VALUES (?, ?, ?, ?, ?, ?)", rows)
            database.execute("UPDATE query SET searches = 7 WHERE text = 'tug'")
    (tmp_path / "queries.sqlite").chmod(0o644)
    before = (tmp_path / "queries.sqlite").stat().st_size
    counts = _counts(tmp_path)
    assert _all_searches(counts) == 3 * 30_007
    counts.add(_asked(["pier"]))
    found = _rows(tmp_path)
    assert found[days[0].isoformat()] <= MAX_TEXTS_TODAY + 1
    assert found[days[1].isoformat()] == found[days[2].isoformat()] == MAX_TEXTS_PER_PAST_DAY + 1
    assert counts.read("top", 400, 1)[0][:2] == ("tug", 21)
    assert _all_searches(counts) == 3 * 30_007 + 1
    assert (tmp_path / "queries.sqlite").stat().st_size <= before
    assert stat.S_IMODE((tmp_path / "queries.sqlite").stat().st_mode) == 0o640


def test_workers_that_write_at_once_keep_the_bound(tmp_path: Path) -> None:
    """Each worker counts the rows before it adds, and another may add between."""
    with ThreadPoolExecutor(4) as workers:
        for done in [
            workers.submit(_counts(tmp_path).add, _asked(_flood(8_000, 8_000 * each)))
            for each in range(4)
        ]:
            done.result()
    assert _rows(tmp_path)[TODAY.isoformat()] <= MAX_TEXTS_TODAY + 1
    assert _all_searches(_counts(tmp_path)) == 32_000


@pytest.mark.parametrize("order", ["top", "nothing", "slow"])
def test_the_rest_is_shown_as_other(cli: Cli, order: str) -> None:
    """An editor sees how much of what was searched the list does not name."""
    data = cli.folder / "data"
    data.mkdir()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    QueryStats(data).add(
        {
            DailyQuery(today, "other"): QueryTotals(3, 1, 5.0, 9.0),
            DailyQuery(today, ""): QueryTotals(40, 4, 8.0, 80.0),
        }
    )
    told = json.loads(cli("queries", "--json", "--order", order).stdout)
    assert [each["text"] for each in told["queries"]] == ["other"]
    assert told["other"] == {"searches": 40, "nothing": 4, "slowest_ms": 8.0, "mean_ms": 2.0}
    shown = cli("queries", "--order", order).stdout
    assert "other, not counted one by one" in shown
    assert "40" in shown


def test_counts_are_for_the_owner_and_the_group(tmp_path: Path) -> None:
    """Searches are not for every user of the machine to read, nor are the files next to the counts."""
    _counts(tmp_path).add(_asked(["tug"]))
    with closing(sqlite3.connect(tmp_path / "queries.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("DELETE FROM query")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 3
    assert set(modes.values()) == {0o640}


def test_a_folder_in_which_nothing_can_be_counted_is_named(cli: Cli) -> None:
    """An editor who sees an empty list must know whether nothing was searched or nothing could be written."""
    (cli.folder / "data").mkdir()
    assert "No search was counted in 30 days." in cli("queries").stdout
    assert "query_log" in cli("queries", DATELINE_QUERY_LOG="off").stdout
    assert "there is no folder nowhere" in cli("queries", "--data", "nowhere").stdout
