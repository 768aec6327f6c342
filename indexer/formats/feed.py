"""RSS and Atom: one item at a time, put back between the head and the end of its feed, and read by feedparser."""

import io
import re
from typing import Any

import feedparser

from indexer.formats.authors import authors_of
from indexer.formats.categories import Category, put_categories
from indexer.formats.html_to_markdown import line_of, markdown_of
from indexer.formats.options import FormatOptions
from indexer.formats.parsed_record import ParsedRecord
from indexer.formats.timestamps import moment_of, moment_or_text
from indexer.formats.xml_tree import document_of, without_controls
from search.analysis import fold
from search.errors import InvalidArticle
from search.markup import plain_text

__all__ = ["read"]

_ADDRESS = re.compile(r"<?\b[\w.+-]+@[\w.-]+\b>?")
_NAME_IN_BRACKETS = re.compile(r"^\s*\(([^()]*)\)\s*$")


def read(raw: bytes, context: tuple[bytes, ...], options: FormatOptions) -> ParsedRecord:
    """Read an item of a feed.

    Raises:
        InvalidArticle: it is no XML.

    """
    # A stream, since feedparser would open a text that looks like an address or a file.
    parsed = feedparser.parse(
        io.BytesIO(without_controls(document_of(context, raw))), response_headers={"content-type": "application/xml"}
    )
    if not parsed.entries:
        reason = parsed.get("bozo_exception") or "it holds no item"
        raise InvalidArticle(f"the item cannot be read: {reason}")
    entry = parsed.entries[0]
    found = ParsedRecord()
    found.put("id", _said(entry, "id"), "guid" if "guidislink" in entry else "id")
    found.put("url", _said(entry, "link"), "link")
    found.put_missing("id", _said(entry, "link"), "link")
    found.put("title", line_of(_said(entry, "title")), "title")
    for key in ("published", "updated", "created"):
        found.put_missing("published", moment_of(_said(entry, key)), key)
    for key in ("published", "updated", "created"):
        # What cannot be read stays as it is, so that the reject can name it.
        found.put_missing("published", moment_or_text(_said(entry, key)), key)
    found.put("language", (_said(entry, "language") or _said(parsed.feed, "language")).strip(), "language of the feed")
    _put_authors(found, entry, parsed.feed)
    categories = [
        Category(line_of(_said(tag, "label") or _said(tag, "term")), "category") for tag in entry.get("tags", [])
    ]
    put_categories(found, [category for category in categories if category.name], options.categories)
    _put_text(found, entry)
    source = entry.get("source")
    if source:
        found.put("source", line_of(_said(source, "title")), "source")
        found.put("source_url", _said(source, "href") or _said(source, "link"), "source")
    return found


def _said(entry: Any, key: str) -> str:
    """Return a text of an entry; feedparser's own look-up makes up what is not there, and knows None."""
    value = dict.get(entry, key)
    return value if isinstance(value, str) else ""


def _put_authors(found: ParsedRecord, entry: Any, feed: Any) -> None:
    for place, said in (("author", entry), ("author of the feed", feed)):
        names = [each["name"] for each in said.get("authors", []) if _said(each, "name")]
        if len(names) <= 1:
            # As it is written, `jean@example.org (Jean Roy)`, rather than as it was parted.
            names = [_said(said, "author")]
        names = [_NAME_IN_BRACKETS.sub(r"\1", line_of(_ADDRESS.sub("", name))) for name in names]
        authors = [author for name in filter(None, names) for author in authors_of(name)]
        if authors:
            found.put("byline", ", ".join(names), place)
            found.put("authors", list(dict.fromkeys(authors)), place)
            return


def _put_text(found: ParsedRecord, entry: Any) -> None:
    """Put the full content, where there is any, with the summary above it; else the summary is all there is."""
    contents = [each["value"] for each in entry.get("content", []) if _said(each, "value")]
    summary = _said(entry, "summary")
    if contents:
        longest = max(contents, key=len)
        found.put("body", markdown_of(longest), "content")
        deck = line_of(summary)
        start = fold(plain_text(str(found.record.get("body", "")))[: len(deck) + 10])
        if summary not in contents and not start.startswith(fold(deck).rstrip(". …")[:80]):
            found.put("deck", deck, "summary")
    else:
        found.put("body", markdown_of(summary), "summary")
