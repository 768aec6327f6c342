"""JSON records in foreign keys, and JSON arrays split into their elements."""

import io
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.formats import FormatOptions
from indexer.formats.json_records import read
from indexer.formats.record.validation import to_article
from indexer.input.streams.byte_stream import ByteStream, Unreadable
from indexer.input.streams.json_splitter import json_elements
from search.errors import InvalidArticle

KEYS = {
    "headline": "title",
    "date": "published",
    "section": "themes",
    "text": "body",
    "writer.name": "authors",
    "by": "authors",
    "nr": "id",
    "tongue": "language",
    "page": "url",
}

MAPPED = [
    ({"headline": "H"}, "title", "H"),
    ({"headline": "H", "title": "Ours"}, "title", "Ours"),
    ({"date": "July 4, 2019"}, "published", "2019-07-04"),
    ({"date": 1499851800}, "published", "2017-07-12T09:30:00+00:00"),
    ({"section": "Rivers; Locks"}, "themes", ["Rivers", "Locks"]),
    ({"section": [{"name": "Rivers"}, "Locks"]}, "themes", ["Rivers", "Locks"]),
    ({"text": "<p>one</p><p>two</p>"}, "body", "one\n\ntwo"),
    ({"text": ["one", "two"]}, "body", "one\n\ntwo"),
    ({"writer": {"name": "Dr. Ana Roy"}}, "authors", ["Ana Roy"]),
    ({"writer": [{"name": "Ana Roy"}, {"name": "Jan Okafor"}]}, "authors", ["Ana Roy", "Jan Okafor"]),
    ({"by": "Ana Roy and Jan Okafor"}, "authors", ["Ana Roy", "Jan Okafor"]),
    ({"nr": 17}, "id", "17"),
    ({"headline": "Tom &amp; Ida"}, "title", "Tom & Ida"),
    ({"headline": "3 < 5 & 7 > 2"}, "title", "3 < 5 & 7 > 2"),
    ({"text": "The <i>heron</i> sat.</p><p>It flew.</p>"}, "body", "The *heron* sat.\n\nIt flew."),
    ({"text": "One &mdash; two.\n\nThree."}, "body", "One — two.\n\nThree."),
    ({"text": "3 < 5, *so* they say"}, "body", "3 < 5, *so* they say"),
    ({"section": ["Arts &amp; Crafts"]}, "themes", ["Arts & Crafts"]),
    ({"tongue": "en_us"}, "language", "en-US"),
    ({"page": "https://web.archive.org/web/2020/https://fen.example/1"}, "url", "https://fen.example/1"),
    ({"date": "2019-01-05", "published": True}, "published", "2019-01-05"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "key", "value"), MAPPED)
def test_foreign_keys_are_read_by_the_mapping(
    record: dict[str, Any], key: str, value: object
) -> None:
    """`headline`, `date` and `section` need no script, and a value in our own key wins."""
    found = read(record, FormatOptions(keys=KEYS))
    assert found.record[key] == value
    assert (key in found.places) == (value != "Ours")


def test_keys_may_change_places() -> None:
    """Another system's title may be our deck, in any order of the mapping."""
    for keys in ({"title": "deck", "headline": "title"}, {"headline": "title", "title": "deck"}):
        record = read({"title": "Deck", "headline": "Title"}, FormatOptions(keys=keys)).record
        assert record == {"title": "Title", "deck": "Deck"}


def test_an_unreadable_foreign_date_is_refused_with_its_text() -> None:
    """An unreadable date is named, not dropped."""
    found = read({"headline": "H", "date": "03/04/2015"}, FormatOptions(keys=KEYS))
    with pytest.raises(InvalidArticle, match="published '03/04/2015' is not a date"):
        to_article(found.record, "", "en")


def test_without_a_mapping_a_record_is_taken_as_it_is() -> None:
    """Unmapped keys are unknown, and counted."""
    assert to_article(
        read({"title": "T", "published": "2017-07-12", "headline": "x"}, FormatOptions()).record,
        "",
        "en",
    )[1] == ["headline"]


class Trickle(io.BytesIO):
    """Returns a few bytes at a time, so that block borders fall anywhere."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(7, size or 7) if size != -1 else 7)


def _elements(raw: bytes) -> list[bytes]:
    return [element.record.raw for element in json_elements(ByteStream(Trickle(raw), None))]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\{}[],:é\n', max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text('a"{[\\', max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(_JSON, max_size=6), st.sampled_from([None, 1]))
def test_an_array_is_cut_into_its_elements(values: list[Any], indent: int | None) -> None:
    """Brackets and quotes inside texts split nothing, wherever a block ends.

    Pages of objects within an array are joined.
    """
    assume(
        not any(
            isinstance(value, list) and value and isinstance(value[0], dict) for value in values
        )
    )
    raw = json.dumps(values, indent=indent, ensure_ascii=False).encode()
    assert [json.loads(element) for element in _elements(raw)] == values


def test_lines_of_elements() -> None:
    """An admin finds the element by its line."""
    records = json_elements(ByteStream(io.BytesIO(b'\xef\xbb\xbf[\n {"a":\n1},\n {"b": 2}]'), None))
    assert [(each.record.line, json.loads(each.record.raw)) for each in records] == [
        (2, {"a": 1}),
        (4, {"b": 2}),
    ]


CUT = [
    (b"", "neither"),
    (b"3", "neither"),
    (b'[{"a": 1}', "does not end"),
    (b'[{"a": "x', "ends within"),
    (b'{"a": 1}\n<html>', "in line 2 is not JSON"),
    (b"[" * 300_000, "nested too deep"),
    (b'{"data":' * 40_000, "nested too deep"),
]


@pytest.mark.parametrize(("raw", "message"), CUT)
def test_an_invalid_array_is_named(raw: bytes, message: str) -> None:
    """A truncated file, or one in another format, is named after its complete elements."""
    with pytest.raises(Unreadable, match=message):
        _elements(raw)
