"""The search page over HTTP: what it shows, and where its links lead."""

import json
import re

import pytest

from tests.conftest import Cli, Server, serving

API = "/api/v1/search"


def test_a_typo_is_corrected_and_shown(sample_server: Server) -> None:
    """If nothing matches, the answer names the text that was searched instead, with its total."""
    data = sample_server.get(API, params={"q": "flamigos"}).json()
    assert (data["query"]["q"], data["query"]["corrected"], data["query"]["understood"]) == (
        "flamigos",
        *["flamingos"] * 2,
    )
    (first,) = data["corrections"]
    assert first == {"q": "flamingos", "total": data["total"], "url": "/?q=flamingos"}
    assert sample_server.get(API, params={"q": "flamingos"}).json()["total"] == data["total"] > 0
    page = sample_server.get("/?q=flamigos").text
    assert "<title>flamingos · Dateline</title>" in page
    assert data["total"] == 1
    assert ">1 article for <bdi>flamingos</bdi></h1>" in page
    assert "Nothing matches <q>flamigos</q>." in page
    assert '<a id="corrected" href="/?q=flamingos" dir="auto">flamingos</a>' in page
    assert 'href="/?q=flamigos&amp;spelling=typed">Search it as typed</a>' in page
    feed = sample_server.get("/feed.atom?q=flamigos").text
    assert "<title>flamingos · Dateline</title>" in feed
    typed = sample_server.get(API, params={"q": "flamigos", "spelling": "typed"}).json()
    assert (typed["total"], typed["query"].get("corrected")) == (0, None)
    assert typed["corrections"] == data["corrections"], "what may be meant is still said"
    assert sample_server.get(API, params={"q": "flamigos", "spelling": "mine"}).status_code == 400
    hit = data["hits"][0]
    assert "<mark>" in sample_server.get(f"{hit['url']}?q=flamigos").text


def test_synonyms_are_shown_and_can_be_left_out(sample_server: Server) -> None:
    """Each has a link that searches without it."""
    data = sample_server.get(API, params={"q": "UK bakers"}).json()
    also = {synonym["also"]: synonym["off_url"] for synonym in data["query"]["synonyms"]}
    assert list(also) == ["United Kingdom", "Britain"]
    page = sample_server.get(also["Britain"]).text
    assert "United Kingdom" in page
    assert ">Britain</span> <span" not in page
    without = sample_server.get(API + also["Britain"].removeprefix("/")).json()
    assert [synonym["also"] for synonym in without["query"]["synonyms"]] == ["United Kingdom"]
    assert without["links"]["self"].endswith("-synonym=Britain")


def test_reprints_are_grouped_under_one_article(cli: Cli) -> None:
    """The page has one row with links to the others and a link to show each; the API has all."""
    text = " ".join(
        f"Correspondent number{n} described considerable turbulence in department {n}."
        for n in range(20)
    )
    records = [
        {
            "id": f"r{n}",
            "title": f"Turbulence {n}",
            "published": f"2020-01-0{n}",
            "body": text,
            "source": f"Paper {n}",
        }
        for n in (1, 2)
    ]
    cli("rebuild", "-", stdin=b"\n".join(json.dumps(record).encode() for record in records))
    with serving("serve", folder=cli.folder) as server:
        data = server.get(API, params={"q": "turbulence"}).json()
        assert [[reprint["id"] for reprint in hit["reprints"]] for hit in data["hits"]] in (
            [["r1"], ["r2"]],
            [["r2"], ["r1"]],
        )
        page = server.get("/?q=turbulence").text
        assert "2 articles for <bdi>turbulence</bdi>" in page
        assert page.count('<li class="hit"') == 1
        assert "Also published" in page
        apart = server.get("/?q=turbulence&reprints=all").text
        assert apart.count('<li class="hit"') == 2
        assert "Also published" not in apart


def test_suggestions_have_the_totals_of_their_links(sample_server: Server) -> None:
    """Accents are ignored, and a typo is accepted from the fourth letter on."""

    def suggest(text: str) -> list[dict[str, object]]:
        data = sample_server.get("/api/v1/suggest", params={"q": text}).json()
        assert data["q"] == text
        return list(data["suggestions"])

    for text in ("e", "lope", "harbour", "middle e", "the lake th", "enviroment"):
        for suggestion in suggest(text):
            if suggestion["kind"] == "article":
                assert sample_server.get(str(suggestion["url"])).status_code == 200
            else:
                path = API + str(suggestion["url"]).removeprefix("/")
                assert sample_server.get(path).json()["total"] == suggestion["count"], suggestion
    assert ("author", "María López") in [
        (suggestion["kind"], suggestion["text"]) for suggestion in suggest("LOPE")
    ]
    assert ("theme", "Environment") in [
        (suggestion["kind"], suggestion["text"]) for suggestion in suggest("enviroment")
    ]
    titles = [
        suggestion["text"]
        for suggestion in suggest("the lake th")
        if suggestion["kind"] == "article"
    ]
    assert titles == ["The Lake That Batteries Built, and What Flamingos Make of It"]
    assert suggest("") == suggest("xqzzkw") == []
    refused = sample_server.get(
        "/api/v1/suggest", params={"q": "a", "size": "21", "sort": "newest"}
    )
    assert [error["parameter"] for error in refused.json()["errors"]] == ["size", "sort"]
    assert sample_server.get("/api/v1/suggest", params={"q": "a" * 1001}).status_code == 400


def test_related_articles_are_about_the_same_subject(sample_server: Server) -> None:
    """The page and the API list them without the article itself; an id may end in /related."""
    hit = sample_server.get(API, params={"q": "lithium flamingos"}).json()["hits"][0]
    data = sample_server.get(f"/api/v1{hit['url']}/related", params={"size": 3}).json()
    ids = [hit["id"] for hit in data["hits"]]
    assert data["id"] == hit["id"]
    assert 0 < len(ids) <= 3
    assert hit["id"] not in ids
    page = sample_server.get(hit["url"]).text
    assert all(
        hit["title"].replace("&", "&amp;").replace("'", "&#39;") in page for hit in data["hits"]
    )
    assert sample_server.get("/api/v1/articles/none/related").status_code == 404
    assert sample_server.get(f"/api/v1{hit['url']}/related?size=0").status_code == 400


def test_every_link_has_the_count_that_it_promises(sample_server: Server) -> None:
    """Values can be added and removed, and the next links visit each match once."""
    data = sample_server.get(
        API, params={"q": "the OR river", "theme": ["Environment", "Science"], "size": 2}
    ).json()
    for name, facet in data["facets"].items():
        for value in facet["values"]:
            assert sample_server.get(value["api_url"]).json()["total"] == value["count"], (
                name,
                value,
            )
            assert sample_server.get(value["url"]).status_code == 200
            assert ("remove_url" in value) is value["selected"]
            assert ("add_url" in value) is (name == "theme" and not value["selected"])
    seen = [hit["id"] for hit in data["hits"]]
    while following := data["links"].get("next"):
        data = sample_server.get(following).json()
        seen += [hit["id"] for hit in data["hits"]]
    assert len(seen) == len(set(seen)) == data["total"] > 2


def test_a_month_replaces_its_year(sample_server: Server) -> None:
    """Opening a year and then a month narrows the search instead of requiring both."""
    values = sample_server.get(API, params={"date": "2024"}).json()["facets"]["date"]["values"]
    month = next(value for value in values if value["value"] == "2024-11")
    assert month["url"] == "/?date=2024-11"
    assert month["add_url"] == "/?date=2024-11"


def test_the_page_ignores_unknown_parameters_and_names_invalid_ones(sample_server: Server) -> None:
    """A link with a tracking parameter still works; an invalid value gets an error page."""
    assert sample_server.get("/?utm_source=x&region=").status_code == 200
    wrong = sample_server.get("/?size=1000")
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "size" in wrong.text


def test_matching_values_are_highlighted(sample_server: Server) -> None:
    """Words of facets and sources are highlighted in results and on the article's page."""
    page = sample_server.get("/?q=source:meridian+region:africa+theme:transport").text
    for marked in (
        "<mark>Meridian</mark> Wire",
        "North <mark>Africa</mark>",
        "Travel &amp; <mark>Transport</mark>",
    ):
        assert marked in page
    path = sample_server.get(f"{API}?q=source:meridian+region:africa").json()["hits"][0]["url"]
    assert sample_server.get(f"{path}?q=region:africa").text.count("North <mark>Africa</mark>") == 1


IGNORED = {
    "river AND": "Searched as <q>river</q> · Ignored: <q>AND</q>",
    "% river NOT": "Searched as <q>river</q> · Ignored: <q>%</q>, <q>NOT</q>",
    '"river': "Searched as <q>river</q> · A quotation mark has no counterpart",
    "(river": "Searched as <q>river</q> · A parenthesis has no counterpart",
    "river <b> ++": "Ignored: <q>++</q>",
    "*iver": "* counts only at the end of a single word",
    "date:2017-13 river": "Not a date such as 2017, 2017-07 or 2016..2017: <q>2017-13</q>",
    "🚢": '<p class="understood">Signs and emoji are not searched, only words and numbers</p>',
    "🚢" * 30 + " river": "Ignored: <q>" + "🚢" * 19 + "…</q>",
    "flamigos AND": '<p class="understood">Ignored: <q>AND</q></p>',
}


@pytest.mark.parametrize(("text", "message"), IGNORED.items())
def test_the_page_says_what_was_ignored(sample_server: Server, text: str, message: str) -> None:
    """A reader who meant an operator, a phrase or a sign learns in words that it did not count."""
    page = sample_server.get("/", params={"q": text})
    assert page.status_code == 200
    assert message in page.text


@pytest.mark.parametrize("text", ["", "river", "river - canal", "the river!", "river NOT canal"])
def test_the_page_says_nothing_without_need(sample_server: Server, text: str) -> None:
    """Punctuation and well-formed queries are not commented on."""
    page = sample_server.get("/", params={"q": text}).text
    assert not any(part in page for part in ("Ignored", "counterpart", "counts only"))


def test_no_link_has_an_empty_parameter(sample_server: Server) -> None:
    """A form without scripts sends its empty fields; every address on the next page is clean."""
    page = sample_server.get("/?q=harbour&region=&from=2001-01-01&to=&sort=").text
    links = re.findall(r'(?:href|content|value|data-url)="([^"]*)"', page)
    assert any("from=2001-01-01" in link for link in links)
    assert [link for link in links if re.search(r"=(&amp;|$)", link)] == []
    feed = sample_server.get("/feed.atom?q=harbour&region=&to=").text
    assert "region=" not in feed
    assert "to=" not in feed


def test_a_relaxed_page_says_what_is_listed(sample_server: Server) -> None:
    """The heading counts the articles with every word apart from those with fewer."""
    heading = re.compile(r'<h1 class="total">(.*?)</h1>')
    for text in ("river glacier", "river zymurgyfoo"):
        data = sample_server.get(API, params={"q": text}).json()
        assert data["relaxed"]
        full, total = data["all_words_total"], data["total"]
        page = sample_server.get("/", params={"q": text}).text
        (heading_text,) = heading.findall(page)
        assert heading_text == (
            f"{full} article{'s' * (full > 1)} with every word, {total - full} more with some of "
            "the words"
            if full
            else f"No article with every word, {total} with some of the words"
        )
        assert (
            heading_text
            in sample_server.get("/", params={"q": text}, headers={"HX-Request": "true"}).text
        )
        assert ("match=all" in page) is bool(full)
        assert ('id="partial"' in page) is bool(full)


def test_a_rule_divides_full_from_partial_matches(sample_server: Server) -> None:
    """It is where the first article lacks a word, on whatever page, and only by relevance."""
    full = sample_server.get(API, params={"q": "river glacier"}).json()["all_words_total"]
    assert full

    def rules(**parameters: str | int) -> list[int]:
        page = sample_server.get("/", params={"q": "river glacier", **parameters}).text
        return [
            int(start) for start in re.findall(r'start="(\d+)" aria-labelledby="partial"', page)
        ]

    assert rules(reprints="all") == [full + 1]
    assert rules(sort="newest") == rules(sort="oldest") == []
    pages = [rules(reprints="all", size=1, page=page) for page in (full, full + 1, full + 2)]
    assert pages == [[], [full + 1], []]


def test_downloads_are_beside_the_results(sample_server: Server) -> None:
    """Feed and exports of a search are links on its page, and are of the same search."""
    page = sample_server.get("/?q=river&region=Europe&page=2").text
    for ending in ("csv", "jsonl", "bib", "ris"):
        assert f'href="/export.{ending}?q=river&amp;region=Europe"' in page
    assert (
        '<a href="/feed.atom?q=river&amp;region=Europe&amp;sort=newest">Feed of this search</a>'
        in page
    )
    assert "/export.csv" not in sample_server.get("/?q=zzzz").text


TYPED = {"HX-Request": "true", "X-Typing": "letters"}


def test_letters_that_find_nothing_leave_the_page(sample_server: Server) -> None:
    """The last word may be unfinished; once typing rests, the answer is the page of no results."""
    search = "/?q=zzzzqq"
    kept = sample_server.get(search, headers=TYPED)
    assert (kept.status_code, kept.content) == (204, b"")
    assert kept.headers["Cache-Control"] == "no-store"
    shown = sample_server.get(search, headers=TYPED | {"X-Typing": "rest"})
    assert "No article matches" in shown.text
    assert "X-Typing" in shown.headers["Vary"].split(", ")
    assert sample_server.get("/?q=river", headers=TYPED).status_code == 200


def test_letters_without_a_full_match_leave_the_page(sample_server: Server) -> None:
    """Results with some of the words would take the place of better ones at each unfinished word."""
    search = "/?q=river+zzzzqq"
    assert sample_server.get(search, headers=TYPED).status_code == 204
    shown = sample_server.get(search, headers=TYPED | {"X-Typing": "rest"})
    assert "No article with every word" in shown.text
