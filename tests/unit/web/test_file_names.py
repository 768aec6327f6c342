"""Names of downloads."""

import datetime as dt
import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.model.query import Filter, SearchQuery
from tests.support.articles import article
from web.presenters.downloads.file_names import article_file_name, attachment, search_file_name


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (SearchQuery(), "dateline"),
        (SearchQuery(text="  ?! "), "dateline"),
        (SearchQuery(text="Opec", filters=(Filter("date", "1987"),)), "opec-1987"),
        (
            SearchQuery(
                filters=(Filter("region", "Middle East"), Filter("theme", "Sport", excluded=True))
            ),
            "middle-east-not-sport",
        ),
        (
            SearchQuery(first_day=dt.date(2019, 1, 2), last_day=dt.date(2019, 2, 3)),
            "from-2019-01-02-to-2019-02-03",
        ),
        (SearchQuery(text="../../etc/passwd"), "etc-passwd"),
        (SearchQuery(text="CON"), "dateline-con"),
        (SearchQuery(text="com¹"), "dateline-com1"),
        (SearchQuery(text='a"b\r\nSet-Cookie: x=y'), "a-b-set-cookie-x-y"),
        (SearchQuery(text="tide " * 100), "-".join(["tide"] * 12)),
        (SearchQuery(text="x" * 100), "x" * 60),
        (SearchQuery(text="\u0301 \u20e3"), "dateline"),
        (SearchQuery(text="ebb \u0301tide"), "ebb-tide"),
        (SearchQuery(text="Überflut हिन्दी"), "überflut-हिन्दी"),
    ],
)
def test_a_name_says_what_was_asked_for(query: SearchQuery, name: str) -> None:
    """The text, the values and the dates, in words that every system accepts."""
    assert search_file_name(query) == name


def test_an_articles_citation_has_its_title() -> None:
    """A folder of citations can be told apart by their names."""
    assert article_file_name(article(1, title="Low tide: “salt”!")) == "low-tide-salt-2020"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("opec-1987", 'attachment; filename="opec-1987.bib"'),
        (
            "größe",
            "attachment; filename=\"grosse.bib\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.bib",
        ),
        (
            "море",
            "attachment; filename=\"more.bib\"; filename*=UTF-8''%D0%BC%D0%BE%D1%80%D0%B5.bib",
        ),
        (
            "нул",
            "attachment; filename=\"dateline-nul.bib\"; filename*=UTF-8''%D0%BD%D1%83%D0%BB.bib",
        ),
    ],
)
def test_other_scripts_have_a_transliteration(name: str, header: str) -> None:
    """Clients that know only ASCII names get one that can be read."""
    assert attachment(name, "bib") == header


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_makes_a_safe_header(text: str) -> None:
    """The header is one line of ASCII with one name of letters, digits and hyphens."""
    name = search_file_name(SearchQuery(text=text))
    match = re.fullmatch(
        r'attachment; filename="([a-z0-9]+(?:-[a-z0-9]+)*)\.csv"(?:; filename\*=UTF-8\'\'([\w.%~-]+))?',
        attachment(name, "csv"),
        re.ASCII,
    )
    assert match
    assert len(match[1]) <= 70
    assert len(name.encode()) <= 250
    assert unquote(match[2] or f"{name}.csv") == f"{name}.csv"
    assert not name.startswith((".", "-"))
