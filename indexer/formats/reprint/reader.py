"""Read reprint text, in the layout of docs/importing.md and its many variants.

Labels may be singular or plural, linked or plain, and lines may be missing.
"""

from collections.abc import Iterable

from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import ParsedRecord
from indexer.formats.reprint.body_and_foot import Foot
from indexer.formats.reprint.head import Head
from indexer.formats.reprint.publishers import publishers
from indexer.formats.text.links import unlinked
from search.analysis.folding import fold
from search.errors import InvalidArticle

__all__ = ["read"]

_MAX_HEAD_LINES = 120
"""Maximum number of lines that may hold a head, with blank ones and boilerplate."""
_PLACES = {
    "title": "first line", "deck": "lines under the title", "byline": "by-line",
    "authors": "by-line", "published": "first date", "regions": "Region:", "themes": "Theme:",
    "reports": "In-depth Report:", "source": "head", "source_url": "link of the source",
    "source_published": "second date", "url": "Url of this article", "body": "text",
    "author_note": "last paragraph", "image_credit": "line on the image", "copyright": "Copyright",
}  # fmt: skip
_PLACES_BY_FOOT = _PLACES | {"source": "The original source of this article is …"}
_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_HEAD_LENGTH = 2_000
_FOOT_LENGTH = 3_000
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_BOM = b"\xef\xbb\xbf"


def read(
    raw: bytes, _context: tuple[bytes, ...] = (), options: FormatOptions | None = None
) -> ParsedRecord:
    """Read one reprint into the keys of an article.

    Raises:
        InvalidArticle: the file is not text, or its head has no date with a day.

    """
    text = _normalise_lines(_decode(raw))
    if not text:
        raise InvalidArticle("the file holds no text")
    known = publishers(options.sites if options else "")
    head = Head(known)
    # The text after these lines stays in one piece.
    rest = head.read(text.split("\n", _MAX_HEAD_LINES))
    foot = Foot(head.authors, known)
    body = foot.read(_paragraphs(rest))
    if not head.published:
        raise InvalidArticle(
            head.problem or "the head has no date of publication, such as July 12, 2017"
        )
    source, source_url = head.source or foot.source, head.source_url
    if not source_url and (not head.source or fold(head.source) == fold(foot.source)):
        source_url = foot.source_url
    if known.is_publisher(source):
        source = source_url = ""
    authors = _without_source(head.authors, source)
    record = {
        "title": head.title,
        "deck": head.deck,
        "byline": unlinked(head.byline),
        "authors": authors,
        "published": head.published,
        **head.labelled,
        "source": source,
        "source_url": source_url,
        "source_published": head.source_published if source else "",
        "url": foot.url,
        "body": body,
        "author_note": foot.author_note,
        "image_credit": foot.image_credit,
        "copyright": foot.copyright,
    }
    return ParsedRecord(record, _PLACES if head.source or not source else _PLACES_BY_FOOT)


def _without_source(authors: tuple[str, ...], source: str) -> list[str]:
    """Drop the source from the authors if a person precedes it: `By Ana Roy, The Lantern`."""
    if len(authors) > 1 and source and " " in authors[0]:
        return [authors[0], *(name for name in authors[1:] if fold(name) != fold(source))]
    return list(authors)


def _decode(raw: bytes) -> str:
    if b"\x00" in raw:
        raise InvalidArticle("the file is not text in UTF-8 or Windows-1252")
    try:
        text = raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return text


def _normalise_lines(text: str) -> str:
    """Convert line ends to line feeds and blanks to spaces, and strip white space around lines."""
    text = "\n".join(text.splitlines())
    if not text.isascii():
        # Labels and dates are at the edges; inside a long body these characters do no harm.
        edges = (
            text
            if len(text) <= _HEAD_LENGTH + _FOOT_LENGTH
            else text[:_HEAD_LENGTH] + text[-_FOOT_LENGTH:]
        )
        for blank in _BLANKS:
            if blank in edges:
                text = text.replace(blank, " ")
        for sign in _INVISIBLE:
            if sign in edges:
                text = text.replace(sign, "")
    if " \n" in text or "\n " in text or "\t" in text:
        text = "\n".join([line.strip() for line in text.split("\n")])
    return text.strip()


def _paragraphs(lines: Iterable[str]) -> list[str]:
    return [bare for paragraph in "\n".join(lines).split("\n\n") if (bare := paragraph.strip("\n"))]
