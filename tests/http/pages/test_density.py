"""Results as titles only, a reader's preference."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build

TITLES = {"Cookie": "view=titles"}


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of 25 articles."""
    build(
        store,
        [
            article(
                number,
                title=f"Harbour {number}",
                deck="A deck.",
                body="A harbour at dusk.",
                regions=["Asia"],
                source="Gazette",
                published=f"2020-01-{number:02}",
            )
            for number in range(1, 26)
        ],
    )
    return app_of().test_client(use_cookies=False)


def test_titles_have_source_and_date_and_nothing_else(client: FlaskClient) -> None:
    """A dense list leaves out decks, excerpts and values of its articles, but not the list's button."""
    html = client.get("/?q=harbour&sort=oldest", headers=TITLES).text
    first = re.search(r'<li class="hit".*?</li>', html, re.DOTALL)
    assert first
    texts = re.sub("<form.*?</form>", "", first[0], flags=re.DOTALL)
    assert texts != first[0]
    assert re.sub("<[^>]+>", " ", texts).split() == [
        "Harbour", "1", "Gazette", "1", "January", "2020"
    ]  # fmt: skip
    assert html.count('<li class="hit"') == 10
    normal = client.get("/?q=harbour&sort=oldest").text
    assert "A deck." in normal
    assert normal.count('<li class="hit"') == 10


def test_the_choice_is_kept_by_every_page(client: FlaskClient) -> None:
    """Further pages, filters and fragments are dense, too, since no link has to carry the choice."""
    html = client.get("/?q=harbour", headers=TITLES).text
    paths = [
        path
        for path in map(unescape, re.findall(r'href="(/\?[^"]+)"', html))
        if re.search("[?&](page=2|region=Asia)", path)
    ]
    assert len(paths) >= 2
    for path in paths:
        for headers in (TITLES, TITLES | {"HX-Request": "true"}):
            page = client.get(path, headers=headers).text
            assert 'class="hits titles"' in page
            assert 'class="deck"' not in page


def test_the_switch_sets_a_cookie_and_leads_back(client: FlaskClient) -> None:
    """It says which list is shown, changes no other preference, and works without scripts."""
    html = client.get("/?q=harbour", headers=TITLES).text
    assert re.search(r'formaction="/preferences\?view=titles"[^>]*aria-pressed="true"', html)
    back = {"Referer": "http://localhost/?q=harbour"}
    chosen = client.post("/preferences?view=titles", headers=back)
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/?q=harbour")
    (cookie,) = chosen.headers.getlist("Set-Cookie")
    assert cookie.startswith("view=titles;")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    for query in ("view=", "view=<x>"):
        (cookie,) = client.post(f"/preferences?{query}").headers.getlist("Set-Cookie")
        assert cookie.startswith("view=;")
        assert "Max-Age=0" in cookie


def test_a_stored_page_of_the_other_density_is_not_used(client: FlaskClient) -> None:
    """Home, which is kept in memory, and results have a tag for each density."""
    for path in ("/", "/?q=harbour"):
        plain = client.get(path)
        dense = client.get(path, headers=TITLES)
        assert plain.headers["ETag"] != dense.headers["ETag"]
        assert (plain.text == dense.text) is False
        asked = {"If-None-Match": plain.headers["ETag"]}
        assert client.get(path, headers=TITLES | asked).status_code == 200
