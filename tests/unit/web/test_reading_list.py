"""A reader's list as text in a cookie."""

import pytest

from tests.conftest import ROOT
from web.reader_data.reading_list import MAX_LISTED, ReadingList, key_text

MANY = ReadingList.of(f"article {number}" for number in range(MAX_LISTED + 1))
PAYLOADS = (ROOT / "tests/support/payloads.txt").read_text("utf-8").splitlines()


def test_a_list_reads_back() -> None:
    """Its text holds all articles in their order, and consists of letters safe in a cookie."""
    listed = ReadingList.of(["b", "a", "ü“”", "b"])
    assert ReadingList.read(listed.text) == listed
    assert len(listed) == 3
    assert "a" in listed
    assert "c" not in listed
    assert listed.text == "".join(map(key_text, ("b", "a", "ü“”")))
    assert listed.text.replace("-", "").replace("_", "").isalnum()


def test_a_full_list_fits_into_a_cookie() -> None:
    """Browsers drop a cookie whose name and value are longer than 4,096 bytes."""
    full = ReadingList(MANY.keys[:MAX_LISTED])
    assert len(f"list={full.text}") <= 4096
    assert not full.is_full


def test_too_long_a_list_is_cut_and_says_so() -> None:
    """The first articles of a list with too many stay readable."""
    read = ReadingList.read(MANY.text)
    assert (read.keys, read.is_cut, MANY.is_full) == (MANY.keys[:MAX_LISTED], True, True)


@pytest.mark.parametrize("text", ["x", "1234567", "123456789", "1234567=", "123 4567", *PAYLOADS])
def test_other_text_is_an_unreadable_list(text: str) -> None:
    """A damaged cookie, or one of another service, is no list and no error."""
    read = ReadingList.read(text)
    assert (read.keys, read.is_readable) == ((), False)


def test_lists_are_joined_and_subtracted() -> None:
    """Added articles come last and once; a removal keeps the order of the others."""
    listed = ReadingList.of(["a", "b", "c"])
    assert listed.adding(ReadingList.of(["d", "a"])) == ReadingList.of(["a", "b", "c", "d"])
    assert listed.removing(ReadingList.of(["b", "x"])) == ReadingList.of(["a", "c"])
