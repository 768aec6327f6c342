"""Publishers of reprints: names, facet values and boilerplate that an archive adds."""

import pytest

from indexer.formats import FormatOptions
from indexer.formats.page.site_rules import site_rules
from indexer.formats.reprint.publishers import publishers
from indexer.formats.reprint.reader import read
from search.errors import InvalidSettings

OWN = r"""
[[publisher]]
names = ["The Lantern", "lantern.example"]
values = ["Tides, Locks & Weirs"]
boilerplate = ['visit our shop\b', 'sign up .{0,40}newsletter', 'tea|coffee']

[[site]]
hosts = ["lantern.example"]
title = "h2"
"""
TEXT = """The title

By Ana Roy The Lantern

The Lantern, July 12, 2017

Theme: Tides, Locks & Weirs, Pilots

The Lantern 10 July 2017

The first paragraph.

** Visit our shop for lamps.

SIGN UP now for our newsletter.

Coffee is welcome.

The last paragraph.
"""


def test_words_of_an_archives_own_publishers_are_known() -> None:
    """A publisher's name is not a source, its values stay whole, its boilerplate is dropped."""
    record = read(TEXT.encode(), (), FormatOptions(sites=OWN)).record
    assert (record["authors"], record["source"]) == (["Ana Roy"], "")
    assert record["themes"] == ["Tides, Locks & Weirs", "Pilots"]
    assert record["body"] == "The first paragraph.\n\nThe last paragraph."


def test_without_its_own_file_an_archive_knows_the_bundled_publishers() -> None:
    """Words of another archive's file have no effect."""
    record = read(TEXT.encode()).record
    assert record["source"] == "The Lantern"
    assert record["themes"] == ["Tides", "Locks & Weirs", "Pilots"]
    assert "Visit our shop" in record["body"]


@pytest.mark.parametrize(
    ("paragraph", "is_boilerplate"),
    [
        ("Visit our shop.", True),
        ("Visit our shops.", False),
        ("Coffee.", True),
        ("Tea.", True),
        ("No coffee.", False),
        ("Disclaimer: the views are the author's own.", True),
        ("www.lantern.example contains copyrighted material.", True),
    ],
)
def test_boilerplate_is_dropped_however_long_it_is(paragraph: str, is_boilerplate: bool) -> None:
    """Long paragraphs take a shorter path to the same result."""
    own = publishers(OWN).boilerplate
    assert own.matches(paragraph) is is_boilerplate
    assert own.matches(paragraph + " More." * 60) is is_boilerplate


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[publisher]]\nname = ['x']", "name is not a key of a publisher"),
        ("[[publisher]]\nnames = 'x'", "must be a list of texts"),
        ("[[publisher]]\nboilerplate = ['(']", "not a regular expression"),
        ("[[publisher]]\nboilerplate = ['.*']", "must not match an empty text"),
        ("[publisher]\nnames = ['x']", "not site rules"),
        ("names = ['x']", "not site rules"),
        ("[[publisher", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(text: str, message: str) -> None:
    """An admin reads what is wrong before anything is loaded."""
    with pytest.raises(InvalidSettings, match=message):
        publishers(text)


def test_one_file_holds_site_rules_and_publishers() -> None:
    """Readers of pages and of reprints each take their own tables."""
    assert site_rules(OWN).of("https://lantern.example/1").places == {"title": ("h2",)}
