"""Validate and normalise a record into an Article; nothing is guessed."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from indexer.formats.dates.timestamps import date_problem
from indexer.formats.record.language_tags import language_tag
from search.analysis.plain_text import plain_text
from search.errors import InvalidArticle
from search.model.article import Article

__all__ = ["MAX_BODY_BYTES", "MAX_VALUE_LENGTH", "iso_date", "parse_json", "to_article"]

MAX_BODY_BYTES = 10_000_000
MAX_VALUES = 1_000
"""Maximum number of values of one facet in one article."""
MAX_VALUE_LENGTH = 500
"""Maximum number of characters of an id or a facet value."""
_MAX_DERIVED_TITLE_LENGTH = 90
_MAX_SHOWN_LENGTH = 60
_DAY_LENGTHS = (len("2017-07-12"), len("20170712"))

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
# A region has two letters and is in capitals, a script has four and begins with one.
_CASES = {2: str.upper, 4: str.title}
_NOT_IN_SLUG = re.compile(r"[^\w]+")
_BLANK_LINES = re.compile(r"\n{3,}")
# After a space, or before two more. It begins with a literal, which makes finding nothing fast.
_UNTIDY_LINE_END = re.compile(r"\n(?:(?<= \n)|\n\n)")
# Characters that a text may not hold: control characters except tab and line feed, halves of
# surrogate pairs, and noncharacters.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_USUAL_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n"
"""The ASCII characters that texts keep as they are."""
# Page breaks and the separators of old documents also end a line.
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028]")
_PARAGRAPH_END = "\u2029"
_WEEK_ALONE = re.compile(r"\d{4}-?W\d\d(?!-?\d)")
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
        InvalidArticle: it is something else.

    """
    try:
        record = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidArticle(f"this is not JSON: {_encoding_problem(raw) or error}") from error
    if not isinstance(record, dict):
        raise InvalidArticle(
            f"a record must be a JSON object; this is {_JSON_NAMES.get(type(record), 'null')}"
        )
    return record


def _encoding_problem(raw: bytes) -> str:
    """Return what is wrong with the encoding of a text, if anything."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return f"the byte 0x{raw[error.start]:02X} in it is not UTF-8; save the file in UTF-8"
    return ""


def to_article(record: Mapping[str, Any], origin: str, language: str) -> tuple[Article, list[str]]:
    """Make an article of a record, and return it with the keys of the record that are unknown.

    `origin` is where the record was read, unless it has its own. `language` is for a record that
    names none.

    Raises:
        InvalidArticle: the first thing that is wrong with the record.

    """
    values: dict[str, Any] = {}
    unknown: list[str] = []
    for key, value in record.items():
        read = _READERS.get(key)
        if read is None:
            unknown.append(key)
        elif value is not None and value != "" and (read_value := read(key, value)):
            values[key] = read_value
    if "published" not in values:
        raise InvalidArticle("published is missing; write an ISO 8601 date such as 2017-07-12")
    if "title" not in values:
        values["title"] = _first_words(values.get("body", ""))
        if not values["title"]:
            raise InvalidArticle("there is neither a title nor a body")
    if "id" not in values:
        values["id"] = _derived_id(values)
    values.setdefault("language", language)
    values.setdefault("origin", origin)
    return Article(**values), unknown


def iso_date(text: str, key: str) -> str:
    """Return an ISO 8601 date or date-time as it is written, or in its plainest form.

    Raises:
        InvalidArticle: the text is something else, or such a day does not exist.

    """
    if not text:
        return ""
    try:
        if len(text) in _DAY_LENGTHS and "T" not in text:
            return dt.date.fromisoformat("" if _WEEK_ALONE.match(text) else text).isoformat()
        # A week without a day is not a date, although Python reads it as its Monday.
        moment = dt.datetime.fromisoformat("" if _WEEK_ALONE.match(text) else text)
        # A moment whose zone moves it out of the calendar cannot be sorted.
        if moment.tzinfo is not None:
            moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        problem = date_problem(text)
        raise InvalidArticle(
            f"{key} {_shortened(text)!r} is not a date{f': it {problem}' if problem else ''}; "
            "write it as 2017-07-12 or 2017-07-12T09:30:00+02:00"
        ) from error
    return text if text[10:11] == "T" and text[4] == text[7] == "-" else moment.isoformat()


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_LENGTH else f"{text[: _MAX_SHOWN_LENGTH - 1]}…"


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidArticle(
            f"{key} is {_JSON_NAMES.get(type(value), 'something else')}; it must be text"
        )
    return _clean(value)


def _clean(value: str) -> str:
    """Drop characters that a text may not hold, and compose its letters."""
    # In most texts, line feeds are the only characters that cannot be printed.
    if not value.isprintable() and _has_unusual(value):
        value = _CONTROL.sub("", _LINE_END.sub("\n", value).replace(_PARAGRAPH_END, "\n\n"))
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _has_unusual(value: str) -> bool:
    """Return whether a text may hold characters that `_clean` drops or replaces."""
    if value.isascii():
        return bool(value.encode().translate(None, _USUAL_ASCII))
    return not value.replace("\n", "").isprintable()


def _line(key: str, value: Any) -> str:
    return " ".join(_text(key, value).split())


def _short_line(key: str, value: Any) -> str:
    line = _line(key, value)
    if len(line) > MAX_VALUE_LENGTH:
        raise InvalidArticle(f"{key} has {len(line)} characters; the limit is {MAX_VALUE_LENGTH}")
    return line


def _prose(key: str, value: Any) -> str:
    """Return paragraphs with one blank line between them; line breaks inside them stay."""
    text = _text(key, value)
    if "\t" in text or _UNTIDY_LINE_END.search(text):
        if "\t" in text or " \n" in text:
            text = "\n".join(line.rstrip() for line in text.expandtabs(4).split("\n"))
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip("\n").rstrip()


def _body(key: str, value: Any) -> str:
    text = _prose(key, value)
    if len(text) * 4 > MAX_BODY_BYTES and (size := len(text.encode())) > MAX_BODY_BYTES:
        raise InvalidArticle(f"the {key} has {size:,} bytes; the limit is {MAX_BODY_BYTES:,}")
    return text


def _date(key: str, value: Any) -> str:
    return iso_date(_line(key, value), key)


def _link(key: str, value: Any) -> str:
    """Return an address; "" for one that only leads within its own page."""
    line = _line(key, value)
    return "" if line.startswith("#") else line


def _tag(key: str, value: Any) -> str:
    line = _line(key, value)
    return _language(line) if line else ""


def _values(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidArticle(
            f"{key} is {_JSON_NAMES.get(type(value), 'something else')}; it must be a list of texts"
        )
    if len(value) > MAX_VALUES:
        raise InvalidArticle(f"{key} holds {len(value):,} values; the limit is {MAX_VALUES:,}")
    values = []
    for item in value:
        if not isinstance(item, str):
            raise InvalidArticle(
                f"{key} holds {_JSON_NAMES.get(type(item), 'null')}; it must hold texts only"
            )
        line = " ".join(_clean(item).split())
        if len(line) > MAX_VALUE_LENGTH:
            raise InvalidArticle(
                f"{key} holds a value of {len(line)} characters; the limit is {MAX_VALUE_LENGTH}"
            )
        values.append(line)
    return tuple(dict.fromkeys(filter(None, values)))


def _derived_id(values: Mapping[str, Any]) -> str:
    """Derive an id from the address, or else from title, authors and day.

    The same article always has the same id.
    """
    title = values["title"]
    seed = values.get("url") or "\x1f".join(
        (title, *values.get("authors", ()), values["published"])
    )
    slug = _NOT_IN_SLUG.sub("-", title.lower()).strip("-")[:60].rstrip("-")
    return f"{slug}-{blake2b(seed.encode('utf-8'), digest_size=8).hexdigest()}".lstrip("-")


def _first_words(body: str) -> str:
    # A body of only an image without words is still a body.
    text = " ".join(plain_text(body[:2000]).split()) or " ".join(body[:2000].split())
    if len(text) <= _MAX_DERIVED_TITLE_LENGTH:
        return text
    cut = text[: _MAX_DERIVED_TITLE_LENGTH + 1]
    # A text without spaces is cut anywhere.
    return (cut[: cut.rfind(" ")] if " " in cut else cut[:_MAX_DERIVED_TITLE_LENGTH]).rstrip(
        " ,;:–—-"
    ) + "…"


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    """Correct a BCP 47 tag, or write that of an unknown language in its customary case.

    The rules of case are those of RFC 5646, 2.1.1.
    """
    if corrected := language_tag(tag):
        return corrected
    if not _LANGUAGE.fullmatch(tag) or len(tag) > MAX_VALUE_LENGTH:
        raise InvalidArticle(f"language {tag[:60]!r} is not a language tag such as en or pt-BR")
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_CASES.get(len(part), str.lower)(part) for part in rest)])


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "id": _short_line,
    "title": _line,
    "deck": _line,
    "byline": _line,
    "authors": _values,
    "published": _date,
    "regions": _values,
    "themes": _values,
    "reports": _values,
    "source": _short_line,
    "source_url": _link,
    "source_published": _date,
    "url": _line,
    "language": _tag,
    "body": _body,
    "author_note": _prose,
    "image_credit": _line,
    "copyright": _line,
    "origin": _line,
}
"""The function that reads each key of an article; an empty result counts as missing."""
