"""A reader's list: the cookie, the forms that change it, its page and downloads."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search.index.protocols import GenerationStore
from tests.conftest import ROOT, AppOf, article, build
from web.middleware.request_bodies import FILES
from web.reader_data.reading_list import MAX_LISTED, ReadingList

PAYLOADS = (ROOT / "tests/support/payloads.txt").read_text("utf-8").splitlines()
ODD = "https://example.org/x?y=1&z=%20#f\n“”"
HERE = {"Referer": "http://localhost/list"}
IDS = ["a1", "a2", "a3", ODD]
ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def client_of(store: GenerationStore, app_of: AppOf) -> ClientOf:
    """Give a function that makes a browser of an archive of four articles."""
    build(
        store,
        [
            article(1, title="Zinc", published="2020-01-02", authors=("Ann Moss",)),
            article(2, title="Amber", published="2020-01-01", body="A harbour."),
            article(3, title="Moss", published="2020-01-03", source="Reuters"),
            article(4, id=ODD, title="<b>Odd</b>", published="2019-01-01"),
        ],
    )

    def make(*listed: str, **settings: Any) -> FlaskClient:
        client = app_of(**settings).test_client()
        if listed:
            client.set_cookie("list", ReadingList.of(listed).text)
        return client

    return make


def listed(client: FlaskClient) -> list[int]:
    cookie = client.get_cookie("list")
    return list(ReadingList.read(cookie.value).keys) if cookie else []


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 dir="auto"><a href="[^"]*">([^<]*)</a>', page)


def keys_of(*ids: str) -> list[int]:
    return list(ReadingList.of(ids).keys)


def test_articles_are_added_and_removed(client_of: ClientOf) -> None:
    """A form leads back to the button that was pressed, and the cookie has the change."""
    client = client_of()
    assert "Set-Cookie" not in client.get("/").headers
    answer = client.post("/list", data={"add": "a2"}, headers={"Referer": "http://localhost/?q=a"})
    button = f"put-{ReadingList.of(['a2']).text}"
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/?q=a#{button}")
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = client.get_cookie("list")
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    client.post("/list", data={"add": ["a1", ODD, "a2", "none", ""]})
    assert listed(client) == keys_of("a2", "a1", ODD)
    client.post("/list", data={"remove": "a2"})
    client.post("/list", data={"remove_keys": ReadingList.of([ODD]).text})
    assert listed(client) == keys_of("a1")
    client.post("/list", data={"empty": "1"})
    assert client.get_cookie("list") is None


def test_pages_show_what_is_listed(client_of: ClientOf) -> None:
    """Buttons and header of every page agree with the list; a text with line ends has its key."""
    page = client_of("a1", ODD).get("/").text
    assert page.count("In list") == 2
    assert re.search(r'<span id="list-count">2</span>', page)
    assert 'name="add" value="a2"' in page
    assert f'name="remove_keys" value="{ReadingList.of([ODD]).text}"' in page
    assert '<span id="list-count"></span>' in client_of().get("/help").text


def test_pages_with_a_list_are_private(client_of: ClientOf) -> None:
    """No cache gives one reader the page of another, and the kept home page has no list."""
    plain = client_of().get("/")
    own = client_of("a1").get("/")
    other = client_of("a2").get("/")
    assert len({answer.headers["ETag"] for answer in (plain, own, other)}) == 3
    assert own.headers["Cache-Control"] == other.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in own.headers["Vary"]
    assert "In list" not in client_of().get("/").text
    known = client_of("a1").get("/", headers={"If-None-Match": plain.headers["ETag"]})
    assert known.status_code == 200
    again = client_of("a1").get("/", headers={"If-None-Match": own.headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "private, no-cache")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[bad"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_other_sites_cannot_change_a_list(
    client_of: ClientOf, headers: dict[str, str], status: int
) -> None:
    """A form of another site is refused and changes nothing."""
    client = client_of("a1")
    assert client.post("/list", data={"empty": "1"}, headers=headers).status_code == status
    assert listed(client) == ([] if status == 303 else keys_of("a1"))


def test_all_matches_of_a_search_are_added(client_of: ClientOf) -> None:
    """One button adds what a search finds, another one the results of a page."""
    client = client_of()
    page = client.get("/?q=harbour+OR+zinc&size=1").text
    assert "Add all 2 to my list" in page
    assert "Add this 1" in page
    client.post("/list", data={"add_search": "/?q=harbour+OR+zinc&size=1"})
    assert sorted(listed(client)) == sorted(keys_of("a1", "a2"))
    refused = client.post("/list", data={"add_search": "/?size=0"})
    assert refused.status_code == 400


def test_a_list_has_a_limit(client_of: ClientOf) -> None:
    """Nothing is added to a full list, which is said, and nothing is lost."""
    full = [f"x{number}" for number in range(MAX_LISTED)]
    client = client_of(*full)
    answer = client.post("/list", data={"add": "a1"})
    assert listed(client) == keys_of(*full)
    assert "at most 500 articles" in client.get(answer.headers["Location"], headers=HERE).text
    fragment = client.post("/list", data={"add": "a1"}, headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/list?full=1"


def test_scripts_get_the_button_alone(client_of: ClientOf) -> None:
    """The button, the number and the announcement change in place, and the address stays."""
    client = client_of("a1")
    answer = client.post("/list", data={"add": "a2"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Push-Url"]) == (200, "false")
    assert 'name="remove" value="a2"' in answer.text
    assert "<main" not in answer.text
    assert "2 articles are in the list." in answer.text
    whole = client.get("/").text
    (button,) = re.findall(r"<form class=\"put\".*value=\"a2\".*</form>", answer.text)
    assert button in whole


def test_the_order_of_a_list(client_of: ClientOf) -> None:
    """Articles are listed by date, as they were added, or by title."""
    client = client_of("a2", "a3", "a1")
    assert titles(client.get("/list").text) == ["Moss", "Zinc", "Amber"]
    assert titles(client.get("/list?order=added").text) == ["Amber", "Moss", "Zinc"]
    assert titles(client.get("/list?order=title").text) == ["Amber", "Moss", "Zinc"]
    assert client.get("/list?order=size").status_code == 400


def test_a_list_is_searched(client_of: ClientOf) -> None:
    """A search within the list finds its articles only, and keeps list, order and view."""
    client = client_of("a1", "a2")
    page = client.get("/list?q=harbour&order=title").text
    assert titles(page) == ["Amber"]
    assert 'href="/list?order=title"' in page
    assert titles(client.get("/list?q=moss").text) == ["Zinc"]
    assert "No article of this list matches" in client.get("/list?q=zzxqv").text


def test_removals_can_be_undone(client_of: ClientOf) -> None:
    """The list's page offers the list before the last change, in its order."""
    client = client_of("a2", "a3", "a1")
    for data in ({"remove": "a3"}, {"empty": "1"}):
        before = listed(client)
        answer = client.post(
            "/list", data=data, headers={"Referer": "http://localhost/list?order=title"}
        )
        address, _, place = answer.headers["Location"].partition("#")
        assert place == "undo"
        assert address.startswith("/list?order=title&undo=")
        page = client.get(address, headers=HERE).text
        assert "taken off the list" in page
        restored = re.search(r'name="restore" value="([^"]*)"', page)
        assert restored
        back = client.post(
            "/list",
            data={"restore": restored[1]},
            headers={"Referer": f"http://localhost{address}"},
        )
        assert back.headers["Location"] == "/list?order=title"
        assert listed(client) == before


def test_a_list_is_shared_by_its_address(client_of: ClientOf) -> None:
    """An address with ids or keys shows the list to anybody, who can make it theirs."""
    page = client_of("a1", ODD).get("/list").text
    address = re.search(r'id="address" type="url" readonly value="([^"]*)"', page)
    assert address
    assert address[1].startswith("http://localhost/list?id=")
    reader = client_of("a3")
    path = address[1].removeprefix("http://localhost").replace("&amp;", "&")
    shared = reader.get(path).text
    keys = ReadingList.of(["a1", ODD]).text
    assert "A list of articles" in shared
    assert titles(shared) == titles(reader.get(f"/list?keys={keys}").text)
    assert f'href="/list.bib?keys={keys}"' in shared
    assert listed(reader) == keys_of("a3")
    answer = reader.post(
        "/list", data={"add_keys": keys}, headers={"Referer": f"http://localhost{path}"}
    )
    assert answer.headers["Location"] == "/list"
    assert listed(reader) == keys_of("a3", "a1", ODD)


def test_articles_that_are_gone_are_counted(client_of: ClientOf, store: GenerationStore) -> None:
    """The others are shown, no other article takes the place, and the list can be cleaned."""
    client = client_of("a1", "gone", "a2")
    page = client.get("/list").text
    assert "1 article of the list is not in this archive" in page
    assert titles(page) == ["Zinc", "Amber"]
    client.post("/list", data={"remove_keys": ReadingList.of(["gone"]).text})
    assert listed(client) == keys_of("a1", "a2")
    build(store, [article(2)])
    assert titles(client.get("/list").text) == ["Title 2"]
    assert titles(client.get("/list?view=texts&start=2").text) == ["Title 2"]
    (main,) = re.findall(r"<main.*?</main>", client.get("/list?id=gone").text, re.DOTALL)
    assert '<a href="/">All articles</a>' in main


def test_a_foreign_cookie_is_named(client_of: ClientOf) -> None:
    """Text that is no list is said to be none, all pages work, and adding begins a list."""
    client = client_of()
    for value in ("x", "1234567", '"a b"', *PAYLOADS[:40]):
        client.set_cookie("list", value)
        page = client.get("/list")
        assert (page.status_code, "cannot be read" in page.text) == (200, True), value
    assert client.get("/").status_code == 200
    client.post("/list", data={"add": "a1"})
    assert listed(client) == keys_of("a1")


def test_too_long_a_cookie_is_cut(client_of: ClientOf) -> None:
    """The first articles of a cookie with too many are used, and it is said."""
    client = client_of(*IDS, *(f"x{number}" for number in range(MAX_LISTED)))
    page = client.get("/list").text
    assert "more than 500 articles" in page
    assert titles(page) == ["Moss", "Zinc", "Amber", "&lt;b&gt;Odd&lt;/b&gt;"]


@pytest.mark.parametrize("name", ["id", "q", "keys", "undo", "order", "view", "from", "unsaved"])
def test_hostile_parameters_are_harmless(client_of: ClientOf, name: str) -> None:
    """No parameter of a list becomes an element of its page, and none is a failure."""
    client = client_of("a1")
    for payload in PAYLOADS:
        answer = client.get("/list", query_string={name: payload}, headers=HERE)
        assert answer.status_code in (200, 400)
        assert payload not in answer.text or not re.search(r"<\w", payload)


def test_articles_with_hostile_ids_are_listed(store: GenerationStore, app_of: AppOf) -> None:
    """Buttons, lists, citations and downloads work for any id and title, and run no script."""
    ids = list(dict.fromkeys(payload for payload in PAYLOADS if payload.strip()))[:100]
    build(store, [article(id=payload, title=payload, source=payload) for payload in ids])
    client = app_of().test_client()
    page = html5lib.parse(client.get("/?size=100").text, namespaceHTMLElements=False)
    buttons = page.findall(".//form[@class='put']/button")
    assert len(buttons) == len(ids)
    for button in buttons:
        client.post("/list", data={button.attrib["name"]: button.attrib["value"]})
    assert len(listed(client)) == len(ids)
    for path in ("/list", "/list?view=mla", "/list?view=texts", "/?size=100"):
        tree = html5lib.parse(client.get(path).text, namespaceHTMLElements=False)
        main = tree.find(".//main")
        assert main is not None
        assert not {"script", "img", "iframe", "object", "style"} & {
            each.tag for each in main.iter()
        }
        assert not [name for each in main.iter() for name in each.attrib if name.startswith("on")]
    lines = client.get("/list.jsonl", buffered=True).text.splitlines()
    assert {json.loads(line)["id"] for line in lines} == set(ids)


def test_hostile_forms_are_harmless(client_of: ClientOf) -> None:
    """No field of a form is a failure, adds an article, or changes what it does not name."""
    client = client_of("a1")
    for payload in PAYLOADS:
        for name in ("add", "add_keys", "remove", "remove_keys", "restore"):
            assert client.post("/list", data={name: payload}).status_code == 303
    assert listed(client) == keys_of("a1")
    for address in ("http://[", "//[x]/?q=zinc", "/?q=%22(((&page=0", "[", "?", *PAYLOADS):
        assert client.post("/list", data={"add_search": address}).status_code in {303, 400}


@pytest.mark.parametrize(
    ("form", "media_type", "beginning"),
    [
        ("csv", "text/csv", "id,title,"),
        ("jsonl", "application/jsonl", '{"id":"a3"'),
        ("bib", "application/x-bibtex", "@article{reuters2020-"),
        ("ris", "application/x-research-info-systems", "TY  - NEWS"),
    ],
)
def test_downloads_of_a_list(
    client_of: ClientOf, form: str, media_type: str, beginning: str
) -> None:
    """A download has the articles of the list alone, and is kept from caches."""
    answer = client_of("a1", "a3").get(f"/list.{form}", buffered=True)
    assert answer.mimetype == media_type
    assert answer.text.startswith(beginning)
    assert "a2" not in answer.text.split("\n")[0]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f'filename="list-2.{form}"' in answer.headers["Content-Disposition"]
    keys = ReadingList.of(["a1", "a3"]).text
    shared = client_of("a2").get(f"/list.{form}?keys={keys}", buffered=True)
    assert shared.data == answer.data
    assert client_of().get(f"/list.{form}").status_code == 404


def test_citations_of_a_list(client_of: ClientOf) -> None:
    """Each style shows every article as one entry with the publication in italics."""
    client = client_of("a1", "a3")
    chicago = client.get("/list?view=chicago").text
    assert (
        "Moss, Ann. “Zinc.” <i>Dateline</i>, January 2, 2020. http://localhost/articles/a1."
        in chicago
    )
    assert "<i>Reuters</i>. “Moss.” January 3, 2020." in chicago
    assert "Moss, A. (2020, January 2). Zinc." in client.get("/list?view=apa").text
    assert "Moss, Ann. “Zinc.” <i>Dateline</i>, 2 Jan. 2020," in client.get("/list?view=mla").text


def test_whole_texts_of_a_list(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """All texts follow one another with their addresses; what is too long is on a next page."""
    client = client_of("a1", "a2")
    page = client.get("/list?view=texts").text
    assert page.index("Body.") < page.index("A harbour.")
    assert "http://localhost/articles/a2" in page
    monkeypatch.setattr("web.presenters.reading_list.page._MAX_TEXTS_LENGTH", 5)
    first = client.get("/list?view=texts&order=title").text
    assert "A harbour." in first
    assert "Body." not in first
    following = re.search(r'rel="next" href="([^"]*)"', first)
    assert following
    second = client.get(following[1].replace("&amp;", "&")).text
    assert "Body." in second
    assert "A harbour." not in second


def test_a_list_under_a_mount_path(client_of: ClientOf) -> None:
    """Cookie, forms, links and redirects have the path that the site is mounted under."""
    client = client_of(address="http://localhost/archive")
    answer = client.post("/archive/list", data={"add": "a1"})
    assert answer.headers["Location"].startswith("/archive/")
    cookie = client.get_cookie("list", path="/archive")
    assert cookie
    page = client.get("/archive/list").text
    assert titles(page) == ["Zinc"]
    links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    assert links
    assert all(link.startswith("/archive/") for link in links)


def test_pages_of_lists_are_valid(client_of: ClientOf) -> None:
    """Each view parses without an error, and no element has an id twice."""
    client = client_of(*IDS, "gone")
    keys = ReadingList.of(IDS).text
    for path in (
        "",
        "?view=chicago",
        "?view=texts",
        f"?keys={keys}",
        f"?undo={keys}",
        "?full=1",
        "?opened=1&unknown=2&unread=3",
    ):
        page = client.get(f"/list{path}", headers=HERE).text
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
        ids = re.findall(r' id="([^"]*)"', page)
        assert len(ids) == len(set(ids))


def test_the_api_takes_ids(client_of: ClientOf) -> None:
    """Exports, feeds and the search keep the named articles; 501 of them are an error."""
    client = client_of()
    found = client.get("/api/v1/search?id=a1&id=a3&id=none").get_json()
    assert (found["total"], found["query"]["ids"]) == (2, ["a1", "a3", "none"])
    assert all("id=a1&id=a3&id=none" in link for link in found["links"].values())
    value = found["facets"]["author"]["values"][0]
    assert client.get(value["api_url"]).get_json()["total"] == value["count"] == 1
    assert len(client.get("/export.jsonl?id=a1&id=a3", buffered=True).text.splitlines()) == 2
    assert client.get("/feed.atom?id=a1&id=a3").text.count("<entry>") == 2
    page = client.get("/?id=a1&id=a3").text
    assert "List of 2 articles" in page
    many = "&".join(f"id={number}" for number in range(MAX_LISTED + 1))
    refused = client.get(f"/api/v1/search?{many}")
    assert refused.status_code == 400
    [problem] = refused.get_json()["errors"]
    assert problem == {
        "parameter": "id",
        "message": "id: the request has 501 ids; 500 are the most",
    }
    assert client.get(f"/api/v1/search?{many[:-7]}").status_code == 200


def test_pages_carry_citations_for_reference_managers(client_of: ClientOf) -> None:
    """A result has a COinS element, and an article its `citation_*` elements."""
    client = client_of()
    assert 'class="Z3988" title="ctx_ver=Z39.88-2004&amp;' in client.get("/?q=zinc").text
    page = client.get("/articles/a1").text
    assert '<meta name="citation_author" content="Ann Moss">' in page
    assert '<meta name="citation_public_url" content="http://localhost/articles/a1">' in page


def sent(
    client: FlaskClient, content: bytes, headers: Mapping[str, str] = HERE, then: str = "add"
) -> TestResponse:
    """Send a file as the form of the list's page does."""
    fields = [(b'name="then"', then.encode()), (b'name="file"; filename="list.jsonl"', content)]
    parts = [b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % field for field in fields]
    body = b"".join([*parts, b"--x--\r\n"])
    content_type = "multipart/form-data; boundary=x"
    return client.post("/list/file", data=body, content_type=content_type, headers=headers)


def opened(client: FlaskClient, *lines: bytes, then: str = "add") -> str:
    """Open a file, and return the page that the answer leads to."""
    answer = sent(client, b"\n".join(lines), then=then)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"], headers=HERE).text


def test_a_list_is_opened_from_its_download(client_of: ClientOf) -> None:
    """The download of a list is read back, added or instead of the list, and can be undone."""
    lines = client_of("a1", "a3", ODD).get("/list.jsonl", buffered=True).data.splitlines()
    client = client_of("a2")
    assert "3 articles of the file are in the list now." in opened(client, *lines)
    assert listed(client) == keys_of("a2", "a3", "a1", ODD)
    page = opened(client, lines[0], b'{"id": "gone"}', b"junk", then="replace")
    assert (
        "1 article of the file is in the list now. 1 other article is not in this archive."
        " 1 line of the file is not an article.</p>" in page
    )
    assert listed(client) == keys_of("a3")
    former = re.search(r'name="replace" value="([^"]*)"', page)
    assert former
    client.post("/list", data={"replace": former[1]})
    assert listed(client) == keys_of("a2", "a3", "a1", ODD)
    client.post("/list", data={"replace": "no list"})
    assert len(listed(client)) == 4


@pytest.mark.parametrize("then", ["add", "replace"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is not a list"),
        (b"\x89PNG\r\n\x00\xff", "The file is not a list"),
        (b'{"id": "x"}\n{"id": "y"}', "The file names no article of this archive"),
        (b"\n".join(b'{"id": "x%d"}' % n for n in range(MAX_LISTED + 1)), "than 500 articles"),
    ],
)
def test_other_files_change_nothing(
    client_of: ClientOf, then: str, content: bytes, message: str
) -> None:
    """A file that is no list, or of another archive, leaves the list as it is and says why."""
    client = client_of("a2")
    assert message in opened(client, content, then=then)
    assert listed(client) == keys_of("a2")


def test_a_file_too_many_for_the_list_is_refused(client_of: ClientOf) -> None:
    """A reader whose list has no room for a file is told to make room, and keeps the list."""
    client = client_of("a2", *(f"gone{number}" for number in range(MAX_LISTED - 1)))
    page = opened(client, b'{"id": "a1"}')
    assert "A list has at most 500 articles, so nothing was added." in page
    assert len(listed(client)) == MAX_LISTED


def test_other_files_leave_a_foreign_cookie(client_of: ClientOf) -> None:
    """A cookie that is not a list is only replaced by a list."""
    client = client_of()
    client.set_cookie("list", "junk")
    assert "The file is not a list" in opened(client, b"junk")
    cookie = client.get_cookie("list")
    assert cookie
    assert cookie.value == "junk"


def test_too_large_a_file_is_explained(client_of: ClientOf) -> None:
    """The page says in the reader's words that nothing changed, and leads back to the list."""
    page = sent(client_of("a2"), b"x" * FILES.max_bytes).text
    assert "<h1>Too large</h1>" in page
    assert "more than this site accepts at once, so nothing was changed." in page
    assert '<a href="/list">My list</a>' in page


def test_files_are_bounded_and_of_this_site(client_of: ClientOf) -> None:
    """A file has a limit of its own, a form without one is no failure, other sites are refused."""
    client = client_of("a2")
    padding = b'{"id": "a1", "body": "%s"}' % (b"x" * 1_000_000)
    assert sent(client, padding).headers["Location"].startswith("/list?opened=1")
    assert sent(client, b"x" * FILES.max_bytes).status_code == 413
    assert client.post("/list/file").headers["Location"].startswith("/list?opened=0")
    other = sent(client, b'{"id": "a3"}', {"Sec-Fetch-Site": "cross-site"})
    assert other.status_code == 403
    assert listed(client) == keys_of("a2", "a1")


def test_a_list_has_a_chart_of_its_days(client_of: ClientOf) -> None:
    """Two days or more are drawn; a bar leads to its days of the list, and the chosen one back."""
    client = client_of("a1", "a2", "a3")
    page = client.get("/list?order=title").text
    assert page.count('class="bar"') == 3
    assert 'href="/list?order=title&amp;from=2020-01-02&amp;to=2020-01-02"' in page
    chosen = client.get("/list?order=title&from=2020-01-02&to=2020-01-02").text
    assert titles(chosen) == ["Zinc"]
    assert "2 January 2020: 1 article" in chosen
    assert re.search(r'<a tabindex="-1" href="/list\?order=title" aria-current="true">', chosen)
    assert titles(client.get("/list?from=2020-01-02").text) == ["Moss", "Zinc"]
    assert 'class="chart' not in client_of("a1").get("/list").text
    assert client.get("/list?from=x").status_code == 400
    assert 'href="/list.bib"' in chosen


def test_scripts_get_the_buttons_of_a_page(client_of: ClientOf) -> None:
    """All matches are added in place: the buttons that the page has change, and it is announced."""
    client = client_of("a3")
    data = {"add_search": "/?q=zinc+OR+harbour&size=1", "shown": ReadingList.of(["a1", "a3"]).text}
    answer = client.post("/list", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.count("<button") == answer.text.count('data-hx-swap-oob="true"') == 1
    assert 'value="a1"' in answer.text
    assert "2 articles were added to the list. 3 articles are in the list." in answer.text
    again = client.post("/list", data=data, headers={"HX-Request": "true"})
    assert "All of them were in the list before." in again.text
    assert "<button" not in again.text
    hostile = data | {"shown": PAYLOADS[0]}
    assert client.post("/list", data=hostile, headers={"HX-Request": "true"}).status_code == 200
