"""HTML to light Markdown: paragraphs, headings, lists, quotes, emphasis, links; what is no prose is left out."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element

from indexer.formats.html_tree import parse_fragment
from search.markup import plain_text

__all__ = ["line_of", "markdown_of", "to_markdown"]

_LEFT_OUT = frozenset(
    "script style noscript template iframe object embed svg math canvas form button select textarea input nav"
    " audio video map link meta".split()
)
_BLOCKS = frozenset(
    "p div section article main header footer aside figure figcaption address center dl dt dd details summary table"
    " thead tbody tfoot tr caption fieldset hr body html pre blockquote ul ol li h1 h2 h3 h4 h5 h6"
    " list item quote row head".split()
)
"""Elements that end a paragraph: those of HTML, and those of the tree that trafilatura makes of it."""
_HEADING = re.compile(r"h([1-6])$")
_LISTS = frozenset(["ul", "ol", "list"])
_ITEMS = frozenset(["li", "item"])
_QUOTES = frozenset(["blockquote", "quote"])
_CELLS = frozenset(["td", "th", "cell"])
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "#b": "**", "#i": "*"}
_SPACED = frozenset(["ref", "hi"])
"""Elements of trafilatura's tree, which loses the white space after them."""
_MOST_DEPTH = 100
"""Elements that are nested deeper are read as text without form."""

_RUNS = ("  ", "\n", "\t", "\r", "\f", "\u200b")
_MARK_SIGNS = ("*", "`", "\\", "_", "](", "<", "&")
_SPACES = re.compile(r"[ \t\r\n\f\u200b]+")
_SOFT_HYPHEN = "\u00ad"
_MARKS = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)|\](?=\()|<(?=[A-Za-z])|&(?=#?\w{1,31};)")
_AT_START = re.compile(r"\d{1,9}(?=[.)](?:\s|$))|(?=(?:#{1,6}|[-+])(?:\s|$)|>|(?:-[ ]?){3,}$|[-=]+$)")
_LINE_BREAK = "\n"
_BREAKS = re.compile(r" *\n *")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_NOT_IN_ADDRESS = re.compile(r"[\s<>()]")


class _Block(NamedTuple):
    """A paragraph, an item's part or a row; `joins` the block before without a blank line between, as lists do."""

    text: str
    joins: bool = False
    listed: bool = False


def markdown_of(html: str) -> str:
    """Write a piece of HTML as light Markdown."""
    return to_markdown(parse_fragment(html)) if html.strip() else ""


def line_of(html: str) -> str:
    """Return the text of a line of HTML."""
    text = plain_text(markdown_of(html)) if "<" in html or "&" in html else html
    return " ".join(text.split())


def to_markdown(root: _Element) -> str:
    """Write an element's content as paragraphs of light Markdown, with a blank line between them; lists stay together."""
    written: list[str] = []
    for block in _blocks(root, 0):
        if written:
            written.append("\n" if block.joins else "\n\n")
        written.append(block.text)
    return "".join(written)


def _blocks(element: _Element, depth: int) -> Iterator[_Block]:
    """Part an element's content into blocks: its own text and inline elements in paragraphs, its block elements as they are."""
    line: list[str] = [_escaped(element.text)]
    if not len(element):
        yield from _paragraphs(line)
        return
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _LEFT_OUT:
            if tag in _BLOCKS or _holds_blocks(child, tag, depth):
                yield from _paragraphs(line)
                line = []
                yield from _block(child, tag, depth + 1)
            else:
                _inline(child, tag, line, depth + 1)
        if child.tail:
            line.append(_escaped(child.tail))
    yield from _paragraphs(line)


def _holds_blocks(element: _Element, tag: str, depth: int) -> bool:
    """Whether an element that should be inline has paragraphs inside, as a link around a whole teaser has."""
    if len(element) == 0 or depth > _MOST_DEPTH or tag in _CELLS:
        return False
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _block(element: _Element, tag: str, depth: int) -> Iterator[_Block]:
    if depth > _MOST_DEPTH:
        yield from _paragraphs([_escaped("".join(map(str, element.itertext())))])
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
    elif tag == "hr":
        return
    else:
        yield from _blocks(element, depth)


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
        blocks = list(_blocks(child, depth) if child.tag in _ITEMS else _block(child, child.tag, depth))
        for place, block in enumerate(blocks):
            first = mark if place == 0 else " " * len(mark)
            joins = block.joins or block.listed if place else number > 1
            yield _Block(_prefixed(block.text, first, " " * len(mark)), joins, listed=True)
        number += bool(blocks)


def _prefixed(text: str, first: str, others: str) -> str:
    return first + text.replace("\n", f"\n{others}")


def _one_line(element: _Element, depth: int) -> str:
    return " ".join(block.text for block in _blocks(element, depth)).replace("\n", " ")


def _inline(element: _Element, tag: str, line: list[str], depth: int) -> None:
    """Add an inline element's text and form to a line."""
    if tag in ("br", "lb"):
        line.append(_LINE_BREAK)
        return
    if tag in ("img", "graphic"):
        # An image is shown as its text, so what it has none of is not kept.
        return
    inner: list[str] = [_escaped(element.text)]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _LEFT_OUT and depth < _MOST_DEPTH:
            _inline(child, child.tag, inner, depth + 1)
        inner.append(_escaped(child.tail))
    text = "".join(inner)
    bare = text.strip()
    if bare and (form := _formed(element, tag, bare)) != bare:
        # Marks stand at words: the white space around them stays outside.
        start = text.find(bare)
        text = text[:start] + form + text[start + len(bare) :]
    line.append(text)
    if tag in _SPACED and bare and text[-1:].strip() and (element.tail or "")[:1].isalnum():
        line.append(" ")


def _formed(element: _Element, tag: str, text: str) -> str:
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


def _escaped(text: str | None) -> str:
    """White space as one space each, and a backslash before what Markdown would read as a mark."""
    if not text:
        return ""
    if text.isspace():
        return " "
    if _SOFT_HYPHEN in text:
        text = text.replace(_SOFT_HYPHEN, "")
    text = _spaced(text)
    for mark in _MARK_SIGNS:
        if mark in text:
            return _MARKS.sub(r"\\\g<0>", text)
    return text


def _spaced(text: str) -> str:
    """Make every run of white space one space; most texts have none but single spaces."""
    for run in _RUNS:
        if run in text:
            return _SPACES.sub(" ", text)
    return text


def _paragraphs(line: list[str]) -> Iterator[_Block]:
    """Make paragraphs of what was collected; two line breaks part them."""
    text = (line[0] if len(line) == 1 else "".join(line)).strip()
    if not text:
        return
    if _LINE_BREAK not in text:
        yield _Block(_started(_spaced(text)))
        return
    for part in _PARAGRAPH_BREAK.split(_BREAKS.sub("\n", text)):
        if bare := part.strip():
            yield _Block("\n".join(_started(_spaced(each)) for each in bare.split("\n")))


def _started(line: str) -> str:
    """Put a backslash before what would make a line a heading, an item, a quote or a rule."""
    if line[0].isalpha():
        return line
    start = _AT_START.match(line)
    return f"{start[0]}\\{line[start.end() :]}" if start else line
