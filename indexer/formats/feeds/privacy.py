"""Recognise items of feeds that are not public articles, such as drafts and comments.

A feed may carry the status of WordPress (`wp:status`), that of the Atom Publishing Protocol
(`app:draft`, RFC 5023) or Blogger's. In Blogger's older exports a category names the kind of each
entry, in newer ones `blogger:type` does.
"""

import re

from lxml import etree

from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle
from indexer.formats.record.privacy import check_feed_status, check_post, check_record, word_of
from indexer.formats.text.xml_tree import Name, all_inside, local_text, named_children

__all__ = ["check_item", "is_of_comment"]

_WORDPRESS = re.compile(r"^wp$|wordpress\.\w+/export/", re.IGNORECASE)
_POST_KEYS = {
    "post_type": "type", "post_status": "status", "post_password": "password",
    **dict.fromkeys(("post_id", "post_name", "post_parent", "post_date", "post_date_gmt"), "other"),
}  # fmt: skip
_KIND = re.compile(r"/kind#(\w+)$")
_PART_OF_BLOGGER = re.compile(r"tag:blogger\.com,1999:blog-\d+\.(layout|template|settings|page)\b")
_COMMENT_ADDRESS = re.compile(r"#(?:[\w-]*comment-?|c)\d+$|[?&]showComment=\d+", re.IGNORECASE)
_PARTS_OF_A_BLOG = frozenset(["comment", "template", "settings"])
_BY_ID = {"layout": "template", "template": "template", "settings": "settings", "page": "type page"}
_NO_DRAFT = frozenset(["", "no", "false", "0"])
_NOT_TRASHED = frozenset(["", "false", "0"])
# Elements of these vocabularies may look like a mark of privacy: media:status is that of a film.
_OTHER_VOCABULARIES = re.compile(r"search\.yahoo\.com/mrss|itunes|purl\.org/dc/")


def is_of_comment(address: str) -> bool:
    """Return whether an address leads to a comment on a page."""
    return _COMMENT_ADDRESS.search(address) is not None


def check_item(item: etree._Element, options: FormatOptions, *, is_whole: bool = True) -> None:
    """Check that an item is an article and is not marked as not public.

    If the item was recovered from broken XML (`is_whole` is false), all elements inside it count.

    Raises:
        NoArticle: it is marked; the message is the kind under which it is counted.

    """
    fields = {_local(str(key)): str(value) for key, value in item.attrib.items()}
    post: dict[str, str] = {}
    status = ""
    for name, child in named_children(item) if is_whole else all_inside(item):
        text = (child.text or "").strip()
        _check_element(name, child, text)
        if name.local in _POST_KEYS:
            post[_POST_KEYS[name.local]] = text
        elif _OTHER_VOCABULARIES.search(name.space) or "blogger" in name.space:
            continue
        elif name.local == "status":
            status = text
            if _WORDPRESS.search(name.space) or (child.prefix or "").lower() == "wp":
                post["status"] = text
        elif text and not len(child):
            fields.setdefault(_local(str(child.tag)), text)
    if post:
        kind, post_status = post.get("type", "post"), post.get("status", status or "publish")
        check_post(kind, post_status, post.get("password", ""), options)
    check_feed_status(status, options)
    check_record(fields, options)


def _local(tag: str) -> str:
    """Return the name after the prefix in its own case, which separates words: `isPublished`."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _check_element(name: Name, element: etree._Element, text: str) -> None:
    """Check an element that can decide on its own."""
    local = name.local
    if "blogger" in name.space:
        _check_blogger(local, text)
    elif local == "category":
        _check_kind(str(element.get("term") or text))
    elif local == "control":
        _check_draft(local_text(element, "draft"))
    elif local == "draft":
        _check_draft(text)
    elif local == "deleted" and not text:
        raise NoArticle("status deleted")
    elif local == "id" and (part := _PART_OF_BLOGGER.match(text)):
        raise NoArticle(_BY_ID[part[1]])
    elif local == "in-reply-to" or (
        local in ("guid", "link", "id") and _leads_to_comment(element, text)
    ):
        raise NoArticle("comment")


def _leads_to_comment(link: etree._Element, text: str) -> bool:
    return is_of_comment(
        text or (str(link.get("href") or "") if link.get("rel", "alternate") == "alternate" else "")
    )


def _check_draft(text: str) -> None:
    if text.lower() not in _NO_DRAFT:
        raise NoArticle("status draft")


def _check_blogger(local: str, text: str) -> None:
    """Check a field of Blogger's newer exports; only live posts are articles."""
    word = word_of(text)
    if local == "type" and word != "post":
        raise NoArticle(word if word in _PARTS_OF_A_BLOG else f"type {word or 'missing'}")
    if local == "status" and word != "live":
        raise NoArticle(f"status {word or 'missing'}")
    if local == "trashed" and word not in _NOT_TRASHED:
        raise NoArticle("status trash")


def _check_kind(term: str) -> None:
    """Check a category by which Blogger's older exports name the kind of an entry."""
    match = _KIND.search(term)
    if match and match[1] != "post":
        raise NoArticle(match[1] if match[1] in _PARTS_OF_A_BLOG else f"type {match[1]}")
