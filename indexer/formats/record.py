"""A record in the keys of an article to an Article: normalised, validated, never guessed."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from search.article import ARTICLE_KEYS, Article
from search.errors import InvalidArticle
from search.markup import plain_text

__all__ = ["MAX_BODY_BYTES", "MAX_VALUE_LENGTH", "iso_date", "parse_json", "to_article"]

MAX_BODY_BYTES = 10_000_000
MAX_VALUE_LENGTH = 500
"""Characters of an id or a facet value."""
_MADE_UP_TITLE = 90

_LISTS = ("authors", "regions", "themes", "reports")
_LINES = ("title", "deck", "byline", "source", "source_url", "url", "image_credit", "copyright")
_FACET_LINES = ("source",)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# A region has two letters and is in capitals, a script has four and begins with one.
_CASES = {2: str.upper, 4: str.title}
_NOT_IN_SLUG = re.compile(r"[^\w]+")
_BLANK_LINES = re.compile(r"\n{3,}")
# What a text may not hold: control characters but tab and line feed, and halves of surrogate pairs.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_LINE_END = re.compile(r"\r\n?|\u2028|\u0085")
_JSON_NAMES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    str: "text",
}


def parse_json(raw: bytes) -> dict[str, Any]:
    """Read one JSON object.

    Raises:
        InvalidArticle: it is none.

    """
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidArticle(f"this is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise InvalidArticle(f"a record is a JSON object, this is {_JSON_NAMES.get(type(record), 'null')}")
    return record


def to_article(record: Mapping[str, Any], origin: str, language: str) -> tuple[Article, list[str]]:
    """Make an article of a record, and name the keys of it that are unknown.

    `origin` is where it was read, unless the record brings its own; `language` is for a record that names none.

    Raises:
        InvalidArticle: the first thing that is wrong with it.

    """
    texts: dict[str, Any] = {key: _line(_text(record, key)) if key in record else "" for key in _LINES}
    lists: dict[str, Any] = {key: _values(record, key) for key in _LISTS}
    body = _prose(_text(record, "body"))
    if len(body) * 4 > MAX_BODY_BYTES and (size := len(body.encode())) > MAX_BODY_BYTES:
        raise InvalidArticle(f"the body has {size:,} bytes; {MAX_BODY_BYTES:,} are the most")
    if len(texts["source"]) > MAX_VALUE_LENGTH:
        raise InvalidArticle(f"source has {len(texts['source'])} characters; {MAX_VALUE_LENGTH} are the most")
    published = iso_date(_line(_text(record, "published")), "published")
    if not published:
        raise InvalidArticle("published is missing; it is an ISO 8601 date such as 2017-07-12")
    title = texts.pop("title") or _first_words(body)
    if not title:
        raise InvalidArticle("there is neither a title nor a body")
    if texts["source_url"].startswith("#"):
        texts["source_url"] = ""
    article = Article(
        id=_id(record, texts["url"], title, lists["authors"], published),
        title=title,
        published=published,
        source_published=iso_date(_line(_text(record, "source_published")), "source_published"),
        language=_language(_line(_text(record, "language")) or language),
        body=body,
        author_note=_prose(_text(record, "author_note")),
        origin=_line(_text(record, "origin")) or origin,
        **texts,
        **lists,
    )
    return article, [key for key in record if key not in _KNOWN]


def iso_date(text: str, key: str) -> str:
    """Return an ISO 8601 date or date-time as it is written, or in its plainest form when it is written otherwise.

    Raises:
        InvalidArticle: it is none, or such a day does not exist.

    """
    if not text:
        return ""
    try:
        if len(text) == len("2017-07-12"):
            return dt.date.fromisoformat(text).isoformat()
        moment = dt.datetime.fromisoformat(text)
        # Where the zone takes it out of the calendar it cannot be put in order.
        if moment.tzinfo is not None:
            moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidArticle(
            f"{key} {text[:60]!r} is no date; write it as 2017-07-12 or 2017-07-12T09:30:00+02:00"
        ) from error
    return text if text[10:11] == "T" and text[4] == "-" else moment.isoformat()


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidArticle(f"{key} is {_JSON_NAMES.get(type(value), 'something else')}; it must be text")
    # Line feeds are what most texts hold of what cannot be printed.
    if not value.isprintable() and not value.replace("\n", "").isprintable():
        value = _CONTROL.sub("", _LINE_END.sub("\n", value))
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _line(text: str) -> str:
    return " ".join(text.split()) if text else ""


def _prose(text: str) -> str:
    """Paragraphs with one blank line between; line breaks inside them stay."""
    if " \n" in text or "\t" in text:
        text = "\n".join(line.rstrip() for line in text.expandtabs(4).split("\n"))
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip("\n").rstrip()


def _values(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    given = record.get(key)
    if not given and (given is None or given == []):
        return ()
    if not isinstance(given, list):
        raise InvalidArticle(f"{key} is {_JSON_NAMES.get(type(given), 'something else')}; it must be a list of texts")
    values = []
    for item in given:
        if not isinstance(item, str):
            raise InvalidArticle(f"{key} holds {_JSON_NAMES.get(type(item), 'null')}; it must hold texts only")
        value = _line(_text({key: item}, key))
        if len(value) > MAX_VALUE_LENGTH:
            raise InvalidArticle(f"{key} holds a value of {len(value)} characters; {MAX_VALUE_LENGTH} are the most")
        values.append(value)
    return tuple(dict.fromkeys(filter(None, values)))


def _id(record: Mapping[str, Any], url: str, title: str, authors: tuple[str, ...], published: str) -> str:
    given = _line(_text(record, "id"))
    if len(given) > MAX_VALUE_LENGTH:
        raise InvalidArticle(f"id has {len(given)} characters; {MAX_VALUE_LENGTH} are the most")
    if given:
        return given
    seed = url or "\x1f".join((title, *authors, published))
    slug = _NOT_IN_SLUG.sub("-", title.lower()).strip("-")[:60].rstrip("-")
    return f"{slug}-{blake2b(seed.encode('utf-8'), digest_size=8).hexdigest()}".lstrip("-")


def _first_words(body: str) -> str:
    # A body of nothing but an image without words is still a body.
    text = _line(plain_text(body[:2000])) or _line(body[:2000])
    if len(text) <= _MADE_UP_TITLE:
        return text
    cut = text[: _MADE_UP_TITLE + 1]
    # A text without spaces is cut anywhere.
    return (cut[: cut.rfind(" ")] if " " in cut else cut[:_MADE_UP_TITLE]).rstrip(" ,;:–—-") + "…"


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    """Write a BCP 47 tag in its customary case (RFC 5646, 2.1.1)."""
    if not _LANGUAGE.fullmatch(tag) or len(tag) > MAX_VALUE_LENGTH:
        raise InvalidArticle(f"language {tag[:60]!r} is no language tag such as en or pt-BR")
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_CASES.get(len(part), str.lower)(part) for part in rest)])


_KNOWN = frozenset(ARTICLE_KEYS)
