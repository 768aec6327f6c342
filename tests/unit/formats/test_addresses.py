"""Addresses in sources, and those of web archives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.formats.text.addresses import is_address, join_address, unwrap_archived

ARCHIVED = [
    ("https://web.archive.org/web/20200102030405/https://fen.example/heron", "https://fen.example/heron"),
    ("http://web.archive.org/web/20200102030405id_/http://fen.example/heron?a=1", "http://fen.example/heron?a=1"),
    ("https://web.archive.org/web/2020if_/https://fen.example/", "https://fen.example/"),
    ("https://web.archive.org/web/20200102030405/http:/fen.example/x", "http://fen.example/x"),
    ("https://web.archive.org/web/20200102030405/fen.example/x", "http://fen.example/x"),
    ("//web.archive.org/web/20200102030405/https://fen.example/x", "https://fen.example/x"),
    ("/web/20200102030405/https://fen.example/x", "https://fen.example/x"),
    ("https://web.archive.org/web/*/https://fen.example/x", "https://fen.example/x"),
    ("https://web.archive.org/web/20200102030405/http://fen.example:80/x", "http://fen.example/x"),
    ("https://web.archive.org/web/20200102030405/https%3A%2F%2Ffen.example%2Fx", "https://fen.example/x"),
    ("https://archive.ph/20200102030405/https://fen.example/x", "https://fen.example/x"),
    ("https://webarchive.nationalarchives.gov.uk/ukgwa/20200102030405mp_/https://fen.example/x", "https://fen.example/x"),
    ("https://arquivo.pt/wayback/20200102030405/http://fen.example/x", "http://fen.example/x"),
    (
        "https://web.archive.org/web/20200102030405/https://web.archive.org/web/2019/https://fen.example/x",
        "https://fen.example/x",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("archived", "own"), ARCHIVED)
def test_an_archived_page_has_its_own_address(archived: str, own: str) -> None:
    """Whichever archive saved a page, readers are led to where it was published."""
    assert unwrap_archived(archived) == own


@pytest.mark.parametrize(
    "url",
    [
        "https://fen.example/2019/03/heron",
        "https://fen.example/2019/https://other.example/",
        "https://web.archive.org/",
        "https://web.archive.org/about/terms.php",
        "https://fen.example/?next=/web/20200102030405/https://other.example/",
        "",
        "heron",
    ],
)
def test_other_addresses_stay(url: str) -> None:
    """A path that only resembles an archive's does not change an address."""
    assert unwrap_archived(url) == url


def test_relative_links_are_joined() -> None:
    """A relative link needs its base; an absolute or invalid one stays as it is."""
    assert join_address("https://fen.example/", "news/1") == "https://fen.example/news/1"
    assert join_address("https://fen.example/a/b", "/c") == "https://fen.example/c"
    assert (
        join_address("https://fen.example/a", "https://other.example/") == "https://other.example/"
    )
    assert join_address("", "news/1") == "news/1"
    assert join_address("https://fen.example/", "http://[broken") == "http://[broken"


def test_only_addresses_of_the_web_are_addresses() -> None:
    """Names, numbers and other schemes are not addresses."""
    assert is_address("https://fen.example")
    assert is_address("HTTP://fen.example/a?b#c")
    assert not any(
        map(
            is_address,
            [
                "tag:fen.example,2019:1",
                "urn:uuid:1",
                "g1",
                "fen.example/1",
                "https://",
                "http://a b",
            ],
        )
    )


@given(st.text("htps:/.%3A20abw*_", max_size=60))
def test_any_text_is_unwrapped(text: str) -> None:
    """No text stops a load."""
    unwrap_archived(text)
