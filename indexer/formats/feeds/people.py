"""Authors in feeds: elements with name and e-mail, `mail (Name)`, creators.

Addresses are never part of a name.
"""

import re
from collections.abc import Iterator

from lxml import etree

from indexer.formats.bylines.authors import authors_of, without_by
from indexer.formats.record.parsed_record import ParsedRecord
from indexer.formats.text.addresses import is_address
from indexer.formats.text.html_to_markdown import html_to_line
from indexer.formats.text.xml_tree import named_children

__all__ = ["names_in", "put_people"]

_MAIL = re.compile(r"<?\s*(?:mailto:)?[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.?\s*>?", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"[(\[<]\s*[)\]>]")
_IN_BRACKETS = re.compile(r"^\s*\(([^()]*)\)\s*$")
_NOBODY = frozenset(
    ["unknown", "noreply", "no-reply", "none", "null", "undefined", "n/a", "donotreply"]
)
_AUTHORS = frozenset(["author", "creator"])


def names_in(element: etree._Element) -> list[str]:
    """Return the names of the authors of an item, an entry or a feed.

    Elements of the feed's own format come before those for podcast players.
    """
    own: list[str] = []
    for_players: list[str] = []
    sources: list[str] = []
    for name, child in named_children(element):
        if name.local in _AUTHORS:
            names = for_players if "itunes" in name.space or "googleplay" in name.space else own
            names += _names(child)
        elif name.local == "source":
            sources += [
                text
                for inner, author in named_children(child)
                if inner.local == "author"
                for text in _names(author)
            ]
    return list(dict.fromkeys(own or for_players or sources))


def put_people(parsed: ParsedRecord, names: list[str], place: str) -> None:
    """Put a by-line of names, and the authors in them."""
    parsed.put("byline", ", ".join(filter(None, map(without_by, names))), place)
    parsed.put(
        "authors",
        list(dict.fromkeys(author for name in names for author in authors_of(name))),
        place,
    )


def _names(author: etree._Element) -> Iterator[str]:
    texts = [
        child.text or ""
        for name, child in named_children(author)
        if name.local in ("name", "title")
    ]
    if not len(author):
        texts = [author.text or ""]
    yield from filter(None, map(person_in, texts))


def person_in(text: str) -> str:
    """Return the name in a text without addresses: `Ana Roy` of `ana@x.example (Ana Roy)`.

    The result is "" if there is no name.
    """
    line = html_to_line(_MAIL.sub(" ", text) if "@" in text else text)
    line = _IN_BRACKETS.sub(r"\1", _EMPTY_BRACKETS.sub("", line)).strip(" \t,;:–—-\"'<>")
    return "" if is_address(line) or line.casefold() in _NOBODY else line
