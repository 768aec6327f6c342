"""What one request may ask for, and how large the largest answer is."""

import re
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from search.errors import InvalidQuery
from search.index.protocols import GenerationStore
from search.model.query import MAX_FILTER_VALUES, Filter, SearchQuery
from tests.conftest import AppOf, Cli, StoreTuned, article, build, on_tantivy
from web.presenters.answer_size import MAX_ANSWER_BYTES


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Give stores of one engine: which one answers makes no difference here."""
    return on_tantivy(tmp_path)


ROUTES = (
    "/",
    "/api/v1/search",
    "/api/v1/facets/author",
    "/browse/author",
    "/feed.atom",
    "/export.csv",
    "/export.ris",
)
"""All that read a search's filters."""
SIGN = "\U00020000"


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of an archive of three articles."""
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


def _mixed(number: int) -> list[tuple[str, str]]:
    """Return filter values of all kinds, the last of them a synonym left out."""
    kinds = ("author", "-theme", "date", "region", "-synonym")
    values = ("Author 1", "Ports", "2020", "Europe", "uk")
    return [(kinds[place % 5], values[place % 5]) for place in range(number)]


@pytest.mark.parametrize("path", ROUTES)
def test_a_request_has_at_most_fifty_filter_values(client: FlaskClient, path: str) -> None:
    """They are counted as they are sent, of all kinds together; the refusal names the first too many and the limit."""
    programs = {"Accept": "application/json, application/problem+json, text/csv"}
    assert client.get(_of(path, *_mixed(MAX_FILTER_VALUES))).status_code == 200
    for pairs, named in (
        ([*_mixed(MAX_FILTER_VALUES - 5), *[("-theme", "Ports")] * 6], "-synonym"),
        ([*_mixed(MAX_FILTER_VALUES), ("-language", "en")], "-language"),
        ([("theme", f"Theme {number}") for number in range(1_000)], "theme"),
    ):
        refused = client.get(_of(path, *pairs), headers=programs if path != "/" else {})
        assert refused.status_code == 400
        assert f"{named}: the request has {len(pairs):,} filter values" in refused.text
        assert f"{MAX_FILTER_VALUES} are the most" in refused.text


def test_a_search_as_a_value_has_the_same_limit() -> None:
    """The command line and other code meet it where addresses do not."""
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
    """A script that asks for too much reads which option it was."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    options = [part for number in range(51) for part in ("--not-author", f"Author {number}")]
    assert "--not-author: a search has at most 50 filter values" in " ".join(
        cli("search", "tug", *options, code=2).stderr.split()
    )


def test_empty_fields_of_a_form_are_no_filter_values(client: FlaskClient) -> None:
    """A page's form sends all its fields."""
    assert client.get(_of("/", *[("author", "") for _ in range(60)])).status_code == 200


@pytest.mark.parametrize("path", ["/", "/browse/author", "/browse/theme"])
@pytest.mark.parametrize("kind", ["author", "-author"])
def test_no_link_of_a_full_search_leads_to_a_refusal(
    client: FlaskClient, path: str, kind: str
) -> None:
    """Where no further value fits, none is offered; those that are there can be taken away."""
    values = [(kind, f"Author {number}") for number in range(2, MAX_FILTER_VALUES + 2)]
    page = client.get(_of(path, *values)).text
    links = {
        link.replace("&amp;", "&")
        for link in re.findall(r'href="(/[^"]*)"', page)
        if "/static/" not in link
    }
    assert len(links) > 10
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_wrong_parameters_are_named_once_and_not_without_end(client: FlaskClient) -> None:
    """Each message lists what is right, so thousands of them would be megabytes."""
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
    """Give a client of an archive whose values are as long as values may be."""
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
    return app_of().test_client()


LONG_TEXT = ("q", "river " + "\N{GRINNING FACE}" * 990)
LONG_FILTERS = [("-author", f"{number}".ljust(400, "ß")) for number in range(5)]


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/facets/author"])
def test_an_answer_is_refused_before_it_is_huge(long_client: FlaskClient, path: str) -> None:
    """Every link repeats the search, so few parameters would ask for hundreds of megabytes; the refusal says what would do."""
    sizes = (
        [("facet_size", 1000)] if path.endswith("author") else [("facet_size", 1000), ("size", 100)]
    )
    refused = long_client.get(_of(path, LONG_TEXT, *LONG_FILTERS, ("match", "any"), *sizes))
    assert refused.status_code == 400
    advice = dict(re.findall(r"(\w*size)=(\d+)", refused.text.partition("are the most")[2]))
    assert advice
    answer = long_client.get(
        _of(path, LONG_TEXT, *LONG_FILTERS, ("match", "any"), *(dict(sizes) | advice).items())
    )
    assert answer.status_code == 200, re.findall("would have .*", refused.text + answer.text)
    assert len(answer.data) < MAX_ANSWER_BYTES * 1.2


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/search", "/api/v1/facets/author", "/browse/author", "/feed.atom"]
)
def test_the_usual_sizes_always_do(long_client: FlaskClient, path: str) -> None:
    """Whoever names no size gets an answer, however long the address may be."""
    filters = islice((("-region", f"{number}".ljust(500, "ß")) for number in range(50)), 6)
    address = _of(path, LONG_TEXT, ("match", "any"), *filters)
    assert 29_000 < len(address) < 32_768
    answer = long_client.get(address)
    assert answer.status_code == 200, re.findall("would have .*", answer.text)
    assert len(answer.data) < MAX_ANSWER_BYTES


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/facets/author"])
def test_long_lists_are_open_to_ordinary_searches(client: FlaskClient, path: str) -> None:
    """A thousand values of each facet are what programs ask for."""
    assert (
        client.get(
            _of(path, ("q", "title"), ("theme", "Harbours"), ("facet_size", 1000))
        ).status_code
        == 200
    )


def test_a_page_of_a_very_long_text_is_bounded(store: GenerationStore, app_of: AppOf) -> None:
    """A text of several books is shown in part, with so many marks, and says so; the API has all of it."""
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


def test_sitemaps_of_long_addresses_are_parted(store: GenerationStore, app_of: AppOf) -> None:
    """A sitemap has at most ten megabytes, whatever the articles are called."""
    names = [f"{number}".ljust(500, SIGN) for number in range(3_000)]
    build(store, [article(number, id=name) for number, name in enumerate(names)])
    client = app_of(address="https://news.example").test_client()
    parts = re.findall(
        r"<loc>https://news\.example(/sitemap-\d+\.xml)</loc>", client.get("/sitemap.xml").text
    )
    assert len(parts) == 2
    answers = [client.get(part) for part in parts]
    assert all(len(answer.data) < 12_000_000 for answer in answers)
    assert sum(answer.text.count("/articles/") for answer in answers) == len(names)


def test_a_page_shows_so_many_lines_of_a_text(store: GenerationStore, app_of: AppOf) -> None:
    """A text of a million lines costs a page no more than a long one, and what is left out is said."""
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


def test_the_log_names_a_refused_search_and_not_its_words(
    store: GenerationStore, app_of: AppOf, caplog: pytest.LogCaptureFixture
) -> None:
    """An admin sees from a request's line that its parameters were refused, and nothing that its reader asked for."""
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
