"""Items of a feed that share an id with another one: a feed may give all of them its own address, or one id by mistake."""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import orjson

from indexer.input.streams.byte_stream import READ_PROBLEMS, RawRecord

__all__ = ["Identity", "identity_in_json", "identity_in_xml", "with_shared_ids"]

Identity = Callable[[bytes], tuple[bytes, bytes]]
"""Finds the id, or else the link, and the title of an item."""

_MAX_ITEMS = 20_000
_MAX_BYTES = 32_000_000
_MAX_IDS = 200_000
# Linear in time whatever an item holds: each alternative ends before the next sign that begins one.
_MARK = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?P<end>/?)(?P<name>[\w.:-]+)(?P<attributes>[^<>]*)>",
    re.DOTALL,
)
_HREF = re.compile(rb"\bhref\s*=\s*[\"']([^\"']+)")
_ABOUT = re.compile(rb"\babout\s*=\s*[\"']([^\"']+)")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_shared_ids(records: Iterable[RawRecord], identity: Identity) -> Iterator[RawRecord]:
    """Mark the items that have the id of another item with another title.

    All of a feed is looked at first; of a very long one only what fits into memory, and from there on each second item is marked.
    """
    held: list[RawRecord] = []
    size = 0
    records = iter(records)
    failure: Exception | None = None
    try:
        for record in records:
            held.append(record)
            size += len(record.raw)
            if len(held) >= _MAX_ITEMS or size >= _MAX_BYTES:
                break
    except READ_PROBLEMS as error:
        failure = error
    titles: defaultdict[bytes, set[int]] = defaultdict(set)
    for record in held:
        name, title = identity(record.raw)
        if name:
            titles[name].add(hash(title))
    shared = {name for name, found in titles.items() if len(found) > 1}
    for record in held:
        yield (
            record._replace(shares_id=True)
            if shared and identity(record.raw)[0] in shared
            else record
        )
    if failure:
        raise failure
    held.clear()
    for record in records:
        name, title = identity(record.raw)
        if name and (name in titles or len(titles) < _MAX_IDS):
            titles[name].add(hash(title))
        yield record._replace(shares_id=True) if len(titles.get(name, ())) > 1 else record


def identity_in_xml(item: bytes) -> tuple[bytes, bytes]:
    """Find id and title of an item of RSS or Atom, without parsing it."""
    found = _children(item)
    name = (
        found.get(b"guid") or found.get(b"id") or found.get(b"about") or found.get(b"link") or b""
    )
    # Notes without titles differ in their texts.
    return name, _plain(found.get(b"title", b"")) or _plain(item)


def _children(item: bytes) -> dict[bytes, bytes]:
    """Return the contents of an item's first elements of each name; what is within them does not count."""
    found: dict[bytes, bytes] = {}
    inside = b""
    start = 0
    for mark in _MARK.finditer(item):
        name, attributes = mark["name"], mark["attributes"]
        if not name:
            continue
        if start == 0:
            # The item itself, whose address RSS 1.0 has as an attribute.
            start = mark.end()
            if about := _ABOUT.search(attributes):
                found[b"about"] = about[1].strip()
        elif inside:
            if mark["end"] and name == inside:
                found.setdefault(
                    name.removeprefix(b"atom:"),
                    _CDATA.sub(rb"\1", item[start : mark.start()]).strip(),
                )
                inside = b""
        elif not mark["end"]:
            if href := _HREF.search(attributes):
                found.setdefault(name.removeprefix(b"atom:"), href[1].strip())
            if not attributes.endswith(b"/"):
                inside, start = name, mark.end()
    return found


def identity_in_json(item: bytes) -> tuple[bytes, bytes]:
    """Find id and title of an item of a JSON Feed."""
    try:
        found = orjson.loads(item)
    except orjson.JSONDecodeError:
        return b"", b""
    if not isinstance(found, dict):
        return b"", b""
    name = found.get("id") or found.get("url") or ""
    title = found.get("title") or found.get("content_text") or found.get("content_html") or ""
    return str(name).strip().encode("utf-8", "replace"), _folded(str(title))


def _plain(title: bytes) -> bytes:
    """Return a title without markup, white space and capitals, as two versions of it may differ."""
    text = _CDATA.sub(rb"\1", title).decode("utf-8", "replace")
    return _folded(_TAG.sub("", html.unescape(html.unescape(text))))


def _folded(title: str) -> bytes:
    return " ".join(title.split()).casefold().encode("utf-8", "replace")
