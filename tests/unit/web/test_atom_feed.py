"""Atom feeds are well-formed and stable."""

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.model.article import Article
from search.model.query import Filter, SearchQuery, SortOrder
from search.model.results import NO_HIGHLIGHTS, Hit, SearchPage
from tests.support.articles import article
from web.presenters.downloads.atom_feed import atom_feed
from web.urls import feed_to_follow_path

EVERYTHING = SearchQuery()
BASE = "https://tides.example"
TEXTS = st.text(st.characters(exclude_categories=()), max_size=20).map(lambda text: f"{text}x")
# An address cannot contain half of a surrogate pair; a request with one has U+FFFD instead.
QUERIES = st.text(max_size=20)
ENTRY = "{http://www.w3.org/2005/Atom}entry"


def _page(*articles: Article, query: SearchQuery = EVERYTHING) -> SearchPage:
    return SearchPage(
        query=query,
        hits=tuple(Hit(each, 0, NO_HIGHLIGHTS) for each in articles),
        total=len(articles),
        understood=query.text,
        relaxed=False,
        facets=(),
        generation="g1",
        first=0,
        next_cursor=None,
    )


def _read(page: SearchPage, base: str = BASE, site: str = "Tides") -> Any:
    feed = feedparser.parse(atom_feed(page, base, site))
    assert not feed.bozo
    return feed


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, QUERIES, TEXTS)
def test_any_text_gives_well_formed_xml(
    title: str, name: str, value: str, text: str, site: str
) -> None:
    """Control characters and noncharacters of articles, queries and settings are left out."""
    source = article(1, title=title, deck=title, authors=(name,), themes=(value,), id="潮/?\ufffe")
    page = _page(source, query=SearchQuery(text=text))
    root = ET.fromstring(atom_feed(page, BASE, site))
    assert len(root.findall(ENTRY)) == 1


def test_ids_are_the_same_on_every_host() -> None:
    """A feed reader shows no entry again because the site moved or an article was corrected."""
    page = _page(article(1), article(2))
    first, second = _read(page), _read(page, "http://10.0.0.7:8000")
    assert first.feed.id == second.feed.id
    ids = [entry.id for entry in first.entries]
    assert ids == [entry.id for entry in second.entries]
    corrected = _read(_page(article(1, title="Corrected", published="2020-01-02")))
    assert corrected.entries[0].id == ids[0]
    assert len(set(ids)) == 2
    assert ids[0].startswith("urn:uuid:")


def test_feeds_of_filters_have_different_titles() -> None:
    """A feed reader lists feeds by their titles, so one without words is named by its filters."""
    filters = (
        Filter("region", "usa"),
        Filter("theme", "a\nb"),
        Filter("source", "AP", excluded=True),
    )
    assert _read(_page(query=SearchQuery(filters=filters))).feed.title == "usa, a b, −AP · Tides"
    days = SearchQuery(first_day=dt.date(2017, 1, 2), last_day=dt.date(2017, 3, 4))
    assert _read(_page(query=days)).feed.title == "2017-01-02 – 2017-03-04 · Tides"
    both = SearchQuery(text="tide", filters=filters[:1], first_day=dt.date(2017, 1, 2))
    assert _read(_page(query=both)).feed.title == "tide, usa, 2017-01-02 – · Tides"
    assert _read(_page()).feed.title == "Tides"


def test_a_feeds_id_is_that_of_its_search() -> None:
    """All pages of a search share an id, and other searches have others."""
    search = SearchQuery(text="tide", filters=(Filter("theme", "Sea"),))
    same = [search, search.on_page(2), search.with_cursor("x"), search.with_page_size(50)]
    others = [SearchQuery(), SearchQuery(text="tide"), search.with_text("ebb")]
    ids = [_read(_page(query=query)).feed.id for query in (*same, *others)]
    assert len(set(ids)) == 1 + len(others)
    assert len(set(ids[: len(same)])) == 1


@pytest.mark.parametrize(
    ("published", "timestamp"),
    [
        ("2017-07-12", "2017-07-12T00:00:00Z"),
        ("2017-07-12T09:30", "2017-07-12T09:30:00Z"),
        ("2017-07-12T09:30:05.25", "2017-07-12T09:30:05Z"),
        ("2017-07-12T09:30+02:00", "2017-07-12T09:30:00+02:00"),
        ("2017-07-12T09:30:00-0500", "2017-07-12T09:30:00-05:00"),
        ("1890-07-12T09:30:00+00:19:32", "1890-07-12T09:10:28Z"),
        ("0917-07-12", "0917-07-12T00:00:00Z"),
    ],
)
def test_dates_are_complete(published: str, timestamp: str) -> None:
    """RFC 3339 needs seconds, a zone, and a zone without seconds."""
    (entry,) = _read(_page(article(1, published=published))).entries
    assert (entry.published, entry.updated) == (timestamp, timestamp)


def test_a_feed_is_as_new_as_its_newest_entry() -> None:
    """Moments are compared, not their text in different zones."""
    feed = _read(
        _page(
            article(1, published="2020-01-01T23:30:00-05:00"),
            article(2, published="2020-01-02T01:00:00+00:00"),
        )
    )
    assert feed.feed.updated == "2020-01-01T23:30:00-05:00"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (SearchQuery(), "/feed.atom"),
        (SearchQuery(text="tide", page=3), "/feed.atom?q=tide&sort=newest"),
        (SearchQuery(text="tide", sort=SortOrder.OLDEST), "/feed.atom?q=tide&sort=newest"),
        (SearchQuery(sort=SortOrder.OLDEST), "/feed.atom"),
    ],
)
def test_a_feed_to_follow_is_newest_first(query: SearchQuery, path: str) -> None:
    """Whoever follows a search wants what is new, whatever the order of the page."""
    assert feed_to_follow_path(query) == path
