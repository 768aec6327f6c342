"""An item of an XML file, cut out of it, to a tree; entities that HTML knows are read, others and their bombs are not."""

import re
from html.entities import html5

from lxml import etree

from indexer.formats.encoding import in_utf_8
from search.errors import InvalidArticle

__all__ = ["document_of", "parse_item", "without_controls"]

_DECLARATION = re.compile(rb"<\?xml[^>]*\?>")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = {b"amp", b"lt", b"gt", b"quot", b"apos"}
# What XML 1.0 does not allow in a text; line and page breaks of old documents among it part words.
_BREAK = re.compile(rb"[\x0b\x0c\x1c-\x1f]|&#(?:x0*(?:b|c|1[c-f])|0*(?:1[12]|2[89]|3[01]));", re.IGNORECASE)
_CONTROLS = bytes(each for each in range(0x20) if each not in b"\t\n\r")
_NEVER = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    rb"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f][0-9a-f]{2})|0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45]));",
    re.IGNORECASE,
)


def document_of(context: tuple[bytes, ...], item: bytes) -> bytes:
    """Put an item back between the head and the end of its file, in UTF-8."""
    head, end = context
    return in_utf_8(head + item + end)


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
        mended = _ENTITY.sub(_character, without_controls(document))
    try:
        return etree.fromstring(mended, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidArticle(f"the item is no XML: {error.msg}") from error


def without_controls(document: bytes) -> bytes:
    """Drop what XML does not allow in a text; breaks of lines and pages among it become line ends."""
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
