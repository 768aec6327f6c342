"""Body and deck of a feed's item.

Captions and summaries for players are used only if the item has no other text.
"""

import re
from typing import Any, NamedTuple

from lxml import etree

from indexer.formats.record.parsed_record import ParsedRecord
from indexer.formats.text.html_detection import looks_like_html
from indexer.formats.text.html_to_markdown import html_to_line, prose_to_markdown
from indexer.formats.text.markdown_signs import text_to_markdown
from indexer.formats.text.xml_tree import named_children
from search.analysis.folding import fold
from search.analysis.plain_text import plain_text

__all__ = ["OwnTexts", "line_in", "own_texts", "put_deck", "put_text"]

_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_FOR_PLAYERS = re.compile(
    r"search\.yahoo\.com/mrss|itunes|googleplay|google\.com/schemas/play|podcast|spotify|^media$",
    re.IGNORECASE,
)
_SUMMARIES = ("summary", "description", "subtitle")
_TEXTS_FOR_PLAYERS = ("title", *_SUMMARIES)
_FULL_TEXTS = frozenset(["encoded", "full-text", "fulltext", "full_text"])
_PLAIN = frozenset(["text", "text/plain", "plain"])
_TEXT = re.compile(r"text/|application/xhtml\+xml|html|^$")
_FLARE = re.compile(r"<div class=[\"']?feedflare\b.*?</div\s*>", re.DOTALL | re.IGNORECASE)
_WRAPPED = re.compile(
    r"\s*<(p|div|h[1-6]|ul|ol|table|blockquote)\b.*</\1>\s*", re.DOTALL | re.IGNORECASE
)


class OwnTexts(NamedTuple):
    """Texts of an item that feedparser ignores: for players, captions, and a WordPress excerpt."""

    title: str
    summary: str
    excerpt: str


def own_texts(item: etree._Element) -> OwnTexts:
    """Remove texts for players and captions from an item, and return them as substitutes."""
    for_players: dict[str, str] = {}
    excerpt = ""
    for name, child in list(named_children(item)):
        if _FOR_PLAYERS.search(name.space):
            for local in _TEXTS_FOR_PLAYERS:
                for_players[local] = for_players.get(local) or _first_text(child, local)
            _drop(child)
        elif name.local in _FULL_TEXTS or (name.local == "content" and "turbo" in name.space):
            if "excerpt" in name.space:
                excerpt = excerpt or (child.text or "").strip()
                _drop(child)
            else:
                # Elements of these names hold the whole text, in any vocabulary.
                child.tag = _ENCODED
    summary = next((for_players[local] for local in _SUMMARIES if for_players.get(local)), "")
    return OwnTexts(for_players.get("title", ""), summary, excerpt)


def line_in(entry: Any, item: etree._Element) -> str:
    """Return an entry's title as a line of text."""
    title = entry.get("title") or ""
    return (
        " ".join(title.split())
        if _is_plain(item, "title") or not looks_like_html(title)
        else html_to_line(title)
    )


def put_text(
    parsed: ParsedRecord, entry: Any, item: etree._Element, own: OwnTexts, base: str
) -> None:
    """Put the full content with the summary as its deck, or else the summary alone."""
    contents = [
        _without_flare(str(content["value"]))
        for content in entry.get("content", [])
        if content.get("value") and _TEXT.match(content.get("type") or "")
    ]
    summary = _without_flare(str(entry.get("summary") or ""))
    longest = max(contents, key=len, default="")
    body = _markdown(longest, base, plain=_is_plain(item, "content"))
    if not body:
        parsed.put(
            "body",
            _markdown(
                summary or own.excerpt or own.summary, base, plain=_is_plain(item, "summary")
            ),
            "summary",
        )
        parsed.summary_only = "body" in parsed.record
        return
    parsed.put("body", body, "content")
    put_deck(parsed, _line(summary if summary not in contents else own.excerpt))


def _without_flare(text: str) -> str:
    """Drop the links with which FeedBurner lets readers share an item."""
    return _FLARE.sub("", text) if "feedflare" in text else text


def put_deck(parsed: ParsedRecord, deck: str) -> None:
    """Put a summary as the deck, unless the body begins with it."""
    start = fold(plain_text(str(parsed.record.get("body", "")))[: len(deck) + 10])
    if not start.startswith(fold(deck).rstrip(". …")[:80]):
        parsed.put("deck", deck, "summary")


def _markdown(text: str, base: str, *, plain: bool) -> str:
    if (plain and not _WRAPPED.fullmatch(text)) or not looks_like_html(text):
        return text_to_markdown(text)
    return prose_to_markdown(text, base)


def _line(text: str) -> str:
    return html_to_line(text) if looks_like_html(text) else " ".join(text.split())


def _is_plain(item: etree._Element, local: str) -> bool:
    """Return whether an item declares a text as plain, so that it holds no markup."""
    return any(
        name.local == local and child.get("type") in _PLAIN for name, child in named_children(item)
    )


def _first_text(element: etree._Element, local: str) -> str:
    return next(
        (text for inner in element.iter(f"{{*}}{local}") if (text := (inner.text or "").strip())),
        "",
    )


def _drop(element: etree._Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)
