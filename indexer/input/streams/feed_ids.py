"""Finds items of a feed that share an id: some feeds give all items the same id or link."""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import orjson

from indexer.input.streams.byte_stream import READ_PROBLEMS, RawRecord

__all__ = ["Identity", "identity_in_json", "identity_in_xml", "with_shared_ids"]

Identity = Callable[[bytes], tuple[bytes, bytes]]
"""Returns the id (or, without one, the link) and the title of an item."""

_MAX_BUFFERED_ITEMS = 20_000
_MAX_BUFFERED_BYTES = 32_000_000
_MAX_IDS = 200_000
# Linear time for any input: each alternative ends before the next character that starts one.
_MARK = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?P<end>/?)(?P<name>[\w.:-]+)(?P<attributes>[^<>]*)>",
    re.DOTALL,
)
_HREF = re.compile(rb"\bhref\s*=\s*[\"']([^\"']+)")
_ABOUT = re.compile(rb"\babout\s*=\s*[\"']([^\"']+)")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_shared_ids(records: Iterable[RawRecord], identity: Identity) -> Iterator[RawRecord]:
    """Mark items whose id another item with a different title has.

    A feed is buffered and checked completely. Of a very long one only the first items are; after
    them, an item is marked if an earlier one has its id.
    """
    buffered: list[RawRecord] = []
    size = 0
    records = iter(records)
    failure: Exception | None = None
    try:
        for record in records:
            buffered.append(record)
            size += len(record.raw)
            if len(buffered) >= _MAX_BUFFERED_ITEMS or size >= _MAX_BUFFERED_BYTES:
                break
    except READ_PROBLEMS as error:
        failure = error
    titles: defaultdict[bytes, set[int]] = defaultdict(set)
    for record in buffered:
        name, title = identity(record.raw)
        if name:
            titles[name].add(hash(title))
    shared = {name for name, hashes in titles.items() if len(hashes) > 1}
    for record in buffered:
        yield (
            record._replace(shares_id=True)
            if shared and identity(record.raw)[0] in shared
            else record
        )
    if failure:
        raise failure
    buffered.clear()
    for record in records:
        name, title = identity(record.raw)
        if name and (name in titles or len(titles) < _MAX_IDS):
            titles[name].add(hash(title))
        yield record._replace(shares_id=True) if len(titles.get(name, ())) > 1 else record


def identity_in_xml(item: bytes) -> tuple[bytes, bytes]:
    """Return the id and title of an RSS or Atom item without parsing it as XML."""
    children = _children(item)
    keys = (b"guid", b"id", b"about", b"link")
    name = next((children[key] for key in keys if children.get(key)), b"")
    # Items without a title are compared by their text.
    return name, _plain(children.get(b"title", b"")) or _plain(item)


def _children(item: bytes) -> dict[bytes, bytes]:
    """Return the content of an item's first child element of each name."""
    children: dict[bytes, bytes] = {}
    inside = b""
    start = 0
    for mark in _MARK.finditer(item):
        name, attributes = mark["name"], mark["attributes"]
        if not name:
            continue
        if start == 0:
            # The item element itself; RSS 1.0 has its address as an attribute.
            start = mark.end()
            if about := _ABOUT.search(attributes):
                children[b"about"] = about[1].strip()
        elif inside:
            if mark["end"] and name == inside:
                children.setdefault(
                    name.removeprefix(b"atom:"),
                    _CDATA.sub(rb"\1", item[start : mark.start()]).strip(),
                )
                inside = b""
        elif not mark["end"]:
            if href := _HREF.search(attributes):
                children.setdefault(name.removeprefix(b"atom:"), href[1].strip())
            if not attributes.endswith(b"/"):
                inside, start = name, mark.end()
    return children


def identity_in_json(item: bytes) -> tuple[bytes, bytes]:
    """Return the id and title of a JSON Feed item."""
    try:
        value = orjson.loads(item)
    except orjson.JSONDecodeError:
        return b"", b""
    if not isinstance(value, dict):
        return b"", b""
    name = value.get("id") or value.get("url") or ""
    title = value.get("title") or value.get("content_text") or value.get("content_html") or ""
    return str(name).strip().encode("utf-8", "replace"), _folded(str(title))


def _plain(title: bytes) -> bytes:
    """Return a title without markup, extra white space and case, for comparison."""
    text = _CDATA.sub(rb"\1", title).decode("utf-8", "replace")
    return _folded(_TAG.sub("", html.unescape(html.unescape(text))))


def _folded(title: str) -> bytes:
    return " ".join(title.split()).casefold().encode("utf-8", "replace")
