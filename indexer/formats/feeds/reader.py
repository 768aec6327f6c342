"""RSS and Atom, read by feedparser.

Each item is put back between the head and the end of its feed. We read some elements from the
item's own tree, since feedparser confuses them: marks of privacy, captions of media, and ids that
are not addresses.
"""

import io
import re
from functools import lru_cache
from typing import Any, NamedTuple

import feedparser
from lxml import etree

from indexer.formats.dates.timestamps import iso_timestamp
from indexer.formats.feeds.ids import id_of_item, scope_of
from indexer.formats.feeds.people import names_in, put_people
from indexer.formats.feeds.privacy import check_item
from indexer.formats.feeds.text import line_in, own_texts, put_text
from indexer.formats.record.categories import Category, put_categories, taxonomy_of
from indexer.formats.record.language_tags import put_language
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.privacy import with_withdrawal
from indexer.formats.record.script_language import put_language_by_script
from indexer.formats.text.addresses import is_address, join_address, unwrap_archived
from indexer.formats.text.html_to_markdown import html_to_line
from indexer.formats.text.xml_tree import (
    document_of,
    local_text,
    named_children,
    parse_item,
    recovered_item,
    without_controls,
)
from indexer.input.streams.xml_splitter import with_prefixes
from search.errors import InvalidArticle

__all__ = ["read"]

_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_HEADERS = {"content-type": "application/xml"}
_DATES = ("published", "updated", "created")
_PROXY = re.compile(
    r"https?://(?:feedproxy|feeds|rss|feed)\.|/~r/|\.feedsportal\.com/", re.IGNORECASE
)
# feedparser raises these for a space in the address of a namespace, and for much broken XML.
_FAULTS_OF_FEEDPARSER = (ValueError, TypeError, AttributeError, LookupError, AssertionError)
_KIND = re.compile(r"[/#]kind(?:#\w+)?$")


class _Feed(NamedTuple):
    """A feed's own data: base of relative links, scope of ids, language and authors."""

    base: str
    scope: str
    language: str
    names: list[str]


def read(
    raw: bytes, context: tuple[bytes, ...], options: FormatOptions, *, shares_id: bool = False
) -> ParsedRecord:
    """Read an item of a feed; with `shares_id`, title and date become part of its id.

    Raises:
        NoArticle: the item is a draft, a comment or the like.
        InvalidArticle: the item is not XML.

    """
    context = (with_prefixes(context[0]), context[1])
    feed = _feed(context)
    document = document_of(context, raw)
    try:
        item, is_whole = _item_of(parse_item(document)), True
    except InvalidArticle:
        item, is_whole = recovered_item(document), False
    base = join_address(feed.base, item.base) if item.base else feed.base
    parsed = ParsedRecord()
    _put_address(parsed, item, base)
    given_id = _given_id(item) or str(parsed.record.get("url", ""))
    scope = feed.scope or scope_of(given_id)
    try:
        check_item(item, options, is_whole=is_whole)
    except NoArticle as other:
        raise with_withdrawal(other, "" if shares_id else id_of_item(given_id, scope)) from other
    names = names_in(item)
    own = own_texts(item)
    entry = _entry(etree.tostring(item.getroottree()) if is_whole else without_controls(document))
    parsed.put("title", line_in(entry, item) or html_to_line(own.title), "title")
    for key, text in (
        *((key, _text_of(entry, key).strip()) for key in _DATES),
        ("post_date", local_text(item, "post_date")),
    ):
        if text:
            # An unreadable date is kept, so that the reject can name it.
            parsed.put("published", iso_timestamp(text) or text, key)
            break
    shared = (
        (str(parsed.record.get("title", "")), str(parsed.record.get("published", "")))
        if shares_id
        else None
    )
    parsed.put("id", id_of_item(given_id, scope, shared), "id of the item, or its link")
    put_language(parsed, _language(item) or feed.language, "language of the feed")
    put_people(parsed, names or feed.names, "author" if names else "author of the feed")
    _put_categories(parsed, entry, options)
    put_text(parsed, entry, item, own, base)
    put_language_by_script(parsed, options.language)
    _put_source(parsed, entry)
    return parsed


def _entry(document: bytes) -> Any:
    try:
        parsed = feedparser.parse(
            # A stream, since feedparser would open a text that looks like an address or a file.
            io.BytesIO(document),
            response_headers=_HEADERS,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FAULTS_OF_FEEDPARSER as error:
        raise InvalidArticle(f"the item cannot be read: {error}") from error
    if not parsed.entries:
        reason = parsed.get("bozo_exception") or "it holds no item"
        raise InvalidArticle(f"the item cannot be read: {reason}")
    return parsed.entries[0]


@lru_cache(maxsize=8)
def _feed(context: tuple[bytes, ...]) -> _Feed:
    document = document_of(context, b"")
    try:
        root = parse_item(document)
    except InvalidArticle:
        root = recovered_item(document)
    channel = next(root.iter("{*}channel"), root)
    links: dict[str, str] = {}
    for name, child in named_children(channel):
        if name.local == "link":
            text = str(child.get("href") or child.text or "").strip()
            kind = str(child.get("rel") or "alternate")
            # A channel's own link takes precedence over one in another vocabulary.
            if text and (kind not in links or not name.space):
                links[kind] = text
    own = links.get("self", "")
    given_id = local_text(channel, "id")
    home = unwrap_archived(join_address(channel.base or own, links.get("alternate", "")))
    base = next((address for address in (home, own, given_id) if is_address(address)), "")
    language = next((text for element in (channel, root) if (text := _language(element))), "")
    return _Feed(
        base,
        scope_of(home, own, given_id, local_text(channel, "title")),
        language,
        names_in(channel),
    )


def _item_of(root: etree._Element) -> etree._Element:
    item = next(root.iter("{*}item", "{*}entry"), None)
    if item is None:
        raise InvalidArticle("the item cannot be read: it holds no item")
    return item


def _text_of(entry: Any, key: str) -> str:
    """Return a text of an entry; feedparser's own look-up invents missing ones."""
    value = dict.get(entry, key)
    return value if isinstance(value, str) else ""


def _put_address(parsed: ParsedRecord, item: etree._Element, base: str) -> None:
    """Put the address of the article's own page.

    It is the link that a feed's host replaced, the item's link, or its permanent link.
    """
    original = link = permanent = ""
    for name, child in named_children(item):
        text = (child.text or "").strip()
        if name.local == "origlink":
            original = original or text
        elif name.local == "link" and child.get("rel", "alternate") == "alternate":
            if not link or not name.space:
                link = text or str(child.get("href") or "").strip() or link
        elif name.local == "guid" and str(child.get("isPermaLink", "true")).lower() != "false":
            permanent = text
        elif name.local == "filename" and "blogger" in name.space:
            link = link or text
    if is_address(permanent) and link and _PROXY.search(link):
        link = permanent
    for text, place in (
        (original, "origLink"),
        (join_address(base, link), "link"),
        (permanent, "guid"),
    ):
        if is_address(text):
            parsed.put("url", unwrap_archived(text), place)
            return


def _given_id(item: etree._Element) -> str:
    about = str(item.get(f"{_RDF}about") or "")
    texts = (
        (child.text or "").strip()
        for name, child in named_children(item)
        if name.local in ("guid", "id")
    )
    return next(filter(None, texts), about)


def _language(element: etree._Element) -> str:
    own = next(
        (
            child.text or ""
            for name, child in named_children(element)
            if name.local == "language" and child.text
        ),
        "",
    )
    return own.strip() or str(element.get(f"{_XML}lang") or "").strip()


def _put_categories(parsed: ParsedRecord, entry: Any, options: FormatOptions) -> None:
    categories = []
    for tag in entry.get("tags", []):
        scheme, term = _text_of(tag, "scheme"), _text_of(tag, "term")
        name = html_to_line(_text_of(tag, "label") or term)
        if name and not _KIND.search(scheme) and not _KIND.search(term):
            categories.append(Category(name, taxonomy_of(scheme, options.categories)))
    put_categories(parsed, categories, options.categories)


def _put_source(parsed: ParsedRecord, entry: Any) -> None:
    source = entry.get("source")
    if source:
        parsed.put("source", html_to_line(_text_of(source, "title")), "source")
        address = _text_of(source, "href") or _text_of(source, "link")
        parsed.put("source_url", unwrap_archived(address) if is_address(address) else "", "source")
