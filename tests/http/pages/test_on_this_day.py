"""Articles of today's day in former years, on the home page."""

import datetime as dt
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from search.model.article import Article
from search.model.query import MAX_FILTER_VALUES
from tests.conftest import article, build
from tests.support.settings import settings_of
from web.app import create_app

SECTION = re.compile(r'<div class="on-this-day">.*?</div>', re.DOTALL)
ALL = re.compile(r'<p><a href="([^"]+)">([^<]+)</a>')


class Calendar:
    """A clock whose day a test sets."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def __call__(self) -> dt.date:
        return self.day


@pytest.fixture
def calendar() -> Calendar:
    """Give the clock of the site."""
    return Calendar(dt.date(2024, 11, 30))


@pytest.fixture
def client(store: GenerationStore, calendar: Calendar, tmp_path: Path) -> FlaskClient:
    """Give a client of the archive."""
    return create_app(store, settings_of(data=str(tmp_path)), calendar).test_client()


def _on(days: Iterable[str]) -> list[Article]:
    return [article(number, published=day) for number, day in enumerate(days)]


def _section(client: FlaskClient) -> str:
    found = SECTION.search(client.get("/").text)
    return found[0] if found else ""


def _years(html: str) -> list[str]:
    return re.findall(r">(\d{4})</time>", html)


def test_titles_come_from_different_years(store: GenerationStore, client: FlaskClient) -> None:
    """Three years tell more than three articles of one, and all are a link away, counted exactly."""
    days = ["2023-11-30"] * 4 + ["2019-11-30", "2010-11-30", "1998-11-30", "2023-11-29"]
    build(store, _on(days))
    html = _section(client)
    assert _years(html) == ["2023", "2019", "2010"]
    found = ALL.search(html)
    assert found
    assert found[2] == "All 7 on 30 November"
    api = unescape(found[1]).replace("/?", "/api/v1/search?")
    assert client.get(api).get_json()["total"] == 7


def test_few_years_have_more_titles(store: GenerationStore, client: FlaskClient) -> None:
    """A single former year still fills the list."""
    build(store, _on(["2023-11-30", "2023-11-30", "2022-05-01"]))
    assert _years(_section(client)) == ["2023", "2023"]


def test_today_and_later_are_no_former_years(store: GenerationStore, client: FlaskClient) -> None:
    """The newest articles are on the page anyway; without former ones there is no heading."""
    build(store, _on(["2024-11-30", "2025-11-30", "2023-12-01"]))
    assert _section(client) == ""


def test_leap_days_look_back_on_leap_days(
    store: GenerationStore, client: FlaskClient, calendar: Calendar
) -> None:
    """The 29th of February is no day of most years."""
    calendar.day = dt.date(2024, 2, 29)
    build(store, _on(["2020-02-29", "2023-02-28", "2023-03-01", "2019-02-28", "1900-02-28"]))
    html = _section(client)
    assert _years(html) == ["2020"]
    assert "29 February" in html


def test_many_years_are_cut_and_said(store: GenerationStore, client: FlaskClient) -> None:
    """A search takes 50 values, so of two centuries the newest 50 years are linked."""
    build(store, _on(f"{year}-11-30" for year in range(1824, 2024)))
    html = _section(client)
    found = ALL.search(html)
    assert found
    assert found[2] == "All 50 on 30 November since 1974"
    assert unescape(found[1]).count("date=") == MAX_FILTER_VALUES
    api = unescape(found[1]).replace("/?", "/api/v1/search?")
    assert client.get(api).get_json()["total"] == 50


def test_the_page_changes_at_midnight(
    store: GenerationStore, client: FlaskClient, calendar: Calendar
) -> None:
    """Neither the kept page nor a browser's copy outlives its day; a search has nothing of a day."""
    build(store, _on(["2023-11-30", "2023-12-01", "2022-06-01"]))
    first = client.get("/")
    same = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/", headers=same).status_code == 304
    search = client.get("/?q=title").headers["ETag"]
    calendar.day += dt.timedelta(1)
    second = client.get("/", headers=same)
    assert second.status_code == 200
    assert "30 November" in first.text
    assert "1 December" in second.text
    assert client.get("/?q=title", headers={"If-None-Match": search}).status_code == 304
    calendar.day += dt.timedelta(1)
    assert _section(client) == ""


def test_a_search_has_no_day(store: GenerationStore, client: FlaskClient) -> None:
    """Only the home page looks back."""
    build(store, _on(["2023-11-30"]))
    assert SECTION.search(client.get("/?q=title").text) is None
    assert SECTION.search(client.get("/?chart=share").text)
