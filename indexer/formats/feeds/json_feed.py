"""Items of a JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from indexer.formats.dates.timestamps import iso_timestamp
from indexer.formats.feeds.ids import id_of_item, scope_of
from indexer.formats.feeds.people import person_in, put_people
from indexer.formats.feeds.privacy import is_of_comment
from indexer.formats.feeds.text import put_deck
from indexer.formats.record.categories import Category, put_categories
from indexer.formats.record.language_tags import put_language
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.privacy import check_record, with_withdrawal
from indexer.formats.record.script_language import put_language_by_script
from indexer.formats.record.validation import parse_json
from indexer.formats.text.addresses import is_address, join_address, unwrap_archived
from indexer.formats.text.html_detection import looks_like_html
from indexer.formats.text.html_to_markdown import html_to_line, prose_to_markdown
from indexer.formats.text.markdown_signs import text_to_markdown
from search.errors import InvalidArticle

__all__ = ["read"]

_DATES = ("date_published", "date_modified")


class _Feed(NamedTuple):
    """A feed's own data: base of relative links, scope of ids, language and authors."""

    base: str
    scope: str
    language: str
    names: list[str]


def read(
    raw: bytes, context: tuple[bytes, ...], options: FormatOptions, *, shares_id: bool = False
) -> ParsedRecord:
    """Read an item of a JSON Feed.

    `context` is the feed's object without its items. With `shares_id`, title and date become part
    of the id.

    Raises:
        NoArticle: the item is marked as not public.
        InvalidArticle: the item is not a JSON object.

    """
    feed = _feed(context[0] if context else b"{}")
    item = parse_json(raw)
    given_id = _id(item)
    url = _address(feed.base, _text(item, "url")) or (given_id if is_address(given_id) else "")
    scope = feed.scope or scope_of(url)
    try:
        check_record(item, options)
    except NoArticle as other:
        raise with_withdrawal(
            other, "" if shares_id else id_of_item(given_id or url, scope)
        ) from other
    if is_of_comment(url):
        raise NoArticle("comment")
    parsed = ParsedRecord()
    parsed.put("url", unwrap_archived(url), "url")
    parsed.put("title", _line(_text(item, "title")), "title")
    for key in _DATES:
        if text := _text(item, key).strip():
            # An unreadable date is kept, so that the reject can name it.
            parsed.put("published", iso_timestamp(text) or text, key)
            break
    shared = (
        (str(parsed.record.get("title", "")), str(parsed.record.get("published", "")))
        if shares_id
        else None
    )
    parsed.put("id", id_of_item(given_id or url, scope, shared), "id" if given_id else "url")
    put_language(parsed, _text(item, "language") or feed.language, "language")
    names = list(_names(item))
    put_people(parsed, names or feed.names, "authors" if names else "authors of the feed")
    tags = item.get("tags")
    words = [_line(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    put_categories(
        parsed, [Category(word, "category") for word in words if word], options.categories
    )
    _put_text(parsed, item, url or feed.base)
    put_language_by_script(parsed, options.language)
    return parsed


@lru_cache(maxsize=8)
def _feed(raw: bytes) -> _Feed:
    try:
        feed = parse_json(raw)
    except InvalidArticle:
        feed = {}
    own = _text(feed, "feed_url")
    home = unwrap_archived(_address(own, _text(feed, "home_page_url")))
    base = next((address for address in (home, own) if is_address(address)), "")
    return _Feed(
        base, scope_of(home, own, _text(feed, "title")), _text(feed, "language"), list(_names(feed))
    )


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _id(item: Mapping[str, Any]) -> str:
    """Return an item's id; version 1 of the format allows numbers."""
    value = item.get("id")
    return (
        str(value).strip()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
        else ""
    )


def _address(base: str, link: str) -> str:
    address = join_address(base, link)
    return address if is_address(address) else ""


def _line(text: str) -> str:
    return html_to_line(text) if looks_like_html(text) else " ".join(text.split())


def _names(record: Mapping[str, Any]) -> Iterator[str]:
    people = record.get("authors")
    if not isinstance(people, list) or not people:
        people = [record.get("author")]
    for person in people:
        name = person.get("name") if isinstance(person, dict) else person
        if isinstance(name, str) and (person := person_in(name)):
            yield person


def _put_text(parsed: ParsedRecord, item: Mapping[str, Any], base: str) -> None:
    summary = _text(item, "summary")
    html, text = _text(item, "content_html"), _text(item, "content_text")
    if body := prose_to_markdown(html, base) or text_to_markdown(text):
        parsed.put("body", body, "content_html" if html else "content_text")
        put_deck(parsed, _line(summary))
    else:
        parsed.put(
            "body",
            prose_to_markdown(summary, base)
            if looks_like_html(summary)
            else text_to_markdown(summary),
            "summary",
        )
        parsed.summary_only = "body" in parsed.record
