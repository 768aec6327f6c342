"""WordPress: items of an export (WXR 1.2, a dialect of RSS) and posts of its REST API (`/wp-json/wp/v2/posts?_embed`)."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from indexer.formats.authors import authors_of
from indexer.formats.categories import Category, put_categories
from indexer.formats.html_to_markdown import line_of, markdown_of
from indexer.formats.options import FormatOptions
from indexer.formats.parsed_record import NoArticle, ParsedRecord
from indexer.formats.timestamps import moment_or_text, with_offset
from indexer.formats.xml_tree import document_of, parse_item
from indexer.input.xml_splitter import outer_tags

__all__ = ["read", "read_post"]

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_MOST_ABOVE = 20
_NO_TIME = "0000-00-00 00:00:00"

_TAG = re.compile(r"(<[^>]*>)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
# [gallery ids="1,2"], [/caption], [caption id=x]…; text in brackets such as [sic] has neither name=… nor an end.
_SHORTCODE = re.compile(
    r"\[/[a-z][\w-]*\]|\[[a-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]]+))+\s*/?\]", re.IGNORECASE
)
_ENCLOSED = re.compile(
    r"\[(?P<name>caption|wp_caption|embed|audio|video|playlist|gallery)\b[^\]]*\].*?\[/(?P=name)\]", re.DOTALL
)
_ALONE = re.compile(
    r"\[(?:gallery|more|nextpage|toc|playlist|audio|video|embed|contact-form-7|ad|ads|adsense|sharethis|jetpack[\w-]*|vc_[\w-]+"
    r"|et_pb_[\w-]+|/?(?:dropcap|pullquote|quote|box|row|column|one_half|one_third))\s*/?\]",
    re.IGNORECASE,
)


class _Head(NamedTuple):
    """What an export's head says: names by login, and categories by taxonomy and slug with the slug of the one above."""

    names: Mapping[str, str]
    terms: Mapping[tuple[str, str], tuple[str, str]]
    language: str


def read(raw: bytes, context: tuple[bytes, ...], options: FormatOptions) -> ParsedRecord:
    """Read an item of an export.

    Raises:
        NoArticle: it is an attachment, a page, a draft or the like.
        InvalidArticle: it is no XML.

    """
    head = _head(context)
    item = next(parse_item(document_of((outer_tags(context[0]), context[1]), raw)).iter("item"))
    wp = {etree.QName(child).localname: (child.text or "").strip() for child in item if _is_wp(child)}
    kind, status = wp.get("post_type", "post"), wp.get("status", "publish")
    _check_wanted(kind, status, options)
    found = ParsedRecord()
    found.put("id", _text(item, "guid"), "guid")
    found.put("url", _text(item, "link"), "link")
    found.put("title", line_of(_text(item, "title")), "title")
    found.put("published", *_item_moment(item, wp))
    found.put("language", head.language, "language of the channel")
    _put_authors(found, *_item_authors(item, head))
    put_categories(found, list(_item_categories(item, head)), options.categories)
    found.put("deck", line_of(_excerpt(item)), "excerpt:encoded")
    found.put("body", body_of_post(_text(item, _CONTENT)), "content:encoded")
    metadata = {
        _wp_text(meta, "meta_key"): _wp_text(meta, "meta_value")
        for meta in item
        if _is_wp(meta) and etree.QName(meta).localname == "postmeta"
    }
    _put_mapped(found, metadata, options.keys)
    return found


def read_post(post: Mapping[str, Any], options: FormatOptions) -> ParsedRecord:
    """Read a post of the REST API.

    Raises:
        NoArticle: it is a draft or of another type.

    """
    _check_wanted(str(post.get("type", "post")), str(post.get("status", "publish")), options)
    found = ParsedRecord()
    found.put("id", _rendered(post, "guid"), "guid.rendered")
    found.put("url", post.get("link"), "link")
    found.put("title", line_of(_rendered(post, "title")), "title.rendered")
    local, utc = str(post.get("date") or ""), str(post.get("date_gmt") or "")
    found.put("published", with_offset(local, utc) if local else "", "date")
    embedded = post.get("_embedded")
    embedded = embedded if isinstance(embedded, dict) else {}
    people = [each for each in embedded.get("author") or [] if isinstance(each, dict)]
    _put_authors(found, [str(each["name"]) for each in people if each.get("name")], "_embedded.author")
    put_categories(found, list(_post_categories(embedded)), options.categories)
    found.put("deck", line_of(_rendered(post, "excerpt")), "excerpt.rendered")
    found.put("body", body_of_post(_rendered(post, "content")), "content.rendered")
    meta = post.get("meta")
    _put_mapped(found, meta if isinstance(meta, dict) else {}, options.keys)
    return found


def body_of_post(content: str) -> str:
    """Return a post's content as light Markdown: comments of blocks and shortcodes are dropped, blank lines part paragraphs."""
    if not content:
        return ""
    content = content.replace("\r\n", "\n")
    if "[" in content:
        content = _ALONE.sub("", _SHORTCODE.sub("", _ENCLOSED.sub("", content)))
    if "\n\n" in content and "<!-- wp:" not in content:
        # What the editor of before blocks wrote: WordPress itself makes paragraphs of it when it shows it.
        pieces = _TAG.split(content)
        pieces[::2] = [_BLANK_LINE.sub("<br><br>", piece).replace("\n", "<br>") for piece in pieces[::2]]
        content = "".join(pieces)
    return markdown_of(content)


def _check_wanted(kind: str, status: str, options: FormatOptions) -> None:
    if kind not in options.post_types:
        raise NoArticle(f"type {kind}")
    if status not in options.post_statuses:
        raise NoArticle(f"status {status}")


def _item_moment(item: etree._Element, wp: Mapping[str, str]) -> tuple[str, str]:
    local, utc = wp.get("post_date", ""), wp.get("post_date_gmt", "")
    if local and local != _NO_TIME:
        return with_offset(local, utc), "wp:post_date"
    return moment_or_text(_text(item, "pubDate")), "pubDate"


def _item_authors(item: etree._Element, head: _Head) -> tuple[list[str], str]:
    """Return the authors' display names: those of a plug-in for several authors, else the creator's."""
    several = [each for each in item.iter("category") if each.get("domain") == "author"]
    if several:
        slugs = [str(each.get("nicename") or "").removeprefix("cap-") for each in several]
        return [
            head.names.get(slug) or each.text or slug for slug, each in zip(slugs, several, strict=True)
        ], "category author"
    login = _text(item, _CREATOR)
    return [head.names.get(login) or login] if login else [], "dc:creator, wp:author_display_name"


def _put_authors(found: ParsedRecord, names: list[str], place: str) -> None:
    found.put("byline", ", ".join(names), place)
    found.put("authors", list(dict.fromkeys(author for name in names for author in authors_of(name))), place)


def _item_categories(item: etree._Element, head: _Head) -> Iterator[Category]:
    for each in item.iter("category"):
        taxonomy, slug = each.get("domain") or "category", each.get("nicename") or ""
        name = line_of(each.text or "")
        if name and taxonomy not in ("author", "post_format", "nav_menu"):
            yield Category(name, taxonomy, _above(head, taxonomy, slug))


def _above(head: _Head, taxonomy: str, slug: str) -> list[str]:
    found: list[str] = []
    _name, above = head.terms.get((taxonomy, slug), ("", ""))
    while above and len(found) < _MOST_ABOVE:
        name, next_above = head.terms.get((taxonomy, above), (above, ""))
        found.append(name)
        above = next_above
    return found


def _post_categories(embedded: Mapping[str, Any]) -> Iterator[Category]:
    groups = embedded.get("wp:term")
    for group in groups if isinstance(groups, list) else []:
        for term in group if isinstance(group, list) else []:
            if isinstance(term, dict) and term.get("name"):
                # The parents are not embedded, but the term's address names them: …/category/region/europe/.
                slug = str(term.get("slug") or "")
                path = [part for part in re.sub(r"^https?://[^/]*", "", str(term.get("link") or "")).split("/") if part]
                above = path[1:-1] if path and path[-1] == slug else []
                yield Category(line_of(str(term["name"])), str(term.get("taxonomy") or "category"), above[::-1])


def _put_mapped(found: ParsedRecord, metadata: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    """Put what fields of the site's own hold, where `dateline.toml` says so: `"meta.original_url" = "source_url"`."""
    for name, value in metadata.items():
        key = keys.get(f"meta.{name}")
        if key and isinstance(value, str) and value.strip():
            found.put(key, [value] if key in ("authors", "regions", "themes", "reports") else value, f"meta.{name}")


@lru_cache(maxsize=4)
def _head(context: tuple[bytes, ...]) -> _Head:
    channel = parse_item(document_of(context, b"")).find("channel")
    names: dict[str, str] = {}
    terms: dict[tuple[str, str], tuple[str, str]] = {}
    for child in channel if channel is not None else ():
        if not _is_wp(child):
            continue
        kind = etree.QName(child).localname
        if kind == "author":
            names[_wp_text(child, "author_login")] = _wp_text(child, "author_display_name")
        elif kind == "category":
            slug = _wp_text(child, "category_nicename")
            terms["category", slug] = (line_of(_wp_text(child, "cat_name")), _wp_text(child, "category_parent"))
        elif kind == "term":
            place = (_wp_text(child, "term_taxonomy"), _wp_text(child, "term_slug"))
            terms.setdefault(place, (line_of(_wp_text(child, "term_name")), _wp_text(child, "term_parent")))
    language = (channel.findtext("language") or "").strip() if channel is not None else ""
    return _Head(names, terms, language)


def _is_wp(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith("{http://wordpress.org/export/")


def _wp_text(element: etree._Element, name: str) -> str:
    return next(
        ((child.text or "").strip() for child in element if _is_wp(child) and etree.QName(child).localname == name), ""
    )


def _text(item: etree._Element, tag: str) -> str:
    return (item.findtext(tag) or "").strip()


def _excerpt(item: etree._Element) -> str:
    return next(
        (child.text or "" for child in item if isinstance(child.tag, str) and child.tag.endswith("/excerpt/}encoded")),
        "",
    )


def _rendered(post: Mapping[str, Any], key: str) -> str:
    value = post.get(key)
    value = value.get("rendered") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""
