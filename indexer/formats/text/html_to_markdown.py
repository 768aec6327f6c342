"""Convert HTML to light Markdown: paragraphs, headings, lists, quotes, emphasis, links.

Elements that hold no prose are left out. The converter is our own because conversion is most of the
cost of reading a WordPress export, and because it also reads the tree that trafilatura makes of a
page, so that all formats give the same Markdown.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element

from indexer.formats.text.addresses import join_address
from indexer.formats.text.html_tree import parse_fragment
from indexer.formats.text.markdown_signs import (
    collapse_spaces,
    escape_line,
    escape_line_start,
    escape_markup,
)
from indexer.formats.text.note_markers import RAISED, exponent_of_ten, is_note_marker, note_marker
from search.analysis.plain_text import plain_text

__all__ = ["element_to_markdown", "html_to_line", "html_to_markdown", "prose_to_markdown"]

_LEFT_OUT = frozenset(
    "script style noscript template iframe object embed svg math canvas form button select textarea"
    " input nav audio video map link meta".split()
)
_BLOCKS = frozenset(
    "p div section article main header footer aside figure figcaption address center dl dt dd"
    " details summary table thead tbody tfoot tr caption fieldset hr body html pre listing xmp"
    " blockquote ul ol li h1 h2 h3 h4 h5 h6 list item quote row head".split()
)
"""Elements that end a paragraph, in HTML and in trafilatura's tree."""
_HEADING = re.compile(r"h([1-6])$")
_LISTS = frozenset(["ul", "ol", "list"])
_ITEMS = frozenset(["li", "item"])
_QUOTES = frozenset(["blockquote", "quote"])
_CELLS = frozenset(["td", "th", "cell"])
_PREFORMATTED = frozenset(["pre", "listing", "xmp", "code"])
"""Block elements that keep their line breaks; trafilatura names a block of code so, too."""
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "#b": "**", "#i": "*"}
_LOSES_SPACE = frozenset(["ref", "hi"])
"""Elements of trafilatura's tree, which loses the white space after them."""
_LOWERED = frozenset(["sub", "#sub"])
_MAX_DEPTH = 100
"""Elements that are nested deeper are converted to text without markup."""

_LINE_BREAK = "\n"
_BREAKS = re.compile(r" *\n *")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_EMPTY_LINES = re.compile(r"\n(?:[ \t\r]*\n)+")
_NOT_IN_ADDRESS = re.compile(r"[\s<>()]")
_INDENT = "    "
"""Precedes each preformatted line, so that the page shows it as preformatted."""
_BLOCK_TAG = re.compile(
    r"<(?:p|div|br|ul|ol|li|table|h[1-6]|blockquote|pre|section|article)\b", re.IGNORECASE
)


class _Block(NamedTuple):
    """A paragraph, part of an item, or row.

    With `joins` no blank line separates it from the block before, as in lists.
    """

    text: str
    joins: bool = False
    listed: bool = False


def html_to_markdown(html: str, base: str = "") -> str:
    """Convert HTML to light Markdown; relative links are joined with `base`."""
    if not html.strip():
        return ""
    root = parse_fragment(html)
    if base:
        for link in root.iter("a"):
            if (address := link.get("href")) and not address.lstrip().startswith("#"):
                link.set("href", join_address(base, address))
    return element_to_markdown(root)


def prose_to_markdown(html: str, base: str = "") -> str:
    """Convert HTML to light Markdown; without block elements, blank lines separate paragraphs."""
    if "\n\n" in html and not _BLOCK_TAG.search(html):
        html = _PARAGRAPH_BREAK.sub("<br><br>", html)
    return html_to_markdown(html, base)


def html_to_line(html: str) -> str:
    """Return the text of a line of HTML."""
    text = plain_text(html_to_markdown(html)) if "<" in html or "&" in html else html
    return " ".join(text.split())


def element_to_markdown(root: _Element) -> str:
    """Convert an element's content to light Markdown, with a blank line between blocks."""
    parts: list[str] = []
    for block in _blocks(root, 0):
        if parts:
            parts.append("\n" if block.joins else "\n\n")
        parts.append(block.text)
    return "".join(parts)


def _blocks(element: _Element, depth: int) -> Iterator[_Block]:
    """Yield the blocks of an element.

    Its text and inline elements become paragraphs, its block elements their own blocks.
    """
    line: list[str] = [escape_line(element.text)]
    if not len(element):
        yield from _paragraphs(line)
        return
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _LEFT_OUT:
            if (
                tag in _BLOCKS
                or _holds_blocks(child, tag, depth)
                or (tag == "code" and _has_lines(child))
            ):
                yield from _paragraphs(line)
                line = []
                yield from _block(child, tag, depth + 1)
            else:
                _inline(child, tag, line, depth + 1)
        if child.tail:
            line.append(escape_line(child.tail))
    yield from _paragraphs(line)


def _holds_blocks(element: _Element, tag: str, depth: int) -> bool:
    """Return whether an inline element holds paragraphs, as a link around a whole teaser does."""
    if len(element) == 0 or depth > _MAX_DEPTH or tag in _CELLS:
        return False
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _block(element: _Element, tag: str, depth: int) -> Iterator[_Block]:
    if depth > _MAX_DEPTH:
        yield from _paragraphs([escape_line("".join(map(str, element.itertext())))])
    elif tag in _LISTS:
        yield from _list(element, depth)
    elif tag in _QUOTES:
        for block in _blocks(element, depth):
            yield _Block(_prefixed(block.text, "> ", "> "))
    elif (level := _level(element, tag)) is not None:
        text = _one_line(element, depth)
        if text:
            yield _Block(f"{'#' * level} {text}")
    elif tag in ("tr", "row"):
        cells = [_one_line(cell, depth) for cell in element if cell.tag in _CELLS]
        if any(cells):
            yield _Block(" | ".join(cells), joins=element.getprevious() is not None)
    else:
        yield from (_lines if tag in _PREFORMATTED else _blocks)(element, depth)


def _level(element: _Element, tag: str) -> int | None:
    if match := _HEADING.match(tag):
        return int(match[1])
    if tag == "head":
        match = _HEADING.match(element.get("rend") or "h2")
        return int(match[1]) if match else 2
    return None


def _list(element: _Element, depth: int) -> Iterator[_Block]:
    ordered = element.tag == "ol" or element.get("rend") == "ol"
    number = 1
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _LEFT_OUT:
            continue
        mark = f"{number}. " if ordered else "- "
        blocks = list(
            _blocks(child, depth) if child.tag in _ITEMS else _block(child, child.tag, depth)
        )
        for place, block in enumerate(blocks):
            first = mark if place == 0 else " " * len(mark)
            joins = block.joins or block.listed if place else number > 1
            yield _Block(_prefixed(block.text, first, " " * len(mark)), joins, listed=True)
        number += bool(blocks)


def _prefixed(text: str, first: str, others: str) -> str:
    return first + text.replace("\n", f"\n{others}")


def _one_line(element: _Element, depth: int) -> str:
    return " ".join(block.text for block in _blocks(element, depth)).replace("\n", " ")


def _has_lines(element: _Element) -> bool:
    if element.find(".//br") is not None or element.find(".//lb") is not None:
        return True
    return any("\n" in str(text).strip("\n") for text in element.itertext())


def _lines(element: _Element, depth: int) -> Iterator[_Block]:
    """Convert preformatted text, one line for each line; blank lines separate blocks."""
    pieces: list[str] = []
    _collect_preformatted(element, pieces, depth)
    for part in _EMPTY_LINES.split("".join(pieces).expandtabs(4)):
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        parts = [
            _INDENT + line[: len(line) - len(bare)] + escape_line_start(bare)
            for line in lines
            if (bare := line.lstrip())
        ]
        if parts:
            yield _Block("\n".join(parts))


def _collect_preformatted(element: _Element, pieces: list[str], depth: int) -> None:
    """Collect an element's text with its white space, and inline markup as elsewhere."""
    pieces.append(escape_markup(element.text))
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _LEFT_OUT and depth < _MAX_DEPTH:
            if tag in ("br", "lb"):
                pieces.append("\n")
            elif tag in _BLOCKS or tag in _PREFORMATTED or _has_lines(child):
                if tag in _BLOCKS and "".join(pieces).strip():
                    pieces.append("\n")
                _collect_preformatted(child, pieces, depth + 1)
            else:
                _inline(child, tag, pieces, depth + 1)
        pieces.append(escape_markup(child.tail))


def _inline(element: _Element, tag: str, line: list[str], depth: int) -> None:
    """Add an inline element's text and markup to a line."""
    if tag in ("br", "lb"):
        line.append(_LINE_BREAK)
        return
    if tag in ("img", "graphic"):
        # An image is represented by its alternative text elsewhere; itself it has no text.
        return
    inner: list[str] = [escape_line(element.text)]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _LEFT_OUT and depth < _MAX_DEPTH:
            _inline(child, child.tag, inner, depth + 1)
        inner.append(escape_line(child.tail))
    text = "".join(inner)
    bare = text.strip()
    kind = element.get("rend", "") if tag == "hi" else tag
    if kind in RAISED or tag in ("a", "ref"):
        if bare and is_note_marker(element, kind, bare, line):
            line.append(note_marker(element, bare))
            return
        if kind in RAISED and (power := exponent_of_ten(bare, line)):
            line.append(power)
            return
    if bare and (marked := _marked_up(element, tag, bare)) != bare:
        # Marks enclose words: the white space around them stays outside.
        start = text.find(bare)
        text = text[:start] + marked + text[start + len(bare) :]
    line.append(text)
    if (
        tag in _LOSES_SPACE
        and bare
        and text[-1:].strip()
        and (element.tail or "")[:1].isalnum()
        and kind not in _LOWERED
    ):
        line.append(" ")


def _marked_up(element: _Element, tag: str, text: str) -> str:
    if tag in ("a", "ref"):
        address = (element.get("href") or element.get("target") or "").strip()
        if address and not address.startswith("#"):
            return f"[{text}]({_NOT_IN_ADDRESS.sub(_percent, address)})".replace("\n", " ")
        return text
    mark = _EMPHASIS.get(element.get("rend", "") if tag == "hi" else tag)
    if mark is None or "\n" in text or mark in text:
        return text
    return f"{mark}{text}{mark}"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _paragraphs(line: list[str]) -> Iterator[_Block]:
    """Yield the paragraphs of the collected text; two line breaks separate them."""
    text = (line[0] if len(line) == 1 else "".join(line)).strip()
    if not text:
        return
    if _LINE_BREAK not in text:
        yield _Block(escape_line_start(collapse_spaces(text)))
        return
    for part in _PARAGRAPH_BREAK.split(_BREAKS.sub("\n", text)):
        if bare := part.strip():
            yield _Block(
                "\n".join(
                    escape_line_start(collapse_spaces(part_line)) for part_line in bare.split("\n")
                )
            )
