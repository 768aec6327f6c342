"""Feeds of made-up sites, and a function that reads them as a load does."""

import io
from typing import Any

from indexer.formats import FormatOptions, NoArticle, read_record
from indexer.formats.record.validation import to_article
from indexer.input.streams.byte_stream import ByteStream
from indexer.input.streams.xml_splitter import XmlItems, xml_format

__all__ = ["atom", "entry", "read_all", "rss", "rss_item"]

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(
    *items: str,
    head: str = "<title>Fen</title><link>https://fen.example/</link>",
    root: str = NAMESPACES,
) -> str:
    """Return an RSS feed."""
    return f'<rss version="2.0" {root}><channel>{head}{"".join(items)}</channel></rss>'


def rss_item(
    more: str = "", *, title: str = "Heron", text: str = "<description>A heron.</description>"
) -> str:
    """Return an RSS item; `more` is added at its end."""
    return f"<item><title>{title}</title><pubDate>Sat, 05 Jan 2019 09:00:00 +0000</pubDate>{text}{more}</item>"


def atom(*entries: str, head: str = '<title>Fen</title><link href="https://fen.example/"/>') -> str:
    """Return an Atom feed."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(entries)}</feed>'


def entry(
    more: str = "",
    *,
    title: str = "<title>Heron</title>",
    text: str = "<summary>A heron.</summary>",
) -> str:
    """Return an Atom entry; `more` is added at its end."""
    return f"<entry>{title}<updated>2019-01-05T09:00:00Z</updated>{text}{more}</entry>"


def read_all(text: str, options: FormatOptions | None = None) -> list[dict[str, Any] | str]:
    """Return every item: an article's keys with a value, or the kind of a skipped item."""
    options = options or FormatOptions()
    document = XmlItems(ByteStream(io.BytesIO(text.encode()), None))
    outcomes: list[dict[str, Any] | str] = []
    for item in document.items():
        try:
            record = read_record(xml_format(document), item.raw, document.context, options).record
        except NoArticle as no_article:
            outcomes.append(str(no_article))
            continue
        article = to_article(record, "", options.language)[0]
        outcomes.append({key: value for key, value in article.to_dict().items() if value})
    return outcomes
