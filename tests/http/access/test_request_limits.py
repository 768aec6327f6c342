"""Limits for one request, and for the size of the largest response."""

import re
from itertools import islice
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from search.errors import InvalidQuery
from search.index.protocols import GenerationStore
from search.model.query import MAX_FILTER_VALUES, Filter, SearchQuery
from tests.conftest import AppOf, Cli, article, build
from web.presenters.answer_size import MAX_ANSWER_BYTES

ROUTES = (
    "/",
    "/api/v1/search",
    "/api/v1/facets/author",
    "/browse/author",
    "/feed.atom",
    "/export.csv",
    "/export.ris",
)
"""All routes that take the filters of a search."""
SIGN = "\U00020000"


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Return a client of an archive of three articles."""
    build(
        store,
        [
            article(number, authors=(f"Author {number}",), themes=("Harbours",))
            for number in range(3)
        ],
    )
    return app_of().test_client()


def _of(path: str, *pairs: tuple[str, object]) -> str:
    return f"{path}?{urlencode(pairs, quote_via=quote)}"


def _filters_of_all_kinds(number: int) -> list[tuple[str, str]]:
    """Return filter values of all kinds, including excluded synonyms."""
    kinds = ("author", "-theme", "date", "region", "-synonym")
    values = ("Author 1", "Ports", "2020", "Europe", "uk")
    return [(kinds[place % 5], values[place % 5]) for place in range(number)]


@pytest.mark.parametrize("path", ROUTES)
def test_a_request_has_at_most_fifty_filter_values(client: FlaskClient, path: str) -> None:
    """The refusal names the first value too many and the limit for all kinds together."""
    programs = {"Accept": "application/json, application/problem+json, text/csv"}
    assert client.get(_of(path, *_filters_of_all_kinds(MAX_FILTER_VALUES))).status_code == 200
    for pairs, parameter in (
        ([*_filters_of_all_kinds(MAX_FILTER_VALUES - 5), *[("-theme", "Ports")] * 6], "-synonym"),
        ([*_filters_of_all_kinds(MAX_FILTER_VALUES), ("-language", "en")], "-language"),
        ([("theme", f"Theme {number}") for number in range(1_000)], "theme"),
    ):
        refused = client.get(_of(path, *pairs), headers=programs if path != "/" else {})
        assert refused.status_code == 400
        assert f"{parameter}: the request has {len(pairs):,} filter values" in refused.text
        assert f"{MAX_FILTER_VALUES} are the most" in refused.text


def test_a_search_query_has_the_same_limit() -> None:
    """Code that builds queries without URLs, such as the CLI, has the same limit."""
    filters = tuple(
        Filter("author", f"Author {number}", excluded=number > 25)
        for number in range(MAX_FILTER_VALUES)
    )
    full = SearchQuery(filters=filters)
    assert full.is_full
    with pytest.raises(InvalidQuery, match="at most 50") as refused:
        full.excluding("theme", "Ports")
    assert refused.value.parameter == "-theme"
    with pytest.raises(InvalidQuery) as refused:
        full.without_synonym("uk")
    assert refused.value.parameter == "-synonym"


def test_the_command_line_names_the_option(cli: Cli) -> None:
    """The message names the option with too many values."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    options = [part for number in range(51) for part in ("--not-author", f"Author {number}")]
    assert "--not-author: a search has at most 50 filter values" in " ".join(
        cli("search", "tug", *options, code=2).stderr.split()
    )


def test_empty_form_fields_do_not_count(client: FlaskClient) -> None:
    """Forms send all of their fields."""
    assert client.get(_of("/", *[("author", "") for _ in range(60)])).status_code == 200


@pytest.mark.parametrize("path", ["/", "/browse/author", "/browse/theme"])
@pytest.mark.parametrize("kind", ["author", "-author"])
def test_no_link_of_a_full_search_leads_to_a_refusal(
    client: FlaskClient, path: str, kind: str
) -> None:
    """A full search offers no further value; its values can be removed."""
    values = [(kind, f"Author {number}") for number in range(2, MAX_FILTER_VALUES + 2)]
    page = client.get(_of(path, *values)).text
    links = {
        link.replace("&amp;", "&")
        for link in re.findall(r'href="(/[^"]*)"', page)
        if "/static/" not in link
    }
    assert len(links) > 10
    # Reading an export to its end frees its place among those of this address.
    refused = [link for link in links if client.get(link, buffered=True).status_code != 200]
    assert refused == []


def test_invalid_parameters_are_listed_once_and_up_to_a_limit(client: FlaskClient) -> None:
    """Each message lists valid values, so thousands of them would be megabytes."""
    refused = client.get(
        _of(
            "/api/v1/search",
            *[(f"x{number}", 1) for number in range(3_000)],
            ("page", 0),
            ("page", "x"),
        )
    )
    assert len(refused.get_json()["errors"]) == 51
    assert refused.get_json()["errors"][-1]["parameter"] == "page"
    assert len(refused.data) < 100_000


@pytest.fixture
def long_client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Return a client of an archive whose values have the maximum length."""
    build(
        store,
        [
            article(
                number,
                title=f"River {number}",
                published=f"{1900 + number % 120}-01-01",
                authors=(f"a{number}".ljust(500, SIGN),),
                themes=(f"t{number}".ljust(500, SIGN),),
                regions=(f"r{number}".ljust(500, SIGN),),
                source=f"s{number}".ljust(500, SIGN),
                body=" ".join(f"w{number * place}" for place in range(40)),
            )
            for number in range(300)
        ],
    )
    # Values of this size take a loaded machine longer than the default limit.
    return app_of(search_ms=60_000).test_client()


LONG_TEXT = ("q", "river " + "\N{GRINNING FACE}" * 990)
LONG_FILTERS = [("-author", f"{number}".ljust(400, "ß")) for number in range(5)]


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/facets/author"])
def test_a_huge_response_is_refused(long_client: FlaskClient, path: str) -> None:
    """Every link repeats the search; the refusal names sizes that would work."""
    sizes = (
        [("facet_size", 1000)] if path.endswith("author") else [("facet_size", 1000), ("size", 100)]
    )
    refused = long_client.get(_of(path, LONG_TEXT, *LONG_FILTERS, ("match", "any"), *sizes))
    assert refused.status_code == 400
    advice = dict(re.findall(r"(\w*size)=(\d+)", refused.text.partition("are the most")[2]))
    assert advice
    response = long_client.get(
        _of(path, LONG_TEXT, *LONG_FILTERS, ("match", "any"), *(dict(sizes) | advice).items())
    )
    assert response.status_code == 200, re.findall("would have .*", refused.text + response.text)
    assert len(response.data) < MAX_ANSWER_BYTES * 1.2


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/search", "/api/v1/facets/author", "/browse/author", "/feed.atom"]
)
def test_the_default_sizes_always_work(long_client: FlaskClient, path: str) -> None:
    """A request without a size gets a response however long its URL is."""
    filters = islice((("-region", f"{number}".ljust(500, "ß")) for number in range(50)), 6)
    address = _of(path, LONG_TEXT, ("match", "any"), *filters)
    assert 29_000 < len(address) < 32_768
    response = long_client.get(address)
    assert response.status_code == 200, re.findall("would have .*", response.text)
    assert len(response.data) < MAX_ANSWER_BYTES


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/facets/author"])
def test_ordinary_searches_may_have_long_lists(client: FlaskClient, path: str) -> None:
    """Programs request a thousand values of each facet."""
    assert (
        client.get(
            _of(path, ("q", "title"), ("theme", "Harbours"), ("facet_size", 1000))
        ).status_code
        == 200
    )


def test_a_page_of_a_very_long_text_is_bounded(store: GenerationStore, app_of: AppOf) -> None:
    """The page shows part of the text with limited highlights; the API has all of it."""
    body = ("a " * 500 + "\n\n") * 3_000
    build(store, [article(1, body=body.strip())])
    client = app_of().test_client()
    page = client.get("/articles/a1?q=a")
    assert 'id="hit-5000"' in page.text
    assert 'id="hit-5001"' not in page.text
    assert "The first 5,000 matches in the text are marked" in page.text
    assert "too long for a page" in page.text
    assert len(page.data) < 6_000_000
    assert len(client.get("/api/v1/articles/a1").get_json()["body"]) > 2_900_000
    assert (
        client.get("/api/v1/search?q=a")
        .get_json()["hits"][0]["highlights"]["body"][0]
        .count("<mark>")
        > 50
    )


def test_sitemaps_of_long_urls_are_split(store: GenerationStore, app_of: AppOf) -> None:
    """A sitemap has at most ten megabytes, whatever the ids of the articles."""
    names = [f"{number}".ljust(500, SIGN) for number in range(3_000)]
    build(store, [article(number, id=name) for number, name in enumerate(names)])
    client = app_of(address="https://news.example").test_client()
    parts = re.findall(
        r"<loc>https://news\.example(/sitemap-\d+\.xml)</loc>", client.get("/sitemap.xml").text
    )
    assert len(parts) == 2
    answers = [client.get(part) for part in parts]
    assert all(len(response.data) < 12_000_000 for response in answers)
    assert sum(response.text.count("/articles/") for response in answers) == len(names)


def test_the_lines_of_a_text_on_a_page_are_limited(store: GenerationStore, app_of: AppOf) -> None:
    """A text of a million lines costs a page no more than a long one."""
    build(
        store,
        [
            article(1, body="x\n\n" * 30_000 + "the end"),
            article(2, body="x\n\n" * 9_000 + "the end"),
        ],
    )
    client = app_of().test_client()
    long, short = (client.get(f"/articles/a{number}").text for number in (1, 2))
    assert ("too long for a page" in long, "the end" in long, long.count("<p>x</p>")) == (
        True,
        False,
        10_000,
    )
    assert ("too long for a page" in short, "the end" in short) == (False, True)


def test_the_log_does_not_contain_refused_queries(
    store: GenerationStore, app_of: AppOf, caplog: pytest.LogCaptureFixture
) -> None:
    """The access log has the kind of refusal, and nothing that the reader searched."""
    build(store, [article(1)])
    with caplog.at_level("INFO", "dateline.access"):
        client = app_of().test_client()
        assert (
            client.get(
                "/?" + "&".join(f"author=secret{number}" for number in range(51))
            ).status_code
            == 400
        )
    (line,) = caplog.messages
    assert "refused=parameters" in line
    assert "secret" not in caplog.text
