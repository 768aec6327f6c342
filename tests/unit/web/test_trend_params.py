"""The parameters of searches over time."""

import pytest
from flask import Flask

from search.model.query import Filter, Match, SearchQuery
from web.chronicle_urls import api_trends_path, trends_path
from web.params.reader import InvalidParameters, Problem
from web.params.trend_params import (
    TrendScale,
    TrendsRequest,
    read_trends,
    read_trends_download,
    trends_pairs,
)

FILTERS = SearchQuery(filters=(Filter("region", "A"), Filter("date", "2017")), match=Match.ALL)


def _texts(*texts: str) -> list[tuple[str, str]]:
    return [("s", text) for text in texts]


def _problems(pairs: list[tuple[str, str]], *, strict: bool) -> list[Problem]:
    with pytest.raises(InvalidParameters) as refused:
        read_trends(pairs, strict=strict)
    return refused.value.problems


def test_a_request_survives_being_written_and_read() -> None:
    """A link has the texts, filters, level and scale of the page that it is on."""
    request = TrendsRequest(
        texts=("tug", "", 'region:"A & B"'), filters=FILTERS, by="month", scale=TrendScale.SHARE
    )
    assert read_trends(trends_pairs(request), strict=False) == request
    assert request.queries[2] == FILTERS.with_text('region:"A & B"')


def test_addresses_have_only_what_is_not_the_default() -> None:
    """The page, its downloads and the API have the same parameters, as few as there can be."""
    with Flask(__name__).test_request_context():
        assert trends_path(["a b", ""], SearchQuery()) == "/trends?s=a%20b&s="
        # What a list of results has, series have not.
        page = SearchQuery(page=3, size=50, without_synonyms=("x",), as_typed=True)
        assert trends_path(["a"], page, "csv", by="day") == "/trends.csv?s=a&by=day"
        assert (
            trends_path(["a"], FILTERS, scale=TrendScale.INDEX)
            == "/trends?s=a&region=A&date=2017&match=all&as=index"
        )
        assert api_trends_path(["a"], FILTERS, "year") == (
            "/api/v1/trends?s=a&region=A&date=2017&match=all&by=year"
        )


def test_empty_texts_are_all_articles_or_empty_fields() -> None:
    """A form sends its empty fields, which follow the others; the API means what it sends."""
    pairs = _texts("", "tug", " ", "", "")
    assert read_trends(pairs, strict=False).texts == ("", "tug")
    assert read_trends(_texts("tug", " "), strict=True).texts == ("tug", "")
    assert read_trends(_texts("", ""), strict=False).texts == ("",)
    assert read_trends_download(_texts("tug", "")).texts == ("tug", "")
    assert read_trends(_texts(" tug", "tug "), strict=True).texts == ("tug",)


def test_a_page_may_be_without_texts_and_the_api_may_not() -> None:
    """The page is an empty form then; the message of the API says what to give."""
    assert read_trends([], strict=False).texts == ()
    [problem] = _problems([("by", "year")], strict=True)
    assert problem.parameter == "s"
    assert problem.message.startswith("s is missing; give 1 to 5 texts")


def test_a_page_draws_what_it_can() -> None:
    """Texts beyond the fifth or too long and an unknown level are reported next to the others."""
    pairs = _texts("x" * 1001, "a", "b", "c", "d", "e", "f")
    pairs += [("by", "week"), ("as", "pie"), ("nonsense", "1")]
    request = read_trends(pairs, strict=False)
    assert request.texts == ("a", "b", "c", "d", "e")
    assert (request.by, request.scale) == (None, TrendScale.NUMBER)
    messages = [problem.message for problem in request.problems]
    assert messages[0] == "s: the request has 6 series; 5 are the most"
    assert messages[1].endswith("…: it has 1,001 characters; 1,000 are the most")
    assert [problem.parameter for problem in request.problems] == ["s", "s", "by", "as"]


def test_the_api_refuses_what_a_page_reports() -> None:
    """It names every problem, and parameters that are unknown there."""
    pairs = [*_texts("x" * 1001, *"abcdef"), ("by", "week"), ("as", "share"), ("date", "x")]
    named = [problem.parameter for problem in _problems(pairs, strict=True)]
    assert named == ["s", "s", "by", "as", "date"]
    assert _problems(_texts(*"abcdef"), strict=True) == [
        Problem("s", "s: the request has 6 series; 5 are the most")
    ]


def test_a_wrong_filter_is_refused_by_a_page_too() -> None:
    """Without it the numbers would be those of other articles."""
    assert [each.parameter for each in _problems([("date", "x")], strict=False)] == ["date"]


def test_a_download_ignores_what_pages_have() -> None:
    """Its link is the page's with another ending, so a scale and empty fields are no problem."""
    request = read_trends_download([*_texts("a"), ("as", "share"), ("by", ""), ("x", "y")])
    assert request == TrendsRequest(texts=("a",), filters=SearchQuery())
    with pytest.raises(InvalidParameters, match="s is missing"):
        read_trends_download([("as", "share")])
