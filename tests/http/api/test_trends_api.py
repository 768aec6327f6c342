"""Searches over time of the API and as a table, over HTTP."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.conftest import Server

API = "/api/v1/trends"
HOSTILE = ('"', "<b>", "]]>", "\x00", "\u200f", "🦩 flamingo", "(", "-", "title:", "x" * 1000)


def _trends(server: Server, *pairs: tuple[str, str]) -> dict[str, Any]:
    answer = server.get(f"{API}?{urlencode(pairs)}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()
    return data


def _table(server: Server, *pairs: tuple[str, str]) -> list[dict[str, str]]:
    answer = server.get(f"/trends.csv?{urlencode(pairs)}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_trends_have_the_keys_of_the_contract(sample_server: Server) -> None:
    """Other services rely on every key."""
    answer = sample_server.get(f"{API}?s=harbour&s=&by=year")
    data = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["etag"].strip('"') == data["generation"]
    assert list(data) == ["by", "generation", "series"]
    harbour, everything = data["series"]
    assert list(harbour) == ["q", "understood", "total", "first", "last", "values"]
    assert list(harbour["values"][0]) == ["period", "count", "of", "share", "url"]
    periods = [value["period"] for value in harbour["values"]]
    assert periods == [str(year) for year in range(2009, 2026)]
    assert everything["q"] == ""
    assert [value["share"] for value in everything["values"] if value["of"]] == [1.0] * 17


@pytest.mark.parametrize(
    "filters",
    [
        [],
        [("by", "month")],
        [("region", "Europe"), ("-theme", "Energy")],
        [("date", "2018"), ("date", "2021-12"), ("by", "year")],
        [("from", "2015-02-01"), ("to", "2019-10-05"), ("by", "year")],
        [("-theme", f"none {number}") for number in range(50)],
    ],
)
def test_every_count_is_the_total_of_its_link(
    sample_server: Server, filters: list[tuple[str, str]]
) -> None:
    """Periods, days, exclusions and fifty filter values are kept or narrowed, never widened."""
    data = _trends(sample_server, ("s", "river OR harbour"), ("s", ""), *filters)
    for series in data["series"]:
        assert series["total"] == sum(value["count"] for value in series["values"]) > 0
        for value in series["values"]:
            found = sample_server.get(f"/api/v1/search{value['url'].removeprefix('/')}")
            assert found.json()["total"] == value["count"], value
            assert value["share"] == (round(value["count"] / value["of"], 6) if value["of"] else 0)


def test_trends_of_given_articles(sample_server: Server) -> None:
    """Articles named by their ids are counted over time like those of a search."""
    ids = [hit["id"] for hit in sample_server.get("/api/v1/search?q=river").json()["hits"]]
    pairs = [("id", each) for each in ids[:3]]
    [series] = _trends(sample_server, ("s", ""), *pairs)["series"]
    assert series["total"] == 3
    assert all(value["url"].count("id=") == len(pairs) for value in series["values"])


def test_a_relaxed_series_says_so(sample_server: Server) -> None:
    """The key is there only if articles without some of the words are counted."""
    loose, strict = _trends(sample_server, ("s", "yusuf permanent"), ("s", "brine"))["series"]
    assert loose["relaxed"] is True
    assert "relaxed" not in strict
    [all_words] = _trends(sample_server, ("s", "yusuf permanent"), ("match", "all"))["series"]
    assert "relaxed" not in all_words
    assert all_words["total"] < loose["total"]


def test_the_table_has_the_numbers_of_the_response(sample_server: Server) -> None:
    """It is the same request with another ending, whatever else a page's address has."""
    pairs = (("s", "harbour"), ("s", "=1+1"), ("by", "year"), ("from", "2015-01-01"))
    data = _trends(sample_server, *pairs)
    rows = _table(sample_server, *pairs, ("as", "share"), ("nonsense", "1"))
    assert [list(row.values()) for row in rows] == [
        [
            "'=1+1" if series["q"] == "=1+1" else series["q"],
            value["period"],
            str(value["count"]),
            str(value["of"]),
            f"{value['share']:.6f}",
        ]
        for series in data["series"]
        for value in series["values"]
    ]


def test_the_table_is_a_download(sample_server: Server) -> None:
    """It has a name, a media type and the entity tag of the generation, and HEAD is no body."""
    path = "/trends.csv?s=harbour&s=%22salt+lake%22&region=Europe"
    answer = sample_server.get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="trends-harbour-salt-lake-europe.csv"'
    )
    head = httpx.head(sample_server.url.rstrip("/") + path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"]
    for each in (path, f"{API}?s=harbour"):
        tag = sample_server.get(each).headers["etag"]
        known = sample_server.get(each, headers={"If-None-Match": tag})
        assert (known.status_code, known.content) == (304, b"")
    marked = sample_server.get(f"{path}&bom=1").content
    assert marked == "\ufeff".encode() + answer.content


@pytest.mark.parametrize(
    ("query", "parameter", "message"),
    [
        ("", "s", "s is missing; give 1 to 5 texts"),
        ("s=a&s=b&s=c&s=d&s=e&s=f", "s", "has 6 series; 5 are the most"),
        (f"s={'x' * 1001}", "s", "it has 1,001 characters; 1,000 are the most"),
        ("s=a&by=week", "by", "it must be one of year, month, day"),
        ("s=&by=day", "by", "give from and to, or by=month"),
        ("s=a&from=2017", "from", "it must be a day, written YYYY-MM-DD"),
        ("s=a&date=2017-13", "date", "does not exist in the calendar"),
    ],
)
@pytest.mark.parametrize("path", [API, "/trends.csv"])
def test_a_wrong_request_is_a_problem_of_its_parameter(
    sample_server: Server, path: str, query: str, parameter: str, message: str
) -> None:
    """The API and the table name what is wrong, and the way out."""
    answer = sample_server.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert message in error["message"]


def test_the_api_refuses_unknown_parameters(sample_server: Server) -> None:
    """A scale changes a drawing alone, and a search's page has no meaning here."""
    errors = sample_server.get(f"{API}?s=a&as=share&page=2").json()["errors"]
    assert [error["parameter"] for error in errors] == ["as", "page"]


def test_any_text_is_a_series(sample_server: Server) -> None:
    """No text of a reader is an error, in JSON or in a table."""
    for text in HOSTILE:
        [series] = _trends(sample_server, ("s", text))["series"]
        assert series["q"] == text
        assert len(_table(sample_server, ("s", text))) == len(series["values"])
