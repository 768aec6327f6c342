"""Parse a single item of an XML file.

Entities of HTML are decoded; other entities, and so entity bombs, are not expanded.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from indexer.formats.text.encoding import in_utf_8
from search.errors import InvalidArticle

__all__ = [
    "Name",
    "all_inside",
    "document_of",
    "local_text",
    "name_of",
    "named_children",
    "parse_item",
    "recovered_item",
    "without_controls",
]

_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = {b"amp", b"lt", b"gt", b"quot", b"apos"}
# Characters that XML 1.0 forbids; line and page breaks among them separate words.
_BREAK = re.compile(
    rb"[\x0b\x0c\x1c-\x1f]|&#(?:x0*(?:b|c|1[c-f])|0*(?:1[12]|2[89]|3[01]));", re.IGNORECASE
)
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NEVER = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    rb"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f][0-9a-f]{2})"
    rb"|0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45]));",
    re.IGNORECASE,
)


class Name(NamedTuple):
    """An element's name in lower case: its namespace and the part after the prefix.

    A prefix that was not declared takes the place of the namespace.
    """

    space: str
    local: str


def document_of(context: tuple[bytes, ...], item: bytes) -> bytes:
    """Put an item back between the head and the end of its file, in UTF-8."""
    head, end = context
    return in_utf_8(head + item + end)


def parse_item(document: bytes) -> etree._Element:
    """Parse a document of one item.

    Raises:
        InvalidArticle: it is not XML.

    """
    try:
        return etree.fromstring(document, _parser())
    except etree.XMLSyntaxError:
        # Exports contain what XML forbids: control characters, and the entities of HTML.
        mended = _ENTITY.sub(_character, without_controls(document))
    parser = _parser(recover=True)
    try:
        tree = etree.fromstring(mended, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidArticle(f"the item is not XML: {error.msg}") from error
    # Undeclared prefixes are not a reason to refuse an item; they stay in its names.
    fault = next(
        (error for error in parser.error_log if error.domain != etree.ErrorDomains.NAMESPACE), None
    )
    if tree is None or fault is not None:
        raise InvalidArticle(
            f"the item is not XML: {fault.message if fault else 'it holds no element'}"
        )
    return tree


def recovered_item(document: bytes) -> etree._Element:
    """Return as much as can be recovered of the item in a broken document.

    Raises:
        InvalidArticle: nothing can be recovered.

    """
    root = etree.fromstring(without_controls(document), _parser(recover=True))
    if root is None:
        raise InvalidArticle("the item is not XML: it holds no element")
    return next(root.iter("{*}item", "{*}entry"), root)


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        strip_cdata=True,
        recover=recover,
    )


@lru_cache(maxsize=4096)
def name_of(tag: str) -> Name:
    """Return the name of an element by its tag."""
    if tag.startswith("{"):
        space, _, local = tag[1:].partition("}")
    else:
        space, _, local = tag.rpartition(":")
    return Name(space.lower(), local.lower())


def named_children(element: etree._Element) -> Iterator[tuple[Name, etree._Element]]:
    """Yield the child elements of an element, with their names."""
    for child in element:
        if isinstance(child.tag, str):
            yield name_of(child.tag), child


def all_inside(element: etree._Element) -> Iterator[tuple[Name, etree._Element]]:
    """Yield all elements inside an element, at any depth, with their names."""
    for child in element.iterdescendants(etree.Element):
        yield name_of(str(child.tag)), child


def local_text(element: etree._Element, local: str) -> str:
    """Return the text of the first child with a name, in any namespace."""
    return next(
        (
            (child.text or "").strip()
            for name, child in named_children(element)
            if name.local == local
        ),
        "",
    )


def without_controls(document: bytes) -> bytes:
    """Drop characters that XML forbids; line and page breaks among them become line feeds."""
    if (
        b"&#" not in document
        and b"\xef\xbf" not in document
        and len(document.translate(None, _CONTROLS)) == len(document)
    ):
        return document
    return _NEVER.sub(b"", _BREAK.sub(b"\n", document))


def _character(match: re.Match[bytes]) -> bytes:
    letters = html5.get(f"{match[1].decode()};") if match[1] not in _OWN else None
    return "".join(f"&#{ord(letter)};" for letter in letters).encode() if letters else match[0]
