"""The page of what the archive holds, and its table."""

import csv
import io
import re
from html import unescape

import html5lib
import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build
from web.presenters.coverage.columns import MAX_COLUMNS, CoverageColumn, coverage_columns

CELLS = re.compile(r'<td><a href="([^"]+)">(.*?)</a></td>')
ROWS = re.compile(
    r'<tr><th scope="row"><a href="([^"]+)".*?<td class="sum">([\d,]+)</td>', re.DOTALL
)


def _number(cell: str) -> int:
    return int(re.findall(r"[\d,]+", re.sub("<[^>]+>", " ", cell))[-1].replace(",", ""))


def _labels(columns: list[CoverageColumn]) -> list[str]:
    return [
        "…" if each.is_gap
        else each.first.text if each.is_single
        else f"{each.first.text}–{each.last.text}"
        for each in columns
    ]  # fmt: skip


def test_columns_are_the_finest_periods_that_fit() -> None:
    """A week and eight centuries both make a table that can be read, without empty columns."""
    assert _labels(coverage_columns([202001])) == ["2020-01"]
    assert _labels(coverage_columns([201911, 202002, 202003])) == [
        "2019-11", "…", "2020-02", "2020-03"
    ]  # fmt: skip
    years = coverage_columns(
        [year * 100 + month for year in (1881, 1987) for month in range(1, 13)]
    )
    assert len(years) == 24 + 1
    many = [year * 100 + month for year in (1881, 1987, 1988) for month in range(1, 13)]
    assert _labels(coverage_columns(many)) == ["1881", "…", "1987", "1988"]
    decades = [year * 100 + 1 for year in range(1991, 2026)]
    assert _labels(coverage_columns(decades))[:2] == ["1991–1994", "1995–1999"]
    assert _labels(coverage_columns(decades))[-1] == "2025"
    for span in (30, 120, 800):
        months = [year * 100 + 6 for year in range(2025 - span, 2026)]
        columns = coverage_columns(months)
        assert len(columns) <= MAX_COLUMNS
        counts = dict.fromkeys(months, 1)
        assert sum(column.count(counts) for column in columns) == len(months)
    assert coverage_columns([]) == []


def test_every_number_has_the_total_of_its_link(sample_server: Server) -> None:
    """The table is exact: each cell and each row leads to as many articles as it says."""
    page = sample_server.get("/coverage").text
    numbers = [(unescape(url), _number(cell)) for url, cell in CELLS.findall(page)]
    numbers += [(unescape(url), _number(total)) for url, total in ROWS.findall(page)]
    assert len(numbers) > 40
    for url, number in numbers:
        api = url.replace("/?", "/api/v1/search?facets=none&", 1)
        api = "/api/v1/search" if url == "/" else api
        assert sample_server.get(api).json()["total"] == number, url


def test_the_table_has_every_article(sample_server: Server) -> None:
    """A spreadsheet adds up to the archive, as the API's answer does."""
    answer = sample_server.get("/coverage.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="coverage.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == ["source", "period", "count"]
    coverage = sample_server.get("/api/v1/coverage").json()
    assert sum(int(row["count"]) for row in rows) == coverage["total"]
    listed = [*coverage["sources"], coverage["others"]]
    assert [(row["source"], row["period"], int(row["count"])) for row in rows] == [
        (source["source"], month["period"], month["count"])
        for source in listed
        for month in source["months"]
    ]
    assert "no-cache" in answer.headers["cache-control"]
    tag = {"If-None-Match": answer.headers["etag"]}
    assert sample_server.get("/coverage.csv", headers=tag).status_code == 304


def test_no_cell_is_a_formula(store: GenerationStore, app_of: AppOf) -> None:
    """A spreadsheet must not execute the name of a source."""
    build(store, [article(1, source='=HYPERLINK("x")'), article(2, source="-1+1")])
    rows = list(csv.reader(io.StringIO(app_of().test_client().get("/coverage.csv").text)))
    assert {row[0] for row in rows[1:]} == {'\'=HYPERLINK("x")', "'-1+1"}


def test_the_archive_in_one_sentence(store: GenerationStore, app_of: AppOf) -> None:
    """How much, of which time, from how many sources and in how many languages comes first."""
    build(
        store,
        [
            article(1, source="Wire", published="1998-02-27"),
            article(2, source="Post", published="2001-07-01", language="de", authors=["Ann Lee"]),
            article(3, published="2001-07-31"),
        ],
    )
    html = app_of().test_client().get("/coverage").text
    text = " ".join(re.sub("<[^>]+>", " ", unescape(html)).split())
    assert "3 articles, 27 February 1998 – 31 July 2001, from 2 sources, in 2 languages." in text
    assert "March 1998 to June 2001 40 months" in text
    assert "No source named" in text
    assert "Author 2 without (66.7%)" in text
    assert '<p class="printed">http://localhost/coverage</p>' in html
    assert "In-depth report no article has one" in text


@pytest.mark.parametrize("named", [True, False])
def test_other_sources_are_one_row(store: GenerationStore, app_of: AppOf, *, named: bool) -> None:
    """Of 30 sources the rarest share a row, which says whether articles without a source are in it."""
    articles = [
        article(number, source=f"Wire {number % 30}", published=f"2020-01-{number % 28 + 1:02}")
        for number in range(85)
    ]
    build(store, [*articles, *([] if named else [article(99)])])
    html = app_of().test_client().get("/coverage").text
    rows = re.findall(r'<th scope="row"><a href="([^"]+)" dir="auto">([^<]+)<', html)
    assert len(rows) == 1 + 25 + 1
    assert rows[-1][1] == ("Other sources" if named else "Other sources, or none")
    client = app_of().test_client()
    api = unescape(rows[-1][0]).replace("/?", "/api/v1/search?")
    assert client.get(api).get_json()["total"] == 10 + (not named)


def test_a_single_source_is_one_row(store: GenerationStore, app_of: AppOf) -> None:
    """The same numbers twice would say nothing."""
    build(store, [article(1, source="Wire")])
    html = app_of().test_client().get("/coverage").text
    assert html.count('<th scope="row">') == 1


def test_a_cell_reads_as_text(store: GenerationStore, app_of: AppOf) -> None:
    """A screen reader hears the period and the number; bars and marks of gaps are hidden from it."""
    build(
        store,
        [
            article(1, source="A", published="2019-11-02"),
            article(2, source="B <b>", published="2020-02-01"),
        ],
    )
    html = app_of().test_client().get("/coverage").text
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    table = next(tree.iter("table"))
    links = [" ".join("".join(link.itertext()).split()) for link in table.iter("a")]
    assert links == [
        "All articles", "November 2019: 1", "February 2020: 1",
        "A", "November 2019: 1", "B <b>", "February 2020: 1",
    ]  # fmt: skip
    heads = ["".join(cell.itertext()) for cell in next(table.iter("thead")).iter("th")]
    assert heads[3] == "No articles: December 2019 to January 2020…"
    assert html.count("<svg") == len(re.findall(r'<svg [^>]*aria-hidden="true"', html))


def test_parameters_of_the_api_are_none(store: GenerationStore, app_of: AppOf) -> None:
    """A misspelt or misplaced parameter is reported by the API and ignored by the page."""
    build(store, [article(1)])
    client = app_of().test_client()
    answer = client.get("/api/v1/coverage?source=Wire")
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["parameter"] == "source"
    assert client.get("/coverage?source=Wire").status_code == 200


def test_an_empty_archive_is_said(store: GenerationStore, app_of: AppOf) -> None:
    """A page without a table says why."""
    build(store, [])
    client = app_of().test_client()
    html = client.get("/coverage").text
    assert "This archive holds no articles yet." in html
    assert "<table" not in html
    assert client.get("/coverage.csv").text == "source,period,count\r\n"
    assert client.get("/api/v1/coverage").get_json()["first"] is None


def test_columns_of_several_years_lead_to_their_days(store: GenerationStore, app_of: AppOf) -> None:
    """Eight centuries have columns of decades and more, each with exactly its articles."""
    build(
        store,
        [
            article(number, published=f"{year:04}-{number % 12 + 1:02}-15", source="AB"[number % 2])
            for number, year in enumerate(range(1203, 2026, 7))
        ],
    )
    client = app_of().test_client()
    html = client.get("/coverage").text
    assert "each column has several of them" in html
    numbers = [(unescape(url), _number(cell)) for url, cell in CELLS.findall(html)]
    assert any("from=1203-01-01&to=1249-12-31" in url for url, _ in numbers)
    for url, number in numbers:
        api = url.replace("/?", "/api/v1/search?facets=none&", 1)
        assert client.get(api).get_json()["total"] == number, url
