"""The feeds of several searches as OPML 2.0, which feed readers import."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from search.model.query import SearchQuery
from search.model.value_labels import ValueLabels
from web.legal_text import legal_line
from web.presenters.downloads.atom_feed import search_title
from web.urls import feed_to_follow_path, search_path

__all__ = ["opml"]


def opml(queries: Sequence[SearchQuery], base: str, site: str, labels: ValueLabels) -> bytes:
    """Return a document with a feed for each search; addresses begin with `base`.

    Titles have the labels of values.
    """
    document = ET.Element("opml", version="2.0")
    name = legal_line(site)
    ET.SubElement(ET.SubElement(document, "head"), "title").text = name
    body = ET.SubElement(document, "body")
    for query in queries:
        title = " · ".join(filter(None, (search_title(query, labels=labels), name)))
        ET.SubElement(
            body,
            "outline",
            type="rss",
            text=title,
            title=title,
            xmlUrl=base + feed_to_follow_path(query),
            htmlUrl=base + search_path(query),
        )
    text: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return text
