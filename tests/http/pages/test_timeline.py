"""The timeline in a page: whole, as a fragment, in another language, and where it is missing."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, StoreTuned, article, build, on_tantivy

DAYS = ("1987-02-26", "1987-03-03", "1987-03-03", "1987-09-05")


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Return stores of one engine; the engine makes no difference here."""
    return on_tantivy(tmp_path)


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of an archive of one year."""
    build(
        store,
        [
            article(number, body="Oil." if number else "Tin.", published=day)
            for number, day in enumerate(DAYS)
        ],
    )
    return app_of().test_client()


def _chart(html: str) -> str:
    found = re.search(r'<section class="timeline.*?</section>', html, re.DOTALL)
    assert found
    return found[0]


def test_a_year_opens_into_months(client: FlaskClient) -> None:
    """An archive of one year has a chart before anything is chosen."""
    chart = _chart(client.get("/?q=oil").text)
    names = re.findall(r'href="([^"]+)"[^>]*><title>([^<]+)<', chart)
    assert names == [
        ("/?q=oil&amp;date=1987-03", "March 1987, 2 articles"),
        ("/?q=oil&amp;date=1987-09", "September 1987, 1 article"),
    ]
    facts = re.findall(r">((?:First|most|highest share): [^<]+)<", chart)
    assert facts == [
        "First: 3 March 1987",
        "most: March 1987 (2)",
        "highest share: March 1987 (100%)",
    ]
    rows = [
        re.findall(r"<t[hd][^>]*>(?:<a [^>]+>)?([^<]+)", row) for row in chart.split("<tr>")[2:]
    ]
    assert [row[:4] for row in rows] == [
        ["February 1987", "0", "1", "0%"],
        ["March 1987", "2", "2", "100%"],
        ["September 1987", "1", "1", "100%"],
    ]


def test_facts_are_of_the_whole_chart(client: FlaskClient) -> None:
    """With a chosen month the chart still has the others, and its facts say that they are of all.

    Their numbers would otherwise contradict the heading.
    """
    chosen = client.get("/?q=oil&date=1987-09").text
    assert '<h1 class="total">1 article ' in chosen
    chart = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", _chart(chosen)))
    assert "Whole chart: First: 3 March 1987 most: March 1987 (2)" in chart
    for query in ("/?q=oil", "/?q=oil&from=1987-03-01&to=1987-03-31"):
        assert "Whole chart" not in client.get(query).text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=oil",
        "/?q=oil&date=1987-03",
        "/?from=1987-03-03",
        "/?q=oil&chart=share",
    ],
)
def test_a_fragment_has_the_same_timeline(client: FlaskClient, path: str) -> None:
    """An update in place reads the same as the whole page."""
    fragment = client.get(path, headers={"HX-Request": "true"}).text
    assert _chart(fragment) == _chart(client.get(path).text)


def test_bars_of_shares_say_so(client: FlaskClient) -> None:
    """The name of a bar has the share that it shows and the number that its link leads to."""
    chart = _chart(client.get("/?q=oil&chart=share").text)
    assert re.findall(r"<title>([^<]+)<", chart) == [
        "March 1987: 100% of all articles, 2 articles",
        "September 1987: 100% of all articles, 1 article",
    ]
    assert 'aria-label="Share of all articles over time: February 1987 to September 1987"' in chart
    assert "full height is 100%" in chart
    assert re.findall(r'id="scale-(\w+)"[^>]*aria-current', chart) == ["share"]
    chosen = _chart(client.get("/?q=oil&chart=share&date=1987-03").text)
    assert re.findall(r"<title>([^<]+)<", chosen) == [
        "March 1987: 100% of all articles, 2 articles, remove",
        "September 1987: 100% of all articles; March 1987 to September 1987, 3 articles",
    ]
    numbers = _chart(client.get("/?q=oil&date=1987-03").text)
    assert "September 1987: 1 article; March 1987 to September 1987, 3 articles" in numbers


def test_the_kind_of_chart_is_no_search(client: FlaskClient) -> None:
    """Feeds, downloads and the API have no chart, the forms keep it, and the home page is home."""
    page = client.get("/?q=oil&chart=share").text
    assert not re.search(r'"[^"]*/(?:feed|export|api)[^"]*chart', page)
    assert page.count('name="chart" value="share"') == 2, "the search box and the days"
    assert 'class="welcome"' in client.get("/?chart=share").text
    assert client.get("/api/v1/search?chart=share").status_code == 400
    refused = client.get("/?q=oil&chart=bar")
    assert (refused.status_code, "it must be one of number, share" in refused.text) == (400, True)


def test_a_timeline_is_translated(client: FlaskClient, app_of: AppOf) -> None:
    """Names, numbers and shares are those of the site's language."""
    german = app_of(interface="de").test_client().get("/?q=oil+OR+tin&date=1987-03").text
    assert "März 1987, 2 Artikel, entfernen</title>" in german
    assert "Februar 1987 bis März 1987, 3 Artikel</title>" in german
    assert "<td>100\xa0%</td>" in german


@pytest.mark.parametrize("days", [("1987-03-03",), ("1987-03-03", "1987-03-03"), ()])
def test_an_archive_of_one_day_has_no_timeline(
    store: GenerationStore, app_of: AppOf, days: tuple[str, ...]
) -> None:
    """There is nothing to choose, and nothing empty is shown in its place."""
    build(store, [article(number, published=day) for number, day in enumerate(days)])
    html = app_of().test_client().get("/").text
    assert '<section class="timeline' not in html
    assert 'id="from"' not in html


def test_a_day_without_matches_can_be_changed(client: FlaskClient) -> None:
    """The other dates stay where a chosen day has left nothing."""
    chart = _chart(client.get("/?q=oil&from=1999-01-01&to=1999-01-02").text)
    assert "<svg" not in chart
    assert 'value="1999-01-01"' in chart


def test_first_and_last_day_replace_a_period(client: FlaskClient) -> None:
    """A reader who sets other days is not left with a period that excludes them."""
    form = _chart(client.get("/?q=oil&date=1987-03&region=Asia").text).partition("<form")[2]
    assert 'name="region" value="Asia"' in form
    assert 'name="date"' not in form
