"""The page of mentions and its table, as a reader uses them."""

import csv
import io
import random
import re
from html import unescape
from http import HTTPStatus
from urllib.parse import quote

from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build

WORDS = ("tug", "harbour", "ferry", "*tug*", "`quay`", "[salt lake](https://x.org)", "&amp;", "B&B")
QUERIES = (
    "tug", "harbour ferry", '"salt lake"', '"tug ferry"~3', "har*", "title:tug", "harbour -title:tug",
    "quay OR lake", "b&b",
)  # fmt: skip
_LINE = re.compile(r'<span class="left">')
_LINK = re.compile(r'rel="(\w+)" href="([^"]*)"')


def _client(store: GenerationStore, app_of: AppOf, number: int = 24) -> FlaskClient:
    """Return a client of articles of random words and markup."""
    dice = random.Random(5)

    def text(words: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(words))

    build(
        store,
        [
            article(
                n,
                title=text(3).replace("*", ""),
                deck=text(3) if n % 2 else "",
                body="\n\n".join(
                    dice.choice(("", "# ", "> ", "- ", "1. ")) + text(9) for _ in range(3)
                ),
                published=f"2020-01-{1 + n % 28:02}",
                source="Wire",
            )
            for n in range(number)
        ],
    )
    return app_of().test_client()


def _table(client: FlaskClient, path: str) -> str:
    """Return a table; its slot is free when the response is closed."""
    with client.get(path) as response:
        assert response.status_code == 200
        return response.get_data(as_text=True)


def _links(html: str) -> dict[str, str]:
    return {rel: unescape(path) for rel, path in _LINK.findall(html)}


def _pages(client: FlaskClient, path: str) -> list[str]:
    """Return the pages from an address to the last one."""
    pages = [_page(client, path)]
    while following := _links(pages[-1]).get("next"):
        pages.append(_page(client, following))
    return pages


def _page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == HTTPStatus.OK, response.text
    return response.text


def _marks(html: str) -> int:
    """Count the marked runs of an article's title, deck and text; one may be in two elements."""
    page = html.partition("<article")[2].partition("<footer")[0]
    head = page.partition("<header>")[2].partition('class="attribution"')[0]
    return head.count("<mark") + len(re.findall('id="hit-', page))


def test_mentions_are_the_marks_of_the_article(store: GenerationStore, app_of: AppOf) -> None:
    """Each article has as many mentions as its page has marks, for any search and markup."""
    client = _client(store, app_of)
    for text in QUERIES:
        pages = _pages(client, f"/mentions?q={quote(text)}")
        found: dict[str, int] = {}
        for page in pages:
            for part in page.split('<div class="of">')[1:]:
                path = unescape(re.findall('href="([^"]*)"', part)[0])
                found[path] = found.get(path, 0) + len(_LINE.findall(part))
        assert found, text
        for path, count in found.items():
            assert _marks(client.get(path).text) == count, (text, path)


def test_a_word_leads_to_its_place(store: GenerationStore, app_of: AppOf) -> None:
    """The link of a mention in the text ends at the mark that the article's page has there."""
    client = _client(store, app_of)
    html = client.get("/mentions?q=ferry").text
    links = re.findall(r'href="(/articles/[^"#]*)#(hit-\d+)"><mark>(\w+)', html)
    assert links
    for path, mark, word in links[:10]:
        assert f'id="{mark}">{word}' in client.get(unescape(path)).text


def test_pages_say_which_mentions_they_have(store: GenerationStore, app_of: AppOf) -> None:
    """Numbers of mentions and articles go on from page to page, and the way back is the same."""
    build(
        store,
        [
            article(n, title="Note", body="tug " * 30, published=f"2020-01-{n:02}")
            for n in range(1, 9)
        ],
    )
    client = app_of().test_client()
    first, second, third = _pages(client, "/mentions?q=tug")
    assert "240 mentions of <bdi>tug</bdi>" in first
    assert "Mentions 1–100 of 240, oldest first, in articles 1–4 of 8." in first
    assert "Mentions 101–200 of 240, oldest first, in articles 4–7 of 8." in second
    assert "continued" in second
    assert "Mentions 201–240 of 240, oldest first, in articles 7–8 of 8." in third
    back = client.get(_links(third)["prev"]).text
    assert "Mentions 101–200 of 240" in back
    assert _LINE.findall(back) == _LINE.findall(second)
    assert "Mentions 1–100 of 240" in client.get(_links(back)["prev"]).text


def test_twenty_thousand_mentions_are_walked_to_the_end(
    store: GenerationStore, app_of: AppOf
) -> None:
    """Every page has a hundred, each mention is on one page, and the last page knows the total."""
    build(
        store,
        [
            article(
                n,
                title="Log",
                body="\n\n".join(f"Tug {line}, then a tug." for line in range(2_000)),
                published=f"2020-01-{n:02}",
            )
            for n in range(1, 6)
        ],
    )
    pages = _pages(app_of().test_client(), "/mentions?q=tug")
    assert [len(_LINE.findall(page)) for page in pages] == [100] * 200
    shown = re.findall(r'href="(/articles/a\d\?q=tug#hit-\d+)"', "".join(pages))
    assert shown == [
        f"/articles/a{n}?q=tug#hit-{mark}" for n in range(1, 6) for mark in range(1, 4_001)
    ]
    assert "Mentions 19,901–20,000 of 20,000, oldest first, in article 5 of 5." in pages[-1]


def test_a_search_without_words_gets_an_explanation(store: GenerationStore, app_of: AppOf) -> None:
    """An empty page would look like a failure."""
    client = _client(store, app_of)
    for path in ("/mentions", "/mentions?q=source:wire", "/mentions?q=-tug"):
        html = client.get(path).text
        assert "This search has no words to look for in the texts." in html
    assert "No article matches." in client.get("/mentions?q=zebra").text


def test_a_corrected_and_a_relaxed_search_say_so(store: GenerationStore, app_of: AppOf) -> None:
    """A reader is told which words are looked for."""
    build(store, [article(1, body="harbour tug"), *(article(n, body="harbour") for n in (2, 3))])
    client = app_of().test_client()
    corrected = client.get("/mentions?q=harbuor").text
    assert "Searched instead: <bdi>harbour</bdi>" in corrected
    assert "spelling=typed" in corrected
    assert "Only 1 article has every word." in client.get("/mentions?q=harbour+tug").text


def test_a_wrong_cursor_is_an_error_in_words(store: GenerationStore, app_of: AppOf) -> None:
    """A changed address names the parameter."""
    response = _client(store, app_of).get("/mentions?q=tug&cursor=abc")
    assert response.status_code == 400
    assert "this cursor does not belong to" in response.text


def test_results_with_marked_words_link_to_mentions(store: GenerationStore, app_of: AppOf) -> None:
    """A list has the link if its texts have the words, and keeps the filters."""
    client = _client(store, app_of)
    assert 'href="/mentions?q=tug&amp;source=Wire"' in client.get("/?q=tug&source=Wire").text
    for path in ("/", "/?q=source:wire", "/?source=Wire", "/?q=zebra"):
        assert "/mentions" not in client.get(path).text


def test_the_table_has_every_mention(store: GenerationStore, app_of: AppOf) -> None:
    """The rows of the table are the lines of all pages, in their order."""
    client = _client(store, app_of)
    with client.get("/mentions.csv?q=tug") as response:
        name = response.headers["Content-Disposition"]
        rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    assert name == 'attachment; filename="tug-mentions.csv"'
    pages = _pages(client, "/mentions?q=tug")
    assert len(rows) == sum(len(_LINE.findall(page)) for page in pages)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert {row["word"].lower() for row in rows} == {"tug"}
    assert {row["part"] for row in rows} == {"title", "deck", "body"}
    assert rows[0]["url"].startswith("http://localhost/articles/")
    assert _table(client, "/mentions.csv?q=source:wire").count("\r\n") == 1
    assert _table(client, "/mentions.csv?q=tug&bom=1").startswith("\ufeffdate,")


def test_no_cell_of_the_table_is_a_formula(store: GenerationStore, app_of: AppOf) -> None:
    """A spreadsheet would run a cell that begins with one of four signs."""
    build(store, [article(1, title="=1+1", source="@x", body="+cmd tug\n\ntug -1\n\n=2 tug =3")])
    text = _table(app_of().test_client(), "/mentions.csv?q=tug")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'+cmd" in cells


def test_any_text_gets_a_page(store: GenerationStore, app_of: AppOf) -> None:
    """Neither a long text nor odd characters are an error of the server."""
    client = _client(store, app_of, 2)
    odd = (
        '"',
        "<b>",
        "]]>",
        "\0",
        "\ud800",
        "\u202eabc",
        "🚢",
        "(" * 300,
        "tug " * 249,
        "*",
        "ثلاثة",
    )
    for text in odd:
        query = quote(text.encode("utf-8", "surrogatepass"))
        assert client.get(f"/mentions?q={query}").status_code == 200, text
        assert _table(client, f"/mentions.csv?q={query}").startswith("date,")
    assert client.get(f"/mentions?q={'a' * 1_001}").status_code == 400


def test_other_directions_and_scripts_are_shown(store: GenerationStore, app_of: AppOf) -> None:
    """Lines follow the direction of their text; Chinese words are found inside a run."""
    build(
        store,
        [
            article(1, title="عنوان", language="ar", body="قال القبطان إن السفينة غادرت الميناء"),
            article(2, title="港口", language="zh", body="今天早上拖船离开了港口。"),
        ],
    )
    client = app_of().test_client()
    arabic = client.get("/mentions?q=" + quote("السفينة")).text
    assert '<li lang="ar">' in arabic
    assert '<ol class="lines" dir="auto">' in arabic
    # The direction of the lines is that of the article's words, whatever language the labels have.
    titles = client.get("/mentions?q=" + quote("عنوان")).text
    assert '<bdi class="unseen" lang="en">Title: </bdi>' in titles
    assert "<mark>拖船</mark>" in client.get("/mentions?q=" + quote("拖船")).text
