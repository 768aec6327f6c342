"""The page that compares two searches."""

import random
import re
from html import unescape

import html5lib
import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build

LINKED = re.compile(r'<a (?:tabindex="-1" )?href="(/\?[^"]*|/)">([\d,]+|<title>[^<]+</title>)')
TEXTS = ("river", "water", "port", '"the river"', "harbour OR ferry", "region:Europe", "water -port",
         "glac*", "theme:energy", "title:river")  # fmt: skip
MARINE = ("Tug", "Ferry", "Tug ferry", "Tug and pilot", "Pilot")


def _number(shown: str) -> int:
    """Return the number of articles that a link or the title of a bar has."""
    return int(re.findall(r"[\d,]+", shown.rpartition(": ")[2])[0].replace(",", ""))


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of a small archive of ships."""
    build(
        store,
        [
            article(number, title=title, regions=["Asia" if number % 2 else "Africa"],
                    published=f"20{10 + number}-05-01")
            for number, title in enumerate(MARINE)
        ],
    )  # fmt: skip
    return app_of().test_client()


def _text(html: str) -> str:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return " ".join("".join(next(tree.iter("main")).itertext()).split())


@pytest.mark.parametrize("seed", range(8))
def test_every_number_has_the_total_of_its_link(sample_server: Server, seed: int) -> None:
    """Of any two texts and filters, each number leads to as many articles as it says."""
    dice = random.Random(seed)
    first, second = dice.sample(TEXTS, 2)
    filters = dice.choice(("", "", "&from=2012-03-10", "&date=2017&date=2019", "&-theme=Water"))
    html = sample_server.get(f"/compare?a={first}&b={second}{filters}").text
    links = {unescape(url): _number(shown) for url, shown in LINKED.findall(html)}
    for url, number in links.items():
        api = url.replace("/?", "/api/v1/search?facets=none&", 1)
        assert sample_server.get(api).json()["total"] == number, (first, second, url)


def test_the_parts_are_told_and_add_up(client: FlaskClient) -> None:
    """Both searches, what they share and what each has alone: the page's first numbers."""
    text = _text(client.get("/compare?a=tug&b=ferry").text)
    assert "3 articles for tug, 2 articles for ferry." in text
    assert "Only tug: 2 50% Both: 1 25% Only ferry: 1 25%" in text


def test_a_phrase_keeps_its_own_quotation_marks(client: FlaskClient) -> None:
    """Marks around marks would be unreadable, and without any a phrase looked like its words."""
    html = client.get("/compare", query_string={"a": "tug ferry", "b": '"tug ferry"'}).text
    assert "Only <q>tug ferry</q>" in html
    assert "Only <bdi>&#34;tug ferry&#34;</bdi>" in html


def test_filters_are_common_and_kept(client: FlaskClient) -> None:
    """A form of two texts must not lose what both are narrowed down to, and a chip undoes it."""
    html = client.get("/compare?a=tug&b=pilot&region=Asia&page=3&unknown=1").text
    assert '<input type="hidden" name="region" value="Asia">' in html
    assert 'name="page"' not in html
    assert "1 article for tug, 1 article for pilot." in _text(html)
    assert '<a href="/compare?a=tug&amp;b=pilot">' in html


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "Enter two searches to see how many articles they share"),
        ("?a=&b=+", "Enter two searches"),
        ("?a=tug", "One of the two searches is missing."),
        ("?b=tug", "One of the two searches is missing."),
        ("?a=tug&b=+tug+", "Both searches are the same."),
        ("?a=tug&b=zzzz", "No article matches zzzz with every word as typed."),
        ("?a=tug&b=tugg", "No article matches tugg with every word as typed."),
        (
            "?a=tug&b=zzzz&region=Asia",
            "With these filters, no article matches zzzz with every word",
        ),
        ("?a=tug&b=pilot&from=2019-01-01&to=2011-01-01", "1 January 2019, is after the last day"),
        (f"?a=tug&b={'x' * 1_001}", "A text has 1,001 characters; 1,000 are the most."),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(
    client: FlaskClient, address: str, message: str
) -> None:
    """Each failure is a sentence, and the form keeps what was typed."""
    answer = client.get(f"/compare{address}")
    assert answer.status_code == 200
    text = _text(answer.text)
    assert message in text
    assert "Over time" not in text
    assert 'action="/compare"' in answer.text


def test_texts_that_are_long_together_have_no_common_number(client: FlaskClient) -> None:
    """Two texts of 700 characters make no search of 1,000, which is said instead of guessed."""
    first = " OR ".join(["tug", *(f"word{number}" for number in range(70))])
    second = " OR ".join(["ferry", *(f"other{number}" for number in range(65))])
    text = _text(client.get("/compare", query_string={"a": first, "b": second}).text)
    assert "The two texts make no search together" in text
    assert "3 articles for" in text
    text = _text(client.get("/compare?a=and&b=tug").text)
    assert "or one has small words only" in text


@pytest.mark.parametrize(
    "odd", ['"', "<b>", "]]>", "\x00", "\u202e", "🚢", "((((", "-", "OR", "a" * 1_000, "%ff"]
)
def test_any_text_is_answered(client: FlaskClient, odd: str) -> None:
    """A reader's text never breaks the page, whatever it holds."""
    for texts in ({"a": odd, "b": "tug"}, {"a": "ferry", "b": odd}):
        answer = client.get("/compare", query_string=texts)
        assert answer.status_code == 200
        assert "<b>" not in answer.text


def test_a_wrong_filter_is_named(client: FlaskClient) -> None:
    """A filter that cannot be read is an error of the address, as on other pages."""
    answer = client.get("/compare?a=tug&b=ferry&date=2017-99")
    assert answer.status_code == 400
    assert "2017-99" in answer.text


def test_bars_have_a_table_that_reads_as_text(client: FlaskClient) -> None:
    """A keyboard and a screen reader take the table, whose links are those of the bars."""
    html = client.get("/compare?a=tug&b=pilot").text
    bars = re.findall(r'<a tabindex="-1" href="([^"]+)"><title>', html)
    table = html[html.index("<details>") : html.index("</details>")]
    assert bars
    assert sorted(bars) == sorted(re.findall(r'<td><a href="([^"]+)"', table))
    assert _text(html).count("Table Periodtugpilot") == 1


def test_trends_and_overview_lead_to_a_comparison(client: FlaskClient) -> None:
    """Two series, or a search that a reader looks at, are a click away from being compared."""
    trends = client.get("/trends?s=tug&s=ferry&s=pilot&from=2011-01-01").text
    assert 'href="/compare?a=tug&amp;b=ferry&amp;from=2011-01-01"' in trends
    assert "/compare?" not in client.get("/trends?s=tug").text
    overview = client.get("/overview?q=tug&region=Asia").text
    assert 'href="/compare?a=tug&amp;b=&amp;region=Asia"' in overview
    assert "/compare?" not in client.get("/overview?region=Asia").text
