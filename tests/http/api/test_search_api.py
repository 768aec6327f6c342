"""The API over HTTP: the contract of its answers, and errors."""

import httpx
import pytest

from tests.conftest import Server

API = "/api/v1/search"


def test_a_search_has_the_keys_of_the_contract(sample_server: Server) -> None:
    """Other services rely on every key."""
    answer = sample_server.get(
        API, params={"q": "permanent", "region": "Middle East & North Africa"}
    )
    data = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert set(data) == {
        "query",
        "relaxed",
        "total",
        "took_ms",
        "generation",
        "hits",
        "facets",
        "corrections",
        "links",
    }
    assert data["query"] == {
        "q": "permanent", "understood": "permanent",
        "filters": {"region": ["Middle East & North Africa"]},
        "sort": "relevance", "match": "auto", "page": 1, "size": 10,
    }  # fmt: skip
    hit = data["hits"][0]
    assert set(hit) >= {
        "id", "url", "score", "title", "deck", "authors", "published", "regions", "themes",
        "reports", "source",
        "source_url", "highlights",
    }  # fmt: skip
    assert hit["highlights"]["title"].startswith("A <mark>Permanent</mark> Tug")
    assert list(data["facets"]) == [
        "region",
        "theme",
        "author",
        "date",
        "report",
        "source",
        "language",
    ]
    assert answer.headers["etag"].strip('"') == data["generation"]


@pytest.mark.parametrize(
    "query",
    ["q=harbour+flamingos", "q=harbour+qzxvw&region=Europe&page=1", "q=permanent+habour&size=1"],
)
def test_a_relaxed_answer_has_the_search_with_all_words(sample_server: Server, query: str) -> None:
    """Its total is announced, also if that search is corrected because nothing has all words."""
    data = sample_server.get(f"{API}?{query}").json()
    assert data["relaxed"]
    link = data["links"]["all_words"]
    assert link.startswith(API)
    assert "match=all" in link
    strict = sample_server.get(link).json()
    assert (strict["total"], strict["relaxed"]) == (data["all_words_total"], False)
    assert ("corrected" in strict["query"]) == (strict["total"] > 0)
    assert strict["query"]["filters"] == data["query"]["filters"]
    assert "all_words" not in strict["links"]
    assert "all_words_total" not in strict


def test_a_corrected_answer_has_the_search_as_typed(sample_server: Server) -> None:
    """Clients can search the typed text as it is."""
    data = sample_server.get(f"{API}?q=flamigos&size=2").json()
    assert "all_words" not in data["links"]
    typed = sample_server.get(data["links"]["as_typed"]).json()
    assert (typed["query"]["q"], typed["query"]["size"], typed["total"]) == ("flamigos", 2, 0)
    assert "corrected" not in typed["query"]
    assert "as_typed" not in typed["links"]


def test_a_search_can_need_all_values_of_a_facet(sample_server: Server) -> None:
    """The rule is kept in every link, in each form of the search, and in the echo."""

    def total(url: str) -> int:
        return int(sample_server.get(url).json()["total"])

    chosen = "theme=Global%20Economy&theme=Law%20and%20Justice"
    everything = f"{API}?{chosen}&theme_match=all&facet_size=1000"
    data = sample_server.get(everything).json()
    both = [{"Global Economy", "Law and Justice"} <= set(hit["themes"]) for hit in data["hits"]]
    assert both == [True] * data["total"]
    assert 0 < data["total"] < total(f"{API}?{chosen}&theme_match=any") == total(f"{API}?{chosen}")
    assert data["query"]["filters"] == {
        "theme": ["Global Economy", "Law and Justice"],
        "theme_match": ["all"],
    }
    assert total(f"{API}?theme=Science&theme_match=all") == total(f"{API}?theme=Science")
    for name, facet in data["facets"].items():
        for value in facet["values"]:
            assert total(value["api_url"]) == value["count"], (name, value)
            for url in filter(None, map(value.get, ("url", "add_url", "remove_url"))):
                assert "theme_match=all" in url, (name, value)
            if "add_url" in value:
                assert total(f"{API}{value['add_url'][1:]}") <= data["total"]
    assert all("theme_match=all" in url for url in data["links"].values())
    listed = sample_server.get(f"/api/v1/facets/theme?{chosen}&theme_match=all&facet_size=1000")
    assert listed.json()["values"] == data["facets"]["theme"]["values"]
    lines = sample_server.get(f"/export.jsonl?{chosen}&theme_match=all").text.splitlines()
    assert len(lines) == data["total"]
    feed = sample_server.get(f"/feed.atom?{chosen}&theme_match=all").text
    assert feed.count("<entry>") == data["total"]


def test_a_walk_keeps_how_values_combine(sample_server: Server) -> None:
    """A cursor belongs to the search with its rule, so it is refused under the other."""
    page = sample_server.get(f"{API}?theme=Science&theme=Environment&size=1").json()
    following = page["links"]["next"]
    assert sample_server.get(following).status_code == 200
    assert sample_server.get(f"{following}&theme_match=all").status_code == 400


def test_periods_can_be_added_and_replace_each_other(sample_server: Server) -> None:
    """Siblings of a selected month are listed; a link adds one, or its year in their place."""
    data = sample_server.get(f"{API}?date=2012-05").json()
    links = {value["value"]: value for value in data["facets"]["date"]["values"]}
    assert links["2012-10"]["add_url"] == "/?date=2012-05&date=2012-10"
    assert links["2012-10"]["url"] == "/?date=2012-10"
    assert links["2012"]["add_url"] == "/?date=2012"
    assert links["2012-05"]["remove_url"] == "/"
    assert [value for value in links if value.startswith("2012")][:3] == [
        "2012", "2012-10", "2012-05",
    ]  # fmt: skip
    page = sample_server.get("/?date=2012-05").text
    assert "October 2012" in page


def test_explain_adds_the_parts_of_each_score(sample_server: Server) -> None:
    """The parts add up to the score, and links keep the parameter."""
    data = sample_server.get(API, params={"q": "brine flamingos", "explain": "1"}).json()
    hit = data["hits"][0]
    assert sum(part["value"] for part in hit["score_parts"]) == pytest.approx(
        hit["score"], abs=0.01
    )
    assert hit["score_parts"][0]["part"] == "brine"
    assert data["links"]["self"].endswith("explain=1")
    assert "score_parts" not in sample_server.get(API, params={"q": "brine"}).json()["hits"][0]
    assert sample_server.get(API, params={"q": "brine", "explain": "yes"}).status_code == 400


def test_a_search_counts_the_facets_that_it_names(sample_server: Server) -> None:
    """Named facets come in their order and with the same counts; all else stays as it is."""
    everything = sample_server.get(f"{API}?q=river").json()
    some = sample_server.get(f"{API}?q=river&facets=date&facets=region&facets=date").json()
    assert list(some["facets"]) == ["region", "date"]
    none = sample_server.get(f"{API}?q=river&facets=none").json()
    assert none["facets"] == {}
    for data in (some, none):
        assert (data["total"], data["hits"]) == (everything["total"], everything["hits"])
    counts = [
        [(value["value"], value["count"]) for value in data["facets"]["region"]["values"]]
        for data in (everything, some)
    ]
    assert counts[0] == counts[1] != []
    chosen = sample_server.get(f"{API}?region=Europe&region=Asia&facets=theme").json()
    all_facets = sample_server.get(f"{API}?region=Europe&region=Asia").json()
    assert list(chosen["facets"]) == ["theme"]
    assert chosen["total"] == all_facets["total"]


@pytest.mark.parametrize("facets", ["facets=region&facets=theme", "facets=none"])
def test_links_of_the_api_keep_the_facets_and_those_of_pages_do_not(
    sample_server: Server, facets: str
) -> None:
    """A client that follows links goes on counting the same facets; pages show all of them."""
    page = sample_server.get(f"{API}?q=the&match=any&size=1&page=2&{facets}").json()
    links = page["links"]
    for name in ("self", "next", "prev"):
        assert links[name].endswith(f"&{facets}"), name
        assert sample_server.get(links[name]).json()["facets"].keys() == page["facets"].keys()
    for name in ("html", "atom", "csv"):
        assert "facets=" not in links[name], name
    for value in page["facets"].get("region", {"values": []})["values"]:
        assert value["api_url"] == f"{API}{value['url'][1:]}&{facets}"
        assert sample_server.get(value["api_url"]).json()["total"] == value["count"]
    listed = sample_server.get(f"/api/v1/facets/theme?q=river&{facets}").json()
    whole = sample_server.get("/api/v1/facets/theme?q=river").json()
    assert [each["count"] for each in listed["values"]] == [
        each["count"] for each in whole["values"]
    ]
    first = sample_server.get(f"/api/v1/facets/theme?q=river&facet_size=1&{facets}").json()
    following = sample_server.get(first["links"]["next"]).json()
    for link in (first["links"]["next"], following["links"]["prev"]):
        assert link.endswith(f"&{facets}")
    assert following["values"][0]["api_url"].endswith(f"&{facets}")
    assert sample_server.get(f"/?q=river&{facets}").status_code == 200


@pytest.mark.parametrize("search", ["q=river", "sort=newest"])
def test_a_cursor_goes_on_with_other_facets(sample_server: Server, search: str) -> None:
    """A client counts facets on the first page only; what is listed does not order the hits."""
    first = sample_server.get(f"{API}?{search}&size=2").json()
    following = first["links"]["next"]
    second = sample_server.get(following).json()
    quick = sample_server.get(f"{following}&facets=none").json()
    assert (quick["hits"], quick["total"]) == (second["hits"], second["total"])
    assert quick["links"]["next"] == f"{second['links']['next']}&facets=none"


def test_a_facet_that_is_wrong_is_named_with_a_near_one(sample_server: Server) -> None:
    """Clients see at once which name they mistyped, and that none stands alone."""

    def problem(query: str) -> str:
        answer = sample_server.get(f"{API}?{query}")
        assert answer.status_code == 400
        [error] = answer.json()["errors"]
        assert error["parameter"] == "facets"
        return str(error["message"])

    assert "facets=regoin" in (message := problem("facets=regoin"))
    assert "did you mean region?" in message
    assert "author" in problem("facets=")
    assert "leave it out or the names" in problem("facets=none&facets=region")


WRONG = [
    ("size=101", ["size"]), ("size=0", ["size"]), ("size=ten", ["size"]), ("page=0", ["page"]),
    ("page=-1", ["page"]),
    ("page=1001", ["page"]), ("page=2&cursor=x", ["cursor"]), ("cursor=x", ["cursor"]),
    ("sort=best", ["sort"]),
    ("region_match=both", ["region_match"]), ("language_match=ALL", ["language_match"]),
    ("date_match=all", ["date_match"]),
    ("match=some", ["match"]), ("date=2017-13", ["date"]), ("from=2017", ["from"]),
    ("to=2017-02-30", ["to"]),
    ("facet_size=1001", ["facet_size"]), ("nonsense=1", ["nonsense"]), ("q=a&q=b", ["q"]),
    ("q=" + "y" * 1001, ["q"]), ("-date=2017", ["-date"]), ("size=0x&sort=x&nope=1", ["size",
    "sort", "nope"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "parameters"), WRONG)
def test_invalid_parameters_are_named(
    sample_server: Server, query: str, parameters: list[str]
) -> None:
    """All of them are reported at once, and no value is clamped."""
    answer = sample_server.get(f"{API}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail", "errors"} <= set(problem)
    assert [error["parameter"] for error in problem["errors"]] == parameters


def test_errors_under_the_api_are_never_html(sample_server: Server) -> None:
    """Programs can read every error."""
    for path, status in (("/api/v1/nothing", 404), ("/api/v1/articles/none", 404), ("/api", 404)):
        answer = sample_server.get(path)
        assert answer.status_code == status
        if path != "/api":
            assert answer.json()["status"] == status
    refused = httpx.post(sample_server.url + API[1:])
    assert (refused.status_code, refused.json()["status"]) == (405, 405)


def test_an_article_is_returned_whole(sample_server: Server) -> None:
    """It has the keys with which it was indexed."""
    hit = sample_server.get(API, params={"q": 'title:"hundred-year-old lock"'}).json()["hits"][0]
    data = sample_server.get("/api/v1" + hit["url"]).json()
    assert (data["source"], data["source_published"]) == ("Meridian Wire", "2025-09-29")
    assert data["author_note"].startswith("Ana López writes")
    assert data["origin"] == "2025-10-02-lock-gates.txt"
