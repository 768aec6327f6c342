"""RSS and Atom: one item at a time, put back between the head and the end of its feed, and read by feedparser."""

from typing import Any

import feedparser

from indexer.formats.categories import Category, put_categories
from indexer.formats.found import Found
from indexer.formats.html_tree import parse_fragment
from indexer.formats.light_markdown import to_markdown
from indexer.formats.moments import moment_of
from indexer.formats.options import FormatOptions
from indexer.formats.people import authors_of
from indexer.formats.xml_tree import document_of
from search.analysis import fold
from search.errors import InvalidArticle
from search.markup import plain_text

__all__ = ["read"]


def read(context: tuple[bytes, ...], raw: bytes, options: FormatOptions) -> Found:
    """Read an item of a feed.

    Raises:
        InvalidArticle: it is no XML.

    """
    # What is parsed is a text that is at hand: feedparser would fetch an address, and this is none.
    parsed = feedparser.parse(document_of(context, raw), response_headers={"content-type": "application/xml"})
    if not parsed.entries:
        reason = parsed.get("bozo_exception") or "it holds no item"
        raise InvalidArticle(f"the item cannot be read: {reason}")
    entry = parsed.entries[0]
    found = Found()
    found.put("id", entry.get("id"), "guid" if "guidislink" in entry else "id")
    found.put("url", entry.get("link"), "link")
    found.put_missing("id", entry.get("link"), "link")
    found.put("title", _one_line(entry.get("title", "")), "title")
    for key in ("published", "updated", "created"):
        found.put_missing("published", moment_of(entry.get(key, "")), key)
    found.put("language", (entry.get("language") or parsed.feed.get("language") or "").strip(), "language of the feed")
    _put_authors(found, entry, parsed.feed)
    categories = [Category(_one_line(tag.get("label") or tag.get("term") or ""), "category") for tag in entry.get("tags", [])]
    put_categories(found, [category for category in categories if category.name], options.categories)
    _put_text(found, entry)
    source = entry.get("source")
    if source:
        found.put("source", _one_line(source.get("title", "")), "source")
        found.put("source_url", source.get("href") or source.get("link"), "source")
    return found


def _put_authors(found: Found, entry: Any, feed: Any) -> None:
    for place, said in (("author", entry), ("author of the feed", feed)):
        names = [each["name"] for each in said.get("authors", []) if each.get("name")] or [said.get("author", "")]
        authors = [author for name in filter(None, names) for author in authors_of(_one_line(name))]
        if authors:
            found.put("byline", ", ".join(map(_one_line, names)), place)
            found.put("authors", list(dict.fromkeys(authors)), place)
            return


def _put_text(found: Found, entry: Any) -> None:
    """Put the full content, where there is any, with the summary above it; else the summary is all there is."""
    contents = [each["value"] for each in entry.get("content", []) if each.get("value")]
    summary = entry.get("summary", "")
    if contents:
        longest = max(contents, key=len)
        found.put("body", _markdown(longest), "content")
        deck = _one_line(summary)
        start = fold(plain_text(str(found.record.get("body", "")))[: len(deck) + 10])
        if summary not in contents and not start.startswith(fold(deck).rstrip(". …")[:80]):
            found.put("deck", deck, "summary")
    else:
        found.put("body", _markdown(summary), "summary")


def _markdown(html: str) -> str:
    return to_markdown(parse_fragment(html)) if html else ""


def _one_line(html: str) -> str:
    return " ".join(plain_text(_markdown(html)).split()) if "<" in html or "&" in html else " ".join(html.split())
