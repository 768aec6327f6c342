"""An item of an XML file, cut out of it, to a tree; entities that HTML knows are read, others and their bombs are not."""

import re
from html.entities import html5

from lxml import etree

from search.errors import InvalidArticle

__all__ = ["document_of", "parse_item"]

_DECLARATION = re.compile(rb"<\?xml[^>]*\?>")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = {b"amp", b"lt", b"gt", b"quot", b"apos"}
# What XML 1.0 does not allow in a text.
_NEVER = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE
)


def document_of(context: tuple[bytes, ...], item: bytes) -> bytes:
    """Put an item back between the head and the end of its file."""
    head, end = context
    return head + item + end


def parse_item(document: bytes) -> etree._Element:
    """Parse a document of one item.

    Raises:
        InvalidArticle: it is no XML.

    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, strip_cdata=True)
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        # Exports hold what no XML may: control characters, and the entities of HTML.
        mended = _ENTITY.sub(_character, _NEVER.sub(b"", document))
    try:
        return etree.fromstring(mended, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidArticle(f"the item is no XML: {error.msg}") from error


def _character(match: re.Match[bytes]) -> bytes:
    letters = html5.get(f"{match[1].decode()};") if match[1] not in _OWN else None
    return "".join(f"&#{ord(letter)};" for letter in letters).encode() if letters else match[0]
