"""The versions of a text, on an article's page and on their own."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build

TEXT = " ".join(
    f"correspondent{number} wrote about considerable number{number}," for number in range(60)
)
ODD_ID = "https://x.org/a b?c=%41&d=<é>"


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of three versions of one text, and of other articles."""
    build(
        store,
        [
            article(1, title="Turbulence", body=TEXT, source="Gazette", published="1987-03-04"),
            article(
                2,
                title="Turbulence again",
                id=ODD_ID,
                body=f"{TEXT} And five new words stand.",
                source="Wire",
                published="2001-01-01",
                source_published="1987-03-05",
            ),
            article(3, title="Turbulence", body=TEXT, source="Herald", published="1987-03-03"),
            *(article(number, body=f"Words of day {number}.") for number in range(4, 9)),
        ],
    )
    return app_of().test_client()


def _text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def test_an_article_lists_its_versions_oldest_first(client: FlaskClient) -> None:
    """Each has its date, its source, how much is the same, and a link to the differences."""
    html = client.get("/articles/a1?q=turbulence").text
    section = html.partition('class="reprinted"')[2].partition("</section>")[0]
    text = _text(section)
    assert "This text appeared 3 times" in text
    days = re.findall(r"\d March 1987 \S+", text)
    assert days[:1] == ["3 March 1987 Herald"]
    assert text.index("3 March 1987") < text.index("4 March 1987") < text.index("5 March 1987")
    assert "4 March 1987 Gazette this article" in text
    assert "3 March 1987 Herald 100% of the words the same" in text
    assert f'href="/reprints?id=a1&amp;with={quote(ODD_ID, safe="")}"' in section
    assert 'href="/articles/a3?q=turbulence"' in section
    assert "Turbulence again" in text
    assert 'class="reprinted"' not in client.get("/articles/a5").text


def test_the_share_is_that_of_the_page_behind_the_link(client: FlaskClient) -> None:
    """The list of an article and the comparison say the same."""
    section = client.get("/articles/a1").text.partition('class="reprinted"')[2]
    lines = section.partition("</section>")[0].split("<li>")[1:]
    for line in lines:
        if link := re.search(r'href="(/reprints\?[^"]*)"', line):
            share = re.search(r"([\d.]+%) of the words the same", line)
            assert share
            page = _text(client.get(unescape(link[1])).text)
            assert f"{share[1]} of the words are the same" in page


def test_the_share_is_the_same_on_both_articles(store: GenerationStore, app_of: AppOf) -> None:
    """The number of same words of such texts depends on which is compared with which."""
    older, newer = f"{TEXT} d e c e c", f"{TEXT} a a a e e e e d d c"
    build(
        store,
        [article(1, body=older, published="2001-01-01"), article(2, body=newer)],
    )
    client = app_of().test_client()
    pages = "/articles/a1", "/articles/a2", "/reprints?id=a1&with=a2"
    shares = [re.findall(r"([\d.]+%) of the words", client.get(page).text) for page in pages]
    assert len({share for found in shares for share in found}) == 1, shares


def test_differences_are_marked_and_counted(client: FlaskClient) -> None:
    """Words that were added are marked for eyes and ears; the rest is folded."""
    html = client.get(f"/reprints?id=a1&with={quote(ODD_ID, safe='')}").text
    text = _text(html)
    assert "The newer version added 5 words." in text
    assert "[added: And five new words stand. ]" in text
    assert "[added: again ]" in text
    assert re.search(r"… \d+ words the same …", text)
    assert "<details><summary" in html


def test_the_direction_is_from_the_older_to_the_newer(client: FlaskClient) -> None:
    """Whichever article is named first, the later one is the newer version."""
    odd = quote(ODD_ID, safe="")
    for address in (f"/reprints?id=a1&with={odd}", f"/reprints?id={odd}&with=a1"):
        assert "The newer version added 5 words." in _text(client.get(address).text)


def test_of_one_day_no_version_is_the_older_one(store: GenerationStore, app_of: AppOf) -> None:
    """Two texts of the same day are called the first and the second one."""
    build(store, [article(1, body=TEXT), article(2, body=f"{TEXT} And more.")])
    text = _text(app_of().test_client().get("/reprints?id=a1&with=a2").text)
    assert "Of the same day. The second text has 2 words more than the first." in text
    assert "Older" not in text


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        ((f"{TEXT} And more.", TEXT), "The second text lacks 2 words of the first."),
        (
            (f"{TEXT} And more.", f"{TEXT} Or less by one."),
            "The second text lacks 2 words of the first and has 4 words more.",
        ),
    ],
)
def test_nothing_is_no_number_of_words(
    store: GenerationStore, app_of: AppOf, bodies: tuple[str, str], message: str
) -> None:
    """Only what differs is told."""
    build(store, [article(number, body=body) for number, body in enumerate(bodies, 1)])
    assert message in _text(app_of().test_client().get("/reprints?id=a1&with=a2").text)


def test_texts_that_differ_are_not_wholly_the_same(store: GenerationStore, app_of: AppOf) -> None:
    """One word of thousands is no rounding error."""
    long = " ".join(TEXT.replace(",", str(number)) for number in range(20))
    build(
        store,
        [article(1, body=long, published="2001-01-01"), article(2, body=f"{long} Stop.")],
    )
    text = _text(app_of().test_client().get("/reprints?id=a1&with=a2").text)
    assert "The newer version added 1 word." in text
    assert ">99.9% of the words are the same" in text
    assert "100%" not in text


def test_of_many_versions_not_all_are_counted(store: GenerationStore, app_of: AppOf) -> None:
    """Twenty texts are compared, so more may have appeared; the by-line names a few."""
    build(
        store,
        [
            article(number, body=TEXT, published=f"2001-01-{number:02}", source=f"Paper {number}")
            for number in range(1, 31)
        ],
    )
    client = app_of().test_client()
    page = client.get("/articles/a1").text
    assert "This text appeared at least 21 times" in _text(page)
    above = _text(page.partition('<p class="reprints"')[2].partition("</p>")[0])
    assert above.count("Paper") == 5
    assert "15 more" in above
    assert "This text appeared at least 21 times." in _text(client.get("/reprints?id=a1").text)


def test_alone_an_article_is_compared_with_the_oldest(client: FlaskClient) -> None:
    """Without a second id there are the list and the first version."""
    text = _text(client.get("/reprints?id=a1").text)
    assert "This text appeared 3 times." in text
    assert "The texts are the same, word for word." in text
    assert "Older: 3 March 1987 , Herald" in text
    alone = _text(client.get("/reprints?id=a5").text)
    assert "No other article of the archive has this text." in alone


def test_other_pairs_can_be_chosen(client: FlaskClient) -> None:
    """Two lists name every version by its id, whatever characters it has."""
    html = client.get("/reprints?id=a1").text
    values = [unescape(value) for value in re.findall('<option value="([^"]*)"', html)]
    assert values == ["a3", "a1", ODD_ID] * 2


def test_other_articles_can_be_compared(client: FlaskClient) -> None:
    """Two texts that share little are compared, and it is said that they are no reprints."""
    text = _text(client.get("/reprints?id=a1&with=a5").text)
    assert "These two articles are not reprints of each other." in text
    assert "The texts share little." in text


def test_too_long_texts_are_not_compared(store: GenerationStore, app_of: AppOf) -> None:
    """The page says how long a text may be instead of taking seconds."""
    build(store, [article(1, body="word " * 20_001), article(2, body="tug")])
    text = _text(app_of().test_client().get("/reprints?id=a1&with=a2").text)
    assert "At least one of these texts has more than 20,000 words." in text


@pytest.mark.parametrize(
    ("address", "status", "message"),
    [
        ("/reprints?id=none", 404, "Page not found"),
        ("/reprints?id=a1&with=none", 404, "Page not found"),
        ("/reprints", 400, "id is missing"),
        ("/reprints?id=a1&id=a3", 400, "id is given twice"),
        ("/reprints?id=%00", 404, "Page not found"),
        ("/reprints?id=%ED%A0%80", 404, "Page not found"),
    ],
)
def test_a_wrong_address_gets_a_message(
    client: FlaskClient, address: str, status: int, message: str
) -> None:
    """An id that is missing or unknown is named."""
    response = client.get(address)
    assert response.status_code == status
    assert message in response.text
