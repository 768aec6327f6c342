"""The service over HTTP: the real server, a real client."""

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import html5lib
import httpx
import pytest

from search.errors import IndexDamaged
from search.index.protocols import GenerationStore
from search.model.article import ARTICLE_KEYS
from search.model.query import SearchQuery
from tests.conftest import ROOT, SAMPLE, AppOf, Cli, Server, article, build, serving

API = "/api/v1/search"


def test_a_search_answers_in_the_contracts_keys(sample_server: Server) -> None:
    """Other services rely on every key of the contract."""
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
        "q": "permanent", "understood": "permanent", "filters": {"region": ["Middle East & North Africa"]},
        "sort": "relevance", "match": "auto", "page": 1, "size": 10,
    }  # fmt: skip
    hit = data["hits"][0]
    assert set(hit) >= {
        "id", "url", "score", "title", "deck", "authors", "published", "regions", "themes", "reports", "source",
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


def test_a_slip_is_mended_and_said(sample_server: Server) -> None:
    """Where nothing matches, services and readers are told what was searched in its place, with its true total."""
    data = sample_server.get(API, params={"q": "flamigos"}).json()
    assert (data["query"]["q"], data["query"]["corrected"], data["query"]["understood"]) == (
        "flamigos",
        *["flamingos"] * 2,
    )
    (first,) = data["corrections"]
    assert first == {"q": "flamingos", "total": data["total"], "url": "/?q=flamingos"}
    assert sample_server.get(API, params={"q": "flamingos"}).json()["total"] == data["total"] > 0
    page = sample_server.get("/?q=flamigos").text
    assert "Nothing matches <q>flamigos</q>. Searched instead:" in page
    assert '<a href="/?q=flamigos&amp;spelling=typed"><span dir="auto">flamingos</span>' in page
    typed = sample_server.get(API, params={"q": "flamigos", "spelling": "typed"}).json()
    assert (typed["total"], typed["query"].get("corrected")) == (0, None)
    assert typed["corrections"] == data["corrections"], "what may be meant is still said"
    assert sample_server.get(API, params={"q": "flamigos", "spelling": "mine"}).status_code == 400
    hit = data["hits"][0]
    assert "<mark>" in sample_server.get(f"{hit['url']}?q=flamigos").text


def test_what_is_searched_beside_is_said_and_can_be_left_out(sample_server: Server) -> None:
    """Synonyms are named, each with a link that searches without it."""
    data = sample_server.get(API, params={"q": "UK bakers"}).json()
    also = {each["also"]: each["off_url"] for each in data["query"]["synonyms"]}
    assert list(also) == ["United Kingdom", "Britain"]
    page = sample_server.get(also["Britain"]).text
    assert "United Kingdom" in page
    assert ">Britain</span> <span" not in page
    without = sample_server.get(API + also["Britain"].removeprefix("/")).json()
    assert [each["also"] for each in without["query"]["synonyms"]] == ["United Kingdom"]
    assert without["links"]["self"].endswith("-synonym=Britain")


def test_a_score_is_explained_when_asked(sample_server: Server) -> None:
    """A service that wonders about the order sees what each score is the sum of; links keep the question."""
    data = sample_server.get(API, params={"q": "brine flamingos", "explain": "1"}).json()
    hit = data["hits"][0]
    assert sum(each["value"] for each in hit["score_parts"]) == pytest.approx(
        hit["score"], abs=0.01
    )
    assert hit["score_parts"][0]["part"] == "brine"
    assert data["links"]["self"].endswith("explain=1")
    assert "score_parts" not in sample_server.get(API, params={"q": "brine"}).json()["hits"][0]
    assert sample_server.get(API, params={"q": "brine", "explain": "yes"}).status_code == 400


def test_reprints_stand_under_one_article(cli: Cli) -> None:
    """On the page one text has one row, with links to the others; the API and the count have all, and a link parts them."""
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
    cli("rebuild", "-", stdin=b"\n".join(json.dumps(each).encode() for each in records))
    with serving("serve", folder=cli.folder) as server:
        data = server.get(API, params={"q": "turbulence"}).json()
        assert [[each["id"] for each in hit["reprints"]] for hit in data["hits"]] in (
            [["r1"], ["r2"]],
            [["r2"], ["r1"]],
        )
        page = server.get("/?q=turbulence").text
        assert "2 articles for turbulence" in page
        assert page.count('<li class="hit"') == 1
        assert "Also published" in page
        apart = server.get("/?q=turbulence&reprints=all").text
        assert apart.count('<li class="hit"') == 2
        assert "Also published" not in apart


def test_suggestions_lead_where_they_say(sample_server: Server) -> None:
    """Each suggestion's count is the total behind its address; accents and, from the fourth letter, a slip are forgiven."""

    def suggest(text: str) -> list[dict[str, object]]:
        data = sample_server.get("/api/v1/suggest", params={"q": text}).json()
        assert data["q"] == text
        return list(data["suggestions"])

    for text in ("e", "lope", "harbour", "middle e", "the lake th", "enviroment"):
        for each in suggest(text):
            if each["kind"] == "article":
                assert sample_server.get(str(each["url"])).status_code == 200
            else:
                path = API + str(each["url"]).removeprefix("/")
                assert sample_server.get(path).json()["total"] == each["count"], each
    assert ("author", "María López") in [(each["kind"], each["text"]) for each in suggest("LOPE")]
    assert ("theme", "Environment") in [
        (each["kind"], each["text"]) for each in suggest("enviroment")
    ]
    titles = [each["text"] for each in suggest("the lake th") if each["kind"] == "article"]
    assert titles == ["The Lake That Batteries Built, and What Flamingos Make of It"]
    assert suggest("") == suggest("xqzzkw") == []
    refused = sample_server.get(
        "/api/v1/suggest", params={"q": "a", "size": "21", "sort": "newest"}
    )
    assert [each["parameter"] for each in refused.json()["errors"]] == ["size", "sort"]
    assert sample_server.get("/api/v1/suggest", params={"q": "a" * 1001}).status_code == 400


def test_related_articles_are_others_about_the_same(sample_server: Server) -> None:
    """An article's page and the API name its nearest others, never itself; an id that ends so is still an id."""
    hit = sample_server.get(API, params={"q": "lithium flamingos"}).json()["hits"][0]
    data = sample_server.get(f"/api/v1{hit['url']}/related", params={"size": 3}).json()
    ids = [each["id"] for each in data["hits"]]
    assert data["id"] == hit["id"]
    assert 0 < len(ids) <= 3
    assert hit["id"] not in ids
    page = sample_server.get(hit["url"]).text
    assert all(
        each["title"].replace("&", "&amp;").replace("'", "&#39;") in page for each in data["hits"]
    )
    assert sample_server.get("/api/v1/articles/none/related").status_code == 404
    assert sample_server.get(f"/api/v1{hit['url']}/related?size=0").status_code == 400


def test_every_link_of_a_page_answers_what_it_promises(sample_server: Server) -> None:
    """Each value's count is the total behind its link; removing and adding work; next and prev walk."""
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
    """Opening a year and then a month narrows; it does not ask for both."""
    values = sample_server.get(API, params={"date": "2024"}).json()["facets"]["date"]["values"]
    month = next(value for value in values if value["value"] == "2024-11")
    assert month["url"] == "/?date=2024-11"
    assert month["add_url"] == "/?date=2024-11"


WRONG = [
    ("size=101", ["size"]), ("size=0", ["size"]), ("size=ten", ["size"]), ("page=0", ["page"]), ("page=-1", ["page"]),
    ("page=1001", ["page"]), ("page=2&cursor=x", ["cursor"]), ("cursor=x", ["cursor"]), ("sort=best", ["sort"]),
    ("match=some", ["match"]), ("date=2017-13", ["date"]), ("from=2017", ["from"]), ("to=2017-02-30", ["to"]),
    ("facet_size=1001", ["facet_size"]), ("nonsense=1", ["nonsense"]), ("q=a&q=b", ["q"]),
    ("q=" + "y" * 1001, ["q"]), ("-date=2017", ["-date"]), ("size=0x&sort=x&nope=1", ["size", "sort", "nope"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "parameters"), WRONG)
def test_wrong_parameters_are_named(
    sample_server: Server, query: str, parameters: list[str]
) -> None:
    """A service's developer sees what to mend, all of it at once; nothing is clamped."""
    answer = sample_server.get(f"{API}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail", "errors"} <= set(problem)
    assert [each["parameter"] for each in problem["errors"]] == parameters


def test_the_page_ignores_unknown_parameters_and_names_wrong_ones(sample_server: Server) -> None:
    """A link with a tracking parameter still works for a reader; a wrong value is explained in a page."""
    assert sample_server.get("/?utm_source=x&region=").status_code == 200
    wrong = sample_server.get("/?size=1000")
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "size" in wrong.text


def test_errors_under_the_api_are_never_html(sample_server: Server) -> None:
    """A machine can read every error."""
    for path, status in (("/api/v1/nothing", 404), ("/api/v1/articles/none", 404), ("/api", 404)):
        answer = sample_server.get(path)
        assert answer.status_code == status
        if path != "/api":
            assert answer.json()["status"] == status
    refused = httpx.post(sample_server.url + API[1:])
    assert (refused.status_code, refused.json()["status"]) == (405, 405)


def test_an_article_whole_as_json(sample_server: Server) -> None:
    """The API gives an article in the keys in which it was indexed."""
    hit = sample_server.get(API, params={"q": 'title:"hundred-year-old lock"'}).json()["hits"][0]
    data = sample_server.get("/api/v1" + hit["url"]).json()
    assert (data["source"], data["source_published"]) == ("Meridian Wire", "2025-09-29")
    assert data["author_note"].startswith("Ana López writes")
    assert data["origin"] == "2025-10-02-lock-gates.txt"


ODD_IDS = [
    "a/b",
    "a//b",
    "/a",
    "https://example.org/x?y=1&z=%20#f",
    "100% sure?",
    "sp ace",
    "ü“”",
    "x/related",
    "a+b",
    "a\\b",
]


@pytest.mark.parametrize("article_id", ODD_IDS)
def test_any_id_has_an_address(odd_server: Server, article_id: str) -> None:
    """An id may hold anything; its page and its JSON are there without a redirect."""
    path = f"/articles/{quote(article_id, safe='')}"
    page = odd_server.get(path)
    assert (
        page.status_code,
        f"Title of {article_id}".split("&")[0].split("“")[0] in page.text,
    ) == (200, True)
    assert odd_server.get("/api/v1" + path).json()["id"] == article_id
    found = odd_server.get(API, params={"size": 100}).json()["hits"]
    assert path in [hit["url"] for hit in found]


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve articles with odd ids and hostile content."""
    folder = tmp_path_factory.mktemp("odd")
    records: list[dict[str, object]] = [
        {"id": each, "title": f"Title of {each}", "published": "2020-01-01"} for each in ODD_IDS
    ]
    records.append(
        {
            "id": "evil", "title": "<script>alert(1)</script>", "published": "2020-01-01", "source": "<b>S</b>",
            "source_url": "javascript:alert(1)", "url": "data:text/html,x", "regions": ['"><img src=x>'],
            "body": "[x](javascript:alert(1)) <img src=x onerror=alert(1)> ![alt words](http://x.org/i.png)",
            "copyright": "<i>c</i>",
        }
    )  # fmt: skip
    (folder / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    Cli(folder)("rebuild", "in.jsonl")
    with serving("serve", folder=folder) as server:
        yield server


def test_hostile_content_is_text(odd_server: Server) -> None:
    """Whatever an article holds, a page has no script, image or link of it that is not http or https."""
    for path in ("/", "/articles/evil", "/?q=alert+words"):
        page = odd_server.get(path)
        tree = html5lib.parse(page.text, namespaceHTMLElements=False)
        data = [each for each in tree.iter("script") if each.get("type") == "application/ld+json"]
        assert all(json.loads(each.text or "")["@type"] == "NewsArticle" for each in data)
        scripts = [each.get("src") for each in tree.iter("script") if each not in data]
        assert all(src and src.startswith("/static/") for src in scripts)
        assert not list(tree.iter("img"))
        assert not [
            a for a in tree.iter("a") if not (a.get("href") or "").startswith(("/", "#", "http"))
        ]
        assert "alert(1)" in page.text or path == "/?q=alert+words"


def test_pages_are_valid_and_strict(sample_server: Server) -> None:
    """Every page parses without an error and carries the security headers."""
    hit = sample_server.get(API, params={"q": "harbour"}).json()["hits"][0]["url"]
    for path in (
        "/",
        "/?q=harbour&region=Europe",
        f"{hit}?q=harbour",
        "/articles/none",
        "/?size=0",
        "/?q=zzzz",
    ):
        page = sample_server.get(path)
        html5lib.HTMLParser(strict=True).parse(page.text)
        policy = page.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "base-uri" in policy
        assert "frame-ancestors" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "referrer-policy" in page.headers
        assert " style=" not in page.text
        own = sample_server.url.rstrip("/")
        assert "://" not in re.sub(
            rf"https://example\.org|http://www\.w3\.org|https://schema\.org|{re.escape(own)}",
            "",
            page.text,
        )


def test_htmx_gets_the_changed_part_and_the_title(sample_server: Server) -> None:
    """An update in place reads the same as the whole page, and caches keep the two apart."""
    whole = sample_server.get("/?q=harbour")
    part = sample_server.get("/?q=harbour", headers={"HX-Request": "true"})
    restored = sample_server.get(
        "/?q=harbour", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.text
    assert "<html" in restored.text
    assert "<html" not in part.text
    assert "<title>harbour · Dateline</title>" in part.text
    assert 'id="status" data-hx-swap-oob' in part.text
    assert part.text.count('class="hit"') == whole.text.count('class="hit"') > 0
    for answer in (whole, part, restored):
        assert {"HX-Request", "HX-History-Restore-Request"} <= set(
            answer.headers["vary"].split(", ")
        )
    assert whole.headers["etag"] != part.headers["etag"]


def test_the_generation_is_the_entity_tag(sample_server: Server) -> None:
    """Who has an answer of this generation is not sent it again, compressed or not."""
    first = sample_server.get(API, params={"q": "river"}, headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    again = sample_server.get(
        API, params={"q": "river"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    plain = sample_server.get(API, params={"q": "river"}, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] == first.headers["etag"]


FIXED = ("/api/v1/openapi.json", "/robots.txt", "/opensearch.xml")
EVERYTHING = (
    "/", "/?q=body", "/articles/a1", "/browse/author", "/help", "/api/docs", "/feed.atom", "/export.csv", "/export.jsonl", "/export.bib",
    "/export.ris", "/sitemap.xml", f"{API}?q=body", "/api/v1/articles/a1", "/api/v1/articles/a1/related", "/api/v1/facets/author",
    "/api/v1/suggest?q=bo", *FIXED,
)  # fmt: skip


def test_who_has_an_answer_is_not_made_another(store: GenerationStore, app_of: AppOf) -> None:
    """Every answer has a tag, and a client that sends it back is answered without asking the archive for more than which it is."""
    build(store, [article(1)])
    client = app_of().test_client()
    tags = {path: client.get(path, buffered=True).headers["ETag"] for path in EVERYTHING}
    with pytest.MonkeyPatch.context() as patch:
        for asked in ("search", "facet", "suggest", "related", "lines", "matches"):
            patch.delattr(type(store.current()), asked)
        again = {
            path: client.get(path, headers={"If-None-Match": tag}) for path, tag in tags.items()
        }
    assert {
        path: (each.status_code, each.headers["ETag"], each.data) for path, each in again.items()
    } == {path: (304, tag, b"") for path, tag in tags.items()}
    build(store, [article(2), article(1)])
    changed = {
        path: client.get(path, headers={"If-None-Match": tag}, buffered=True).status_code
        for path, tag in tags.items()
    }
    assert changed == {path: 304 if path in FIXED else 200 for path in EVERYTHING}


def test_a_visit_is_light(sample_server: Server) -> None:
    """Home, results and an article with all they load stay under 60 kB on the wire."""
    paths = [
        "/",
        "/?q=river",
        sample_server.get(API, params={"q": "river"}).json()["hits"][0]["url"],
    ]
    tree = html5lib.parse(sample_server.get("/").text, namespaceHTMLElements=False)
    paths += [each.get("src") for each in tree.iter("script")]
    paths += [each.get("href") for each in tree.iter("link") if each.get("rel") == "stylesheet"]
    with httpx.Client() as client:
        size = 0
        for path in paths:
            with client.stream(
                "GET", sample_server.url.rstrip("/") + path, headers={"Accept-Encoding": "gzip"}
            ) as answer:
                assert answer.status_code == 200
                size += sum(len(chunk) for chunk in answer.iter_raw())
    assert size <= 60_000


def test_without_an_index_the_way_to_one_is_shown(cli: Cli) -> None:
    """A server may start before the first index: it says 503 and how, and works once there is one."""
    with serving("serve", folder=cli.folder) as server:
        page = server.get("/")
        assert (page.status_code, "dateline rebuild" in page.text) == (503, True)
        assert server.get(API).json()["status"] == 503
        assert server.get("/readyz").status_code == 503
        assert server.get("/healthz").status_code == 200
        cli("rebuild", SAMPLE)
        assert server.get("/readyz").status_code == 200
        assert server.get(API).json()["total"] == 42


def test_a_swap_fails_no_request_and_is_seen(cli: Cli) -> None:
    """While rebuilds run, every request is answered, and the next answer after one ends is of the new index."""
    cli("rebuild", SAMPLE)
    with serving("serve", folder=cli.folder, workers=2) as server:
        statuses: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=server.url) as client:
                while not stop.is_set():
                    statuses.append(client.get("/?q=river").status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            for _ in range(3):
                report = json.loads(cli("rebuild", SAMPLE, "--json").stdout)
                assert {server.get(API).json()["generation"] for _ in range(6)} == {
                    report["generation"]
                }
        finally:
            stop.set()
            asking.join()
        assert set(statuses) == {200}


def test_a_port_in_use_is_named(cli: Cli, sample_server: Server) -> None:
    """An admin who starts a second server is told which port is taken."""
    port = sample_server.url.rstrip("/").rpartition(":")[2]
    assert f":{port}" in cli("serve", "--port", port, code=1).stderr


def test_demo_serves_the_sample(cli: Cli) -> None:
    """One command leads a newcomer to a page."""
    with serving("demo", folder=cli.folder) as server:
        assert server.get(API).json()["total"] == 42


def test_a_stopped_server_ends_well(cli: Cli) -> None:
    """A service manager's stop signal is obeyed at once, with exit code 0."""
    with serving("serve", folder=cli.folder) as server:
        server.process.terminate()
        assert server.process.wait(timeout=15) == 0


def test_static_files_are_kept_for_a_year(sample_server: Server) -> None:
    """Styles and scripts are fetched once; their address changes when they do."""
    tree = html5lib.parse(sample_server.get("/").text, namespaceHTMLElements=False)
    style = next(each.get("href") for each in tree.iter("link") if each.get("rel") == "stylesheet")
    answer = sample_server.get(style or "")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == (ROOT / "web" / "static" / "dateline.css").read_bytes()


def test_exports_and_the_feed_hold_every_match_in_order(sample_server: Server) -> None:
    """The links of an answer lead to the same search in another form, whole and readable by other programs."""
    query = "?q=river+OR+harbour&sort=oldest"
    wanted = [hit["id"] for hit in sample_server.get(f"{API}{query}&size=100").json()["hits"]]
    rows = list(
        csv.DictReader(io.StringIO(sample_server.get(f"/export.csv{query}").text, newline=""))
    )
    assert [row["id"] for row in rows] == wanted
    assert list(rows[0]) == list(ARTICLE_KEYS)
    lines = sample_server.get(f"/export.jsonl{query}").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == wanted
    marked = sample_server.get(f"/export.csv{query}&bom=1").content
    assert marked == "\ufeff".encode() + sample_server.get(f"/export.csv{query}").content
    assert sample_server.get(f"/export.csv{query}&bom=yes").status_code == 400


@pytest.mark.parametrize("form", ["csv", "jsonl", "bib", "ris"])
def test_an_export_is_sent_while_it_is_read(
    store: GenerationStore, form: str, app_of: AppOf
) -> None:
    """However many matches there are, an export holds a part of them in memory: the first are sent before the last is read."""
    build(store, [article(number) for number in range(2_500)])
    read: list[bytes] = []
    lines = type(store.current()).lines

    def watch(engine: Any, query: SearchQuery) -> Iterator[bytes]:
        for line in lines(engine, query):
            read.append(line)
            yield line

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(store.current()), "lines", watch)
        answer = app_of().test_client().get(f"/export.{form}", buffered=False)
        assert next(answer.iter_encoded())
        assert len(read) < 1_500
        assert answer.content_length is None
        answer.close()


@pytest.mark.parametrize("form", ["csv", "jsonl", "bib", "ris"])
def test_an_export_that_cannot_begin_says_so(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, form: str, app_of: AppOf
) -> None:
    """A download of an archive that cannot be read is no file of half a line with status 200."""
    build(store, [article(1)])

    def fail(*_: object) -> Iterator[bytes]:
        raise IndexDamaged("a segment is gone")
        yield b""

    for way in ("lines", "matches"):
        monkeypatch.setattr(type(store.current()), way, fail)
    assert app_of().test_client().get(f"/export.{form}").status_code == 503


def test_a_feed_is_walked_to_its_end(sample_server: Server) -> None:
    """A reader of feeds meets every match once, under an id that is no address, and finds back to the first page."""
    query = "?q=river+OR+harbour&sort=oldest"
    hits = sample_server.get(f"{API}{query}&size=100").json()["hits"]
    path = f"/feed.atom{query}&size=3"
    found: list[Any] = []
    while path:
        feed = feedparser.parse(sample_server.get(path).content)
        assert not feed.bozo
        found += feed.entries
        links = {each.rel: each.href for each in feed.feed.links}
        assert links["first"].endswith("sort=oldest&size=3")
        path = links.get("next", "").removeprefix(sample_server.url.rstrip("/"))
    assert [each.title for each in found] == [hit["title"] for hit in hits]
    assert [each.id for each in found] == [
        f"tag:127.0.0.1,{hit['published'][:10]}:{quote(hit['id'], safe='')}" for hit in hits
    ]
    assert [each.link.partition("/articles/")[2] for each in found] == [
        hit["url"].removeprefix("/articles/") for hit in hits
    ]


def test_values_that_matched_are_marked_where_they_are_shown(sample_server: Server) -> None:
    """A field's word is marked in results and on the article's page, as words in prose are."""
    page = sample_server.get("/?q=source:meridian+region:africa+theme:transport").text
    for marked in (
        "<mark>Meridian</mark> Wire",
        "North <mark>Africa</mark>",
        "Travel &amp; <mark>Transport</mark>",
    ):
        assert marked in page
    path = sample_server.get(f"{API}?q=source:meridian+region:africa").json()["hits"][0]["url"]
    assert sample_server.get(f"{path}?q=region:africa").text.count("North <mark>Africa</mark>") == 1


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    """A spreadsheet that opens an export runs nothing of it."""
    (tmp_path / "in.jsonl").write_text(
        json.dumps({"title": "=1+1", "deck": "-x", "published": "2020-01-01"})
    )
    Cli(tmp_path)("rebuild", "in.jsonl")
    with serving("serve", folder=tmp_path) as server:
        row = next(csv.DictReader(io.StringIO(server.get("/export.csv").text, newline="")))
    assert (row["title"], row["deck"]) == ("'=1+1", "'-x")


def test_the_preference_leads_nowhere_else(sample_server: Server) -> None:
    """The switch of the look goes back to the page it was on, and cannot be made to lead to another site."""
    own = sample_server.url.rstrip("/")
    for referrer, back in (
        (f"{own}/?q=a%20b", "/?q=a%20b"),
        ("https://evil.example/x", "/"),
        (f"{own}//evil.example/", "/"),
        ("", "/"),
    ):
        answer = httpx.post(
            f"{own}/preferences", data={"theme": "dark"}, headers={"Referer": referrer}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, back)
        assert "HttpOnly" in answer.headers["set-cookie"]
    assert (
        "Max-Age=0" in httpx.post(f"{own}/preferences", data={"theme": "<x>"}).headers["set-cookie"]
    )
    plain, dark = (
        sample_server.get("/", headers={"Cookie": cookie}) for cookie in ("theme=<x>", "theme=dark")
    )
    assert plain.headers["etag"] != dark.headers["etag"]
    assert 'data-theme="dark"' in dark.text
    assert "data-theme" not in plain.text
    assert "cookie" in dark.headers["vary"].lower()
