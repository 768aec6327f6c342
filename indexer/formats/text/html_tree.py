"""Parse HTML; a text that cannot be parsed to its end is refused."""

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from search.errors import InvalidArticle

__all__ = ["parse_fragment", "parse_page"]

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# Characters at which libxml2 would stop, or which it refuses; line and page breaks among them
# separate words.
_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
_OLD_REFERENCE = re.compile(r"&#(?:0*(1(?:2[89]|[345]\d))|x0*([89][0-9a-f]));", re.IGNORECASE)
_BREAK_REFERENCE = re.compile(
    r"&#(?:x0*(?:b|c|1[c-f])|0*(?:1[12]|2[89]|3[01]))(?:;|(?![0-9a-f]))", re.IGNORECASE
)


def parse_page(text: str) -> HtmlElement | None:
    """Parse a whole page; return None if it is empty.

    Raises:
        InvalidArticle: its elements are nested too deeply.

    """
    clean = _clean(_XML_DECLARATION.sub("", text)).encode()
    if not clean.strip():
        return None
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    page: HtmlElement | None = etree.fromstring(clean, parser)
    _check_whole(parser)
    return page


def parse_fragment(text: str) -> etree._Element:
    """Parse a fragment of HTML as the content of one element.

    Raises:
        InvalidArticle: its elements are nested too deeply.

    """
    clean = _clean(text)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    root = etree.fromstring(b"<html><body>" + clean.encode() + b"</body></html>", parser)
    _check_whole(parser)
    body = root.find("body")
    return root if body is None else body


def _in_windows_1252(match: re.Match[str]) -> str:
    """Decode a numeric reference as HTML does: `&#146;` is the apostrophe of Windows-1252."""
    number = int(match[1]) if match[1] else int(match[2], 16)
    return bytes([number]).decode("cp1252", "ignore")


def _clean(text: str) -> str:
    if "&#" in text:
        text = _BREAK_REFERENCE.sub("\n", _OLD_REFERENCE.sub(_in_windows_1252, text))
    if text.isprintable() or not _NEVER.search(text):
        return text
    return _NEVER.sub("", _BREAK.sub("\n", text))


def _check_whole(parser: etree.HTMLParser) -> None:
    """Check that the parser did not stop within the text, which it does not report."""
    if len(parser.error_log) and any(
        error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log
    ):
        raise InvalidArticle(
            "its elements are nested deeper than the limit of 2,048; shorten it, or convert it to"
            " JSON Lines"
        )
