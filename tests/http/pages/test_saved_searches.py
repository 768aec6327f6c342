"""A reader's saved searches: the cookie, the forms that change it, and their rows and feeds."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask.testing import FlaskClient

from search.engines.base import PipelineEngine
from search.index.protocols import GenerationStore
from search.model.query import SearchQuery
from tests.conftest import ROOT, AppOf, article, build
from web.reader_data.saved_searches import MAX_SAVED, SavedSearch, SavedSearches

PAYLOADS = (ROOT / "tests/support/payloads.txt").read_text("utf-8").splitlines()
HERE = {"Referer": "http://localhost/list"}
FORM = "/list/searches"
FUTURE = "2990-01-01"
ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def client_of(store: GenerationStore, app_of: AppOf) -> ClientOf:
    """Give a function that makes a browser of an archive of four articles."""
    build(
        store,
        [
            article(1, title="Harbour", published="2020-05-02"),
            article(2, title="Harbour tug", published="2020-05-03", themes=("Sea",)),
            article(3, title="Harbour seal", published="2021-01-01", themes=("Sea",)),
            article(4, title="River", published=FUTURE),
        ],
    )

    def make(*searches: str, **settings: Any) -> FlaskClient:
        client = app_of(**settings).test_client()
        if searches:
            client.set_cookie("searches", "|".join(searches))
        return client

    return make


def saved(client: FlaskClient) -> list[str]:
    cookie = client.get_cookie("searches")
    return [each.parameters for each in SavedSearches.read(cookie.value).searches] if cookie else []


def rows(client: FlaskClient, path: str = "/list") -> list[str]:
    tree = html5lib.parse(client.get(path, headers=HERE).text, namespaceHTMLElements=False)
    items = tree.findall(".//section[@class='saved']/ul/li")
    return [" ".join("".join(item.itertext()).split()) for item in items]


def test_a_search_is_saved_and_taken_off(client_of: ClientOf) -> None:
    """The form leads back to its button, and the cookie has the search and today's date."""
    client = client_of()
    answer = client.post(
        FORM, data={"save": "q=harbour&page=2"}, headers={"Referer": "http://localhost/?q=harbour"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?q=harbour#save-search")
    cookie = client.get_cookie("searches")
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert re.fullmatch(r"\d{8}\?q=harbour", cookie.value)
    assert "Search saved" in client.get("/?q=harbour&size=25").text
    assert "Search saved" not in client.get("/?q=tug").text
    client.post(FORM, data={"save": "q=harbour"})
    assert saved(client) == ["q=harbour"]
    client.post(FORM, data={"remove": "q=harbour"})
    assert client.get_cookie("searches") is None
    client.post(FORM)
    assert client.get_cookie("searches") is None


@pytest.mark.parametrize("path", [FORM, "/list/file"])
def test_the_address_of_a_form_leads_to_the_list(client_of: ClientOf, path: str) -> None:
    """A reader who loads it again after an error finds the list, not another error."""
    answer = client_of().get(path)
    assert answer.headers["Location"].startswith("/list")
    assert answer.status_code == 303


def test_a_search_without_results_can_be_saved(client_of: ClientOf) -> None:
    """A reader can wait for the first article; all articles are no search."""
    assert 'id="save-search"' in client_of().get("/?q=zzxqv").text
    assert 'id="save-search"' not in client_of().get("/").text
    assert 'id="save-search"' not in client_of().get(f"/?q={'%C3%BC' * 900}").text


def test_spaces_make_no_other_search(client_of: ClientOf) -> None:
    """A search is saved once, however it is spaced, and spaces alone are all articles."""
    client = client_of("20200503?q=harbour%20tug")
    assert "Search saved" in client.get("/?q=+harbour++tug+").text
    client.post(FORM, data={"save": "q=harbour%20%20tug"})
    client.post(FORM, data={"save": "q=%20%09"})
    assert saved(client) == ["q=harbour%20tug"]
    page = client.get("/?q=+").text
    assert 'id="save-search"' not in page
    assert '<h1 class="total">4 articles</h1>' in page


def test_new_articles_are_counted_by_their_date(client_of: ClientOf) -> None:
    """The number is that of the search from the day of the last visit, to which its button leads."""
    client = client_of("20200503?q=harbour", "20220101?q=harbour&theme=Sea")
    first, second = rows(client)
    assert first.startswith("harbour 3 articles 2 published since 3 May 2020")
    assert second.startswith(
        "harbour, Theme: Sea 2 articles none published since 1 January 2022 Feed"
    )
    client.post("/list", data={"add": "a1"})
    assert "(1 with new articles)" in client.get("/list").text
    opened = client.post(FORM, data={"open": "q=harbour"}, headers=HERE)
    assert opened.headers["Location"] == "/?q=harbour&from=2020-05-03&sort=newest"
    assert "2 articles for" in client.get(opened.headers["Location"]).text
    assert "none published since" in rows(client)[0]
    assert len(saved(client)) == 2


def test_own_days_of_a_search_hold(client_of: ClientOf) -> None:
    """New articles are never outside of the days that the search has itself."""
    client = client_of("20200101?q=harbour&from=2020-05-03", "20210101?q=harbour&to=2020-05-03")
    assert "2 articles 2 published since" in rows(client)[0]
    assert "2 articles none published since" in rows(client)[1]
    opened = client.post(FORM, data={"open": "q=harbour&from=2020-05-03"})
    assert opened.headers["Location"] == "/?q=harbour&from=2020-05-03&sort=newest"


def test_saved_searches_are_counted_at_once(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of many saved searches costs one call of the engine for counts, and no search."""
    calls: list[int] = []
    counts = PipelineEngine.counts

    def counted(engine: PipelineEngine[Any], queries: Sequence[SearchQuery]) -> list[int]:
        calls.append(len(queries))
        return counts(engine, queries)

    monkeypatch.setattr(PipelineEngine, "counts", counted)
    client = client_of(*(f"20200503?q=harbour{number}" for number in range(MAX_SAVED)))
    assert len(rows(client)) == MAX_SAVED
    assert calls == [2 * MAX_SAVED]


def test_removals_can_be_undone(client_of: ClientOf) -> None:
    """The list's page offers the searches before the removal, in their order."""
    client = client_of("20200503?q=a", "20200504?q=b", "20200505?q=c")
    answer = client.post(FORM, data={"remove": "q=b"}, headers=HERE)
    address, _, place = answer.headers["Location"].partition("#")
    assert place == "undo"
    restored = re.search(r'name="restore" value="([^"]*)"', client.get(address, headers=HERE).text)
    assert restored
    back = client.post(FORM, data={"restore": restored[1]}, headers=HERE)
    assert back.headers["Location"] == "/list#searches"
    assert saved(client) == ["q=a", "q=b", "q=c"]


def test_reports_are_believed_from_this_site_alone(client_of: ClientOf) -> None:
    """A link of another site cannot claim that the list changed, nor offer to undo it."""
    client = client_of("20200503?q=a")
    keys = "A" * 8
    for parameters in (
        "full=1",
        "many=1",
        "refused=many",
        "unsaved=20200503%3Fq%3Dx",
        "opened=3",
        f"undo={keys}",
    ):
        own = client.get(f"/list?{parameters}", headers=HERE)
        assert 'class="notice"' in own.text
        for headers in (
            {},
            {"Referer": "https://evil.example/list"},
            {"Referer": "http://[bad"},
            HERE | {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "none"},
        ):
            linked = client.get(f"/list?{parameters}", headers=headers)
            assert 'class="notice"' not in linked.text
            assert linked.headers["ETag"] != own.headers["ETag"]


def test_other_sites_cannot_change_saved_searches(client_of: ClientOf) -> None:
    """A form of another site is refused and changes nothing."""
    client = client_of("20200503?q=a")
    for data in ({"save": "q=b"}, {"remove": "q=a"}, {"open": "q=a"}):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert client.post(FORM, data=data, headers=headers).status_code == 403
    cookie = client.get_cookie("searches")
    assert cookie
    assert cookie.value == "20200503?q=a"


def test_a_search_too_many_is_refused(client_of: ClientOf) -> None:
    """Nothing is lost, and the reason is said; scripts lead to it."""
    full = [f"20200503?q=a{number}" for number in range(MAX_SAVED)]
    client = client_of(*full)
    answer = client.post(FORM, data={"save": "q=one+more"})
    assert len(saved(client)) == MAX_SAVED
    assert "At most 20 searches" in client.get(answer.headers["Location"], headers=HERE).text
    scripted = client.post(FORM, data={"save": "q=one+more"}, headers={"HX-Request": "true"})
    assert scripted.headers["HX-Redirect"] == "/list?refused=many"
    client = client_of(
        f"20200503?q={'a' * 900}", f"20200503?q={'b' * 900}", f"20200503?q={'c' * 900}"
    )
    answer = client.post(FORM, data={"save": f"q={'d' * 900}"})
    assert "do not fit into one cookie" in client.get(answer.headers["Location"], headers=HERE).text
    assert len(saved(client)) == 3
    assert client.post(FORM, data={"save": "size=0&from=x"}).status_code == 400


def test_scripts_get_the_button_alone(client_of: ClientOf) -> None:
    """The button and the announcement change in place, and the address stays."""
    client = client_of()
    answer = client.post(FORM, data={"save": "q=tug"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (200, "false")
    assert 'name="remove" value="q=tug"' in answer.text
    assert "The search was saved." in answer.text
    assert "<main" not in answer.text
    (form,) = re.findall(r"<form.*?</form>", answer.text, re.DOTALL)
    assert form in client.get("/?q=tug").text
    answer = client.post(FORM, data={"remove": "q=tug"}, headers={"HX-Request": "true"})
    assert "The search is not saved any more." in answer.text
    assert 'name="save" value="q=tug"' in answer.text


def test_searches_that_cannot_be_answered_are_named(client_of: ClientOf) -> None:
    """A facet that is gone is said to be, the others are counted, and each can be removed."""
    client = client_of("20200503?q=a&place=x%20y", "20200503?from=bad", "20200503?q=tug", "junk")
    assert "place: x y This archive has no such filter, or not any more: place" in rows(client)[0]
    assert "from: bad This archive cannot answer this search." in rows(client)[1]
    assert "1 article" in rows(client)[2]
    for path in ("/list", "/list?view=apa"):
        assert "The next change keeps only the others." in client.get(path).text
    client.post(FORM, data={"open": "q=a&place=x%20y"})
    client.post(FORM, data={"remove": "q=a&place=x%20y"})
    assert saved(client) == ["from=bad", "q=tug"]
    assert "cannot be read" not in client.get("/list").text


def test_a_foreign_cookie_is_named(client_of: ClientOf) -> None:
    """Text that is no search is said to be none, all pages work, and a search can be saved."""
    client = client_of()
    for value in ("x", '"a b"', *PAYLOADS[:40]):
        client.set_cookie("searches", value)
        page = client.get("/list")
        assert (page.status_code, "saved searches cannot be read" in page.text) == (200, True)
        assert "The next search that you save replaces it." in page.text
    assert client.get("/?q=tug").status_code == 200
    client.post(FORM, data={"save": "q=tug"})
    assert saved(client) == ["q=tug"]


def test_hostile_searches_are_harmless(client_of: ClientOf) -> None:
    """No saved text becomes an element of a page, and none is a failure."""
    for payload in PAYLOADS:
        client = client_of()
        for name in ("save", "remove", "restore", "open"):
            assert client.post(FORM, data={name: payload}).status_code in (303, 400)
        query = client.get("/", query_string={"q": payload})
        value = re.search(r'id="save-search" name="save" value="([^"]*)"', query.text)
        if value is None:
            continue
        client.post(FORM, data={"save": value[1].replace("&amp;", "&")})
        assert len(saved(client)) == 1
        page = client.get("/list").text
        assert payload not in page or not re.search(r"<\w", payload)
        assert client.get("/list/searches.opml").status_code == 200


def test_feeds_of_all_searches(client_of: ClientOf) -> None:
    """A feed reader imports one feed for each search, which its address answers."""
    client = client_of("20200503?q=harbour", "20200503?theme=Sea", "20200503?place=x")
    answer = client.get("/list/searches.opml")
    assert answer.mimetype == "text/x-opml"
    assert answer.headers["Cache-Control"] == "private, no-store"
    outlines = ET.fromstring(answer.data).findall("./body/outline")
    assert [each.attrib["title"] for each in outlines] == ["harbour · Dateline", "Sea · Dateline"]
    assert outlines[0].attrib["xmlUrl"] == "http://localhost/feed.atom?q=harbour&sort=newest"
    for outline in outlines:
        feed = client.get(outline.attrib["xmlUrl"].removeprefix("http://localhost"))
        assert feed.status_code == 200
    assert client_of().get("/list/searches.opml").status_code == 404


def test_pages_with_saved_searches_are_private(client_of: ClientOf) -> None:
    """No cache gives one reader the page of another."""
    answers = [client_of(*each).get("/") for each in ([], ["20200503?q=a"], ["20200504?q=a"])]
    assert len({answer.headers["ETag"] for answer in answers}) == 3
    assert [answer.headers["Cache-Control"] for answer in answers[1:]] == ["private, no-cache"] * 2


def test_saved_searches_are_of_the_own_list_alone(client_of: ClientOf) -> None:
    """A shared list, citations and whole texts are without them."""
    client = client_of("20200503?q=harbour")
    client.post("/list", data={"add": "a1"})
    assert len(rows(client)) == 1
    for path in ("/list?id=a1", "/list?view=apa", "/list?view=texts"):
        assert rows(client, path) == []


def test_saved_searches_under_a_mount_path(client_of: ClientOf) -> None:
    """Cookie, forms, links and redirects have the path that the site is mounted under."""
    client = client_of(address="http://localhost/archive")
    answer = client.post("/archive/list/searches", data={"save": "q=harbour"})
    assert answer.headers["Location"].startswith("/archive/")
    assert client.get_cookie("searches", path="/archive")
    page = client.get("/archive/list").text
    links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    assert all(link.startswith("/archive/") for link in links)
    opened = client.post("/archive/list/searches", data={"open": "q=harbour"})
    assert opened.headers["Location"].startswith("/archive/?q=harbour&from=")


def test_pages_of_saved_searches_are_valid(client_of: ClientOf) -> None:
    """The page parses without an error, and no element has an id twice."""
    client = client_of("20200503?q=harbour", "20200503?place=x", "20200503?", "junk")
    client.post("/list", data={"add": ["a1", "a3"]})
    text = SavedSearch("q=x", dt.date(2020, 1, 1)).text
    for path in ("/list", f"/list?unsaved={text}", "/list?refused=long", "/?q=harbour"):
        page = client.get(path, headers=HERE).text
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
        ids = re.findall(r' id="([^"]*)"', page)
        assert len(ids) == len(set(ids))
