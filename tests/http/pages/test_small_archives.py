"""Archives whose articles have few kinds of values: no page offers what is not there."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from search.model.article import Article
from tests.conftest import AppOf, StoreTuned, article, build, on_tantivy

DAYS = ("2016-05-01", "2017-03-02", "2017-03-03")


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Return stores of one engine; a test of every engine is elsewhere."""
    return on_tantivy(tmp_path)


def _client(store: GenerationStore, app_of: AppOf, articles: Iterable[Article]) -> FlaskClient:
    build(store, articles)
    return app_of().test_client()


def _plain(days: Iterable[str]) -> list[Article]:
    return [
        article(number, title="Harbour notes", body="Tides.", published=day)
        for number, day in enumerate(days)
    ]


def _names(html: str, class_name: str) -> list[str]:
    found = re.search(rf'<ul class="{class_name}"[^>]*>(.*?)</ul>', html, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]+)", found[1]) if found else []


def test_pages_link_the_facets_that_have_values(store: GenerationStore, app_of: AppOf) -> None:
    """Welcome, tabs and ways out name no authors, regions or themes where there are none."""
    client = _client(store, app_of, _plain(DAYS))
    home = client.get("/").text
    assert _names(home, "glance") == ["Date", "Coverage", "How to search"]
    assert "Search 3 articles by their words.</p>" in home
    assert _names(client.get("/browse/date").text, "kinds") == ["Date", "Language"]
    assert _names(client.get("/?q=zzzz").text, "kinds") == ["Date", "Language"]
    for wrong in ("/browse/colour", "/?page=x"):
        links = _names(client.get(wrong).text, "kinds")
        assert links == ["All articles", "Date", "Language"], wrong
    sitemap = client.get("/sitemap.xml").text
    assert "/browse/language" in sitemap
    assert "/browse/author" not in sitemap


def test_a_page_names_its_own_facet(store: GenerationStore, app_of: AppOf) -> None:
    """An old address of a facet without values still says where its reader is."""
    page = _client(store, app_of, _plain(DAYS)).get("/browse/author").text
    assert _names(page, "kinds") == ["Author", "Date", "Language"]
    assert "No article has a value of this kind." in page


def test_help_names_the_fields_that_have_values(store: GenerationStore, app_of: AppOf) -> None:
    """An example of a field without values would find nothing."""
    page = _client(store, app_of, _plain(DAYS)).get("/help").text
    assert "<dd>in the title only</dd>" in page
    assert "region" not in page
    assert "articles with a value" not in page


def test_the_example_of_a_value_is_of_a_facet_that_has_some(
    store: GenerationStore, app_of: AppOf
) -> None:
    """An archive without regions shows how to search for a theme."""
    articles = [article(1, themes=["Salt lake"], authors=["Ann Moss"])]
    client = _client(store, app_of, articles)
    page = client.get("/help").text
    assert "in the title only; theme and author work the same way" in page
    assert "<code>theme:&#34;Salt lake&#34;</code>" in page
    assert "Search 1 article by their words.</p>" in client.get("/").text


def test_articles_of_one_day_offer_no_dates(store: GenerationStore, app_of: AppOf) -> None:
    """There is nothing to choose from, so the welcome and the results do not name dates."""
    articles = [article(number, authors=[name]) for number, name in enumerate(("Ann", "Bea"))]
    home = _client(store, app_of, articles).get("/").text
    assert _names(home, "glance") == ["Author", "Coverage", "How to search"]
    assert "narrow them down by their values. The number next to" in home
    assert "Other dates" not in home
