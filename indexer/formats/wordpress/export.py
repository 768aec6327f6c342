"""WordPress exports (WXR, a dialect of RSS), one item at a time."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from indexer.formats.dates.timestamps import iso_timestamp, with_offset
from indexer.formats.feeds.ids import id_of_item, scope_of
from indexer.formats.feeds.people import person_in, put_people
from indexer.formats.record.categories import Category, put_categories
from indexer.formats.record.language_tags import put_language, put_term_language
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.privacy import check_post, with_withdrawal
from indexer.formats.record.script_language import put_language_by_script
from indexer.formats.text.addresses import is_address, join_address, unwrap_archived
from indexer.formats.text.html_to_markdown import html_to_line
from indexer.formats.text.xml_tree import (
    document_of,
    local_text,
    name_of,
    named_children,
    parse_item,
)
from indexer.formats.wordpress.post_text import body_of_post
from indexer.input.streams.xml_splitter import outer_tags, with_prefixes

__all__ = ["put_mapped", "read"]

_NO_YEAR = "0000-"
_MAX_ABOVE = 20
_LISTS = ("authors", "regions", "themes", "reports")
_OTHER_VOCABULARIES = (
    "search.yahoo.com/mrss",
    "itunes",
    "googleplay",
    "w3.org/2005/atom",
    "purl.org/dc/terms",
)
_OPEN = {"status": ("publish", ""), "post_type": ("post", ""), "post_password": ("",)}
"""Marks of privacy, each with the values of public posts."""


_POST_MARKS = frozenset(
    "post_type post_id post_date post_date_gmt post_name post_parent post_password comment_status"
    " ping_status is_sticky".split()
)
"""Elements that only posts of an export have."""


class _Head(NamedTuple):
    """The head of an export.

    It maps logins to names, and taxonomy and slug of a category to its name and its parent's slug.
    """

    names: Mapping[str, str]
    terms: Mapping[tuple[str, str], tuple[str, str]]
    language: str
    home: str
    scope: str


def read(raw: bytes, context: tuple[bytes, ...], options: FormatOptions) -> ParsedRecord:
    """Read an item of an export.

    Raises:
        NoArticle: the item is an attachment, a page, a draft or the like.
        InvalidArticle: the item is not XML.

    """
    head = _head(context)
    item = next(parse_item(document_of((outer_tags(context[0]), context[1]), raw)).iter("{*}item"))
    texts, terms, metadata = _parts(item)
    guid = id_of_item(texts.get("guid", ""), head.scope)
    try:
        _check(texts, options)
    except NoArticle as other:
        raise with_withdrawal(other, guid) from other
    parsed = ParsedRecord()
    parsed.put("id", guid, "guid")
    url = join_address(head.home, texts.get("link", ""))
    parsed.put("url", unwrap_archived(url) if is_address(url) else "", "link")
    parsed.put("title", html_to_line(texts.get("title", "")), "title")
    parsed.put("published", *_moment(texts))
    put_language(parsed, head.language, "language of the channel")
    languages = (
        (term.get("nicename") or "", term.text or "")
        for term in terms
        if _domain(term) == "language"
    )
    put_term_language(parsed, languages)
    put_people(parsed, *_item_authors(texts, terms, head))
    put_categories(parsed, list(_item_categories(terms, head)), options.categories)
    content = texts.get("content", "")
    fields = (
        _fields(metadata)
        if metadata and (options.has_meta_keys or "wp:footnotes" in content)
        else {}
    )
    _put_text(parsed, texts, content, head.home, fields.get("footnotes", ""))
    put_mapped(parsed, fields, options.keys)
    put_language_by_script(parsed, options.language)
    return parsed


def _parts(
    item: etree._Element,
) -> tuple[dict[str, str], list[etree._Element], list[etree._Element]]:
    """Return an item's texts by their role, its categories, and its custom fields."""
    texts: dict[str, str] = {}
    terms: list[etree._Element] = []
    metadata: list[etree._Element] = []
    for child in item:
        role = _role(child.tag) if isinstance(child.tag, str) else ""
        if role == "postmeta":
            metadata.append(child)
        elif role == "category":
            terms.append(child)
        elif role and (text := (child.text or "").strip()):
            # If a mark of privacy occurs twice, the more restrictive one counts.
            if role not in texts or texts[role].lower() in _OPEN.get(role, ()):
                texts[role] = text
        elif role in _OPEN:
            texts.setdefault(role, "")
    return texts, terms, metadata


def put_mapped(
    parsed: ParsedRecord, metadata: Mapping[str, object], keys: Mapping[str, str]
) -> None:
    """Put custom fields that `dateline.toml` maps: `"meta.original_url" = "source_url"`."""
    for name, value in metadata.items():
        key = keys.get(f"meta.{name}")
        if key and isinstance(value, str) and value.strip():
            parsed.put(key, [value] if key in _LISTS else value, f"meta.{name}")


@lru_cache(maxsize=4096)
def _role(tag: str) -> str:
    """Return the role of an element: its name in any namespace; "" in other vocabularies."""
    space, local = name_of(tag)
    if local == "encoded":
        return "excerpt" if "excerpt" in space else "content"
    return "" if any(other in space for other in _OTHER_VOCABULARIES) else local


def _check(texts: Mapping[str, str], options: FormatOptions) -> None:
    # Every post of an export has a status; one without may have been private. An item without any
    # mark of a post belongs to a feed that only declares the namespace.
    missing = "publish" if _POST_MARKS.isdisjoint(texts) else ""
    status = texts.get("status", texts.get("post_status", missing))
    check_post(texts.get("post_type", "post"), status, texts.get("post_password", ""), options)


def _moment(texts: Mapping[str, str]) -> tuple[str, str]:
    """Return the time of publication; one that cannot be read is kept, for the reject."""
    local, utc, other = (texts.get(name, "") for name in ("post_date", "post_date_gmt", "pubdate"))
    if local and not local.startswith(_NO_YEAR):
        return with_offset(local, utc) or local, "wp:post_date"
    if utc and not utc.startswith(_NO_YEAR):
        return with_offset(utc, utc) or utc, "wp:post_date_gmt"
    return iso_timestamp(other) or other, "pubDate"


def _put_text(
    parsed: ParsedRecord, texts: Mapping[str, str], content: str, base: str, notes: str
) -> None:
    body = body_of_post(content, base, notes)
    deck = html_to_line(texts.get("excerpt", ""))
    if body or deck:
        parsed.put("deck", deck, "excerpt:encoded")
        parsed.put("body", body, "content:encoded")
    else:
        parsed.put("body", body_of_post(texts.get("description", ""), base), "description")


def _item_authors(
    texts: Mapping[str, str], terms: list[etree._Element], head: _Head
) -> tuple[list[str], str]:
    """Return the authors' display names.

    Those of a plug-in for several authors come before the creator.
    """
    co_author_terms = [term for term in terms if _domain(term) == "author"]
    if co_author_terms:
        slugs = [str(term.get("nicename") or "").removeprefix("cap-") for term in co_author_terms]
        names = [
            head.names.get(slug) or term.text or slug
            for slug, term in zip(slugs, co_author_terms, strict=True)
        ]
        return [name for name in map(person_in, names) if name], "category author"
    login = texts.get("creator", "")
    name = person_in(head.names.get(login) or login)
    return [name] if name else [], "dc:creator, wp:author_display_name"


def _item_categories(terms: list[etree._Element], head: _Head) -> Iterator[Category]:
    for term in terms:
        taxonomy, slug = _domain(term) or "category", term.get("nicename") or ""
        name = html_to_line(term.text or "")
        if name and taxonomy not in ("author", "post_format", "nav_menu"):
            yield Category(name, taxonomy, _above(head, taxonomy, slug))


def _domain(term: etree._Element) -> str:
    return (term.get("domain") or "").strip().lower()


def _above(head: _Head, taxonomy: str, slug: str) -> list[str]:
    ancestors: list[str] = []
    _name, above = head.terms.get((taxonomy, slug), ("", ""))
    while above and len(ancestors) < _MAX_ABOVE:
        name, next_above = head.terms.get((taxonomy, above), (above, ""))
        ancestors.append(name)
        above = next_above
    return ancestors


def _fields(metadata: list[etree._Element]) -> dict[str, str]:
    return {local_text(field, "meta_key"): local_text(field, "meta_value") for field in metadata}


@lru_cache(maxsize=4)
def _head(context: tuple[bytes, ...]) -> _Head:
    channel = next(
        parse_item(document_of((with_prefixes(context[0]), context[1]), b"")).iter("{*}channel"),
        None,
    )
    names: dict[str, str] = {}
    terms: dict[tuple[str, str], tuple[str, str]] = {}
    channel_texts = {"language": "", "link": "", "title": ""}
    for name, child in named_children(channel) if channel is not None else ():
        kind = name.local
        if kind in channel_texts and not len(child):
            channel_texts[kind] = channel_texts[kind] or (child.text or "").strip()
        elif kind == "author" and (login := local_text(child, "author_login")):
            names[login] = local_text(child, "author_display_name")
        elif kind == "category" and (slug := local_text(child, "category_nicename")):
            terms["category", slug] = (
                html_to_line(local_text(child, "cat_name")),
                local_text(child, "category_parent"),
            )
        elif kind == "term":
            place = (local_text(child, "term_taxonomy"), local_text(child, "term_slug"))
            terms.setdefault(
                place,
                (html_to_line(local_text(child, "term_name")), local_text(child, "term_parent")),
            )
    home = unwrap_archived(channel_texts["link"])
    return _Head(
        names,
        terms,
        channel_texts["language"],
        home if is_address(home) else "",
        scope_of(home, channel_texts["title"]),
    )
