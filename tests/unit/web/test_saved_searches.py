"""Saved searches as text in a cookie, and lists as files."""

import datetime as dt

import pytest

from search.model.query import Filter, Match, SearchQuery, SortOrder
from tests.conftest import ROOT
from web.params.saved_search_params import (
    UnreadableSearch,
    read_saved_search,
    read_search_to_save,
    saved_parameters,
)
from web.reader_data.list_file import ListFile, read_list_file
from web.reader_data.saved_searches import (
    MAX_SAVED,
    MAX_SAVED_LENGTH,
    MAX_SEARCH_LENGTH,
    SavedSearch,
    SavedSearches,
)

PAYLOADS = (ROOT / "tests/support/payloads.txt").read_text("utf-8").splitlines()
DAY = dt.date(2026, 5, 3)
OPEC = SavedSearch("q=opec&region=usa", DAY)
TUG = SavedSearch("q=tug", dt.date(1987, 1, 2))


def test_saved_searches_read_back() -> None:
    """The text has every search in the order of saving, and can be read by people."""
    saved = SavedSearches().adding(OPEC, TUG, SavedSearch("q=tug", DAY))
    assert saved.text == "20260503?q=opec&region=usa|19870102?q=tug"
    assert SavedSearches.read(saved.text) == saved
    assert SavedSearches.read("") == SavedSearches()
    assert "q=tug" in saved
    assert "q=tu" not in saved


def test_a_visit_changes_the_day_alone() -> None:
    """The other searches and the order stay as they are."""
    saved = SavedSearches((OPEC, TUG)).visited("q=opec&region=usa", TUG.day)
    assert [each.day for each in saved.searches] == [TUG.day, TUG.day]
    assert [each.parameters for each in saved.searches] == ["q=opec&region=usa", "q=tug"]
    assert SavedSearches((OPEC,)).visited("q=none", DAY) == SavedSearches((OPEC,))


@pytest.mark.parametrize("part", ["x", "20261331?q=a", "2026050?q=a", "20260503", *PAYLOADS])
def test_the_readable_part_of_a_damaged_text_is_kept(part: str) -> None:
    """One damaged search does not cost the reader the others."""
    read = SavedSearches.read(f"{OPEC.text}|{part}|{TUG.text}")
    assert (read.searches, read.is_readable) == ((OPEC, TUG), False)


def test_saved_searches_are_bounded() -> None:
    """Their number and their length are limited, so that a browser does not drop the cookie."""
    many = [SavedSearch(f"q={number}", DAY) for number in range(MAX_SAVED + 1)]
    assert not SavedSearches().adding(*many[:-1]).is_full
    assert SavedSearches().adding(*many).is_full
    cut = SavedSearches.read(SavedSearches(tuple(many)).text)
    assert (cut.searches, cut.is_readable) == (tuple(many[:-1]), False)
    long = [SavedSearch(f"q={'x' * MAX_SEARCH_LENGTH}{number}", DAY) for number in range(2)]
    assert not SavedSearches().adding(long[0]).is_too_long
    assert SavedSearches().adding(*long).is_too_long
    assert len("searches=") + MAX_SAVED_LENGTH < 4096


def test_a_search_is_saved_without_its_page() -> None:
    """The same search from any page, in any order, is saved once."""
    query = SearchQuery(
        text="a b",
        filters=(Filter("theme", "x & y|z"), Filter("region", "r", excluded=True)),
        match=Match.ALL,
        as_typed=True,
        first_day=DAY,
    )
    parameters = saved_parameters(query)
    shown = query.sorted_by(SortOrder.OLDEST).with_page_size(50).with_all_reprints().on_page(3)
    assert saved_parameters(shown) == parameters
    assert read_saved_search(parameters) == query
    assert read_search_to_save(f"{parameters}&page=3&size=50&sort=oldest&filters=open") == query
    assert (
        SavedSearches.read(SavedSearch(parameters, DAY).text).searches[0].parameters == parameters
    )


def test_a_search_that_cannot_be_answered_is_told_apart() -> None:
    """A filter that the archive lacks is never ignored, which would count other articles."""
    assert read_saved_search("q=a&place=x%20y") == UnreadableSearch(
        (("q", "a"), ("place", "x y")), ("place",)
    )
    assert read_saved_search("from=bad") == UnreadableSearch((("from", "bad"),), ())


def test_a_list_is_read_from_a_file() -> None:
    """Each line with an id is an article; marks, blank lines and other keys do no harm."""
    data = (
        b'\xef\xbb\xbf{"id":"a","title":"x"}\r\n\n{"id":"\xc3\xbc"}\n{"id":"a"}\n{"id":1}\nno\n[]\n'
    )
    assert read_list_file(data) == ListFile(("a", "ü"), 3)
    assert read_list_file(b"") == ListFile((), 0)
    assert read_list_file(b"\x00\xff\n" + b"[" * 9_999) == ListFile((), 2)
