"""JSON records: articles in our keys, in keys that `dateline.toml` maps, or WordPress posts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from indexer.formats.bylines.authors import authors_of
from indexer.formats.dates.timestamps import iso_timestamp
from indexer.formats.record.language_tags import put_language
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.privacy import check_record, with_withdrawal
from indexer.formats.record.validation import to_article
from indexer.formats.text.addresses import unwrap_archived
from indexer.formats.text.html_detection import looks_like_html
from indexer.formats.text.html_to_markdown import html_to_line, prose_to_markdown
from indexer.formats.wordpress.rest_api import is_post, read_post
from search.errors import InvalidArticle

__all__ = ["read"]

_LISTS = frozenset(["authors", "regions", "themes", "reports"])
_MOMENTS = frozenset(["published", "source_published"])
_LINES = ("title", "deck", "byline", "source", "image_credit", "copyright")
_PARTS = (";", "|", ",")
_SWITCHED_ON = (True, "1", "true", "True", "yes")


def read(record: dict[str, Any], options: FormatOptions) -> ParsedRecord:
    """Read a JSON object.

    Raises:
        NoArticle: the record is something else, or is marked as not public.

    """
    if is_post(record):
        return read_post(record, options)
    parsed = _map_keys(record, options.keys) if options.keys else ParsedRecord(record)
    try:
        check_record(record, options)
    except NoArticle as other:
        raise with_withdrawal(other, _id(parsed, options)) from other
    return parsed


def _id(parsed: ParsedRecord, options: FormatOptions) -> str:
    """Return the id that a record would have as an article."""
    try:
        return to_article(parsed.record, "", options.language)[0].id
    except InvalidArticle:
        own_id = parsed.record.get("id")
        return own_id if isinstance(own_id, str) else ""


def _map_keys(record: Mapping[str, Any], keys: Mapping[str, str]) -> ParsedRecord:
    """Read the values of foreign keys; a key of ours in the same record wins.

    A dotted key leads into objects.
    """
    paths = {foreign: [foreign] if foreign in record else foreign.split(".") for foreign in keys}
    moved = {path[0] for path in paths.values()}
    if "published" in keys.values() and record.get("published") in _SWITCHED_ON:
        # Here `published` is a flag, not a date.
        moved.add("published")
    parsed = ParsedRecord({key: value for key, value in record.items() if key not in moved})
    for foreign, key in keys.items():
        value = _at(record, paths[foreign])
        if key == "language" and isinstance(value, str) and key not in parsed.record:
            put_language(parsed, value, f"key {foreign}")
        elif value is not None and value != "":
            parsed.put_missing(key, _READERS.get(key, _text)(value), f"key {foreign}")
    return parsed


def _at(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        if isinstance(value, list):
            value = [item[name] for item in value if isinstance(item, dict) and name in item]
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> Any:
    """Return a text as it is, a number as its digits, and the first element of a list.

    Values of other types are returned as they are; validation refuses them.
    """
    if isinstance(value, list) and value:
        return _text(value[0])
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _moment(value: Any) -> Any:
    text = _text(value)
    # An unreadable date is kept, so that the reject can name it.
    return (iso_timestamp(text) or text) if isinstance(text, str) else text


def _prose(value: Any) -> Any:
    """Return the paragraphs of a list, or HTML as light Markdown."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = "\n\n".join(value)
    return (
        prose_to_markdown(value)
        if isinstance(value, str) and looks_like_html(value)
        else _text(value)
    )


def _line(value: Any) -> Any:
    """Return a line of text; of HTML, its text."""
    text = _text(value)
    return html_to_line(text) if isinstance(text, str) and looks_like_html(text) else text


def _values(value: Any) -> Any:
    """Return a list of names or values: the names of objects, or the parts of one text."""
    items = value if isinstance(value, list) else _parts(value)
    names = [item["name"] if isinstance(item, dict) and "name" in item else item for item in items]
    return [_line(name) if isinstance(name, str) else name for name in names]


def _parts(value: Any) -> Iterator[Any]:
    if not isinstance(value, str):
        yield value
        return
    sign = next((mark for mark in _PARTS if mark in value), None)
    yield from map(str.strip, value.split(sign)) if sign else [value]


def _authors(value: Any) -> Any:
    names = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in names]
    if not all(isinstance(name, str) for name in names):
        return names
    return [author for name in names for author in authors_of(name)]


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_LINES, _line),
    "url": lambda value: unwrap_archived(text) if isinstance(text := _text(value), str) else text,
    "body": _prose,
    "authors": _authors,
    **dict.fromkeys(_LISTS - {"authors"}, _values),
    **dict.fromkeys(_MOMENTS, _moment),
}
