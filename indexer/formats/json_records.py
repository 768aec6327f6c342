"""JSON records: articles in our keys, in those of others that `dateline.toml` maps, or posts of WordPress."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from indexer.formats import wordpress
from indexer.formats.authors import authors_of
from indexer.formats.html_to_markdown import markdown_of
from indexer.formats.options import FormatOptions
from indexer.formats.parsed_record import ParsedRecord
from indexer.formats.timestamps import moment_or_text

__all__ = ["read"]

_LISTS = frozenset(["authors", "regions", "themes", "reports"])
_MOMENTS = frozenset(["published", "source_published"])
_PARTS = (";", "|", ",")


def read(record: dict[str, Any], options: FormatOptions) -> ParsedRecord:
    """Read a JSON object.

    Raises:
        NoArticle: it is a post that is no article.

    """
    if _is_post(record):
        return wordpress.read_post(record, options)
    if not options.keys:
        return ParsedRecord(record)
    return _mapped(record, options.keys)


def _is_post(record: Mapping[str, Any]) -> bool:
    """Whether a record is a post of WordPress' REST API."""
    title = record.get("title")
    return isinstance(title, dict) and "rendered" in title


def _mapped(record: Mapping[str, Any], keys: Mapping[str, str]) -> ParsedRecord:
    """Read what stands under foreign keys; a key of ours that is there too wins. A dotted key leads into objects."""
    paths = {foreign: [foreign] if foreign in record else foreign.split(".") for foreign in keys}
    moved = {path[0] for path in paths.values()}
    found = ParsedRecord({key: value for key, value in record.items() if key not in moved})
    for foreign, key in keys.items():
        value = _at(record, paths[foreign])
        if value is not None and value != "":
            found.put_missing(key, _READERS.get(key, _text)(value), f"key {foreign}")
    return found


def _at(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        if isinstance(value, list):
            value = [each[name] for each in value if isinstance(each, dict) and name in each]
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> Any:
    """Return a text as it is, a number as its digits; of a list the first. What is something else is refused later."""
    if isinstance(value, list) and value:
        return _text(value[0])
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _moment(value: Any) -> Any:
    text = _text(value)
    return moment_or_text(text) if isinstance(text, str) else text


def _prose(value: Any) -> Any:
    """Return paragraphs of a list, and light Markdown of HTML."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = "\n\n".join(value)
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return markdown_of(value)
    return value


def _values(value: Any) -> Any:
    """Return a list of names or values: of objects their names, of one text its parts."""
    items = value if isinstance(value, list) else _parts(value)
    return [each["name"] if isinstance(each, dict) and "name" in each else each for each in items]


def _parts(value: Any) -> Iterator[Any]:
    if not isinstance(value, str):
        yield value
        return
    sign = next((each for each in _PARTS if each in value), None)
    yield from map(str.strip, value.split(sign)) if sign else [value]


def _authors(value: Any) -> Any:
    names = value if isinstance(value, list) else [value]
    names = [each.get("name") if isinstance(each, dict) else each for each in names]
    if not all(isinstance(name, str) for name in names):
        return names
    return [author for name in names for author in authors_of(name.replace(";", ","))]


_READERS: dict[str, Callable[[Any], Any]] = {
    "body": _prose,
    "authors": _authors,
    **dict.fromkeys(_LISTS - {"authors"}, _values),
    **dict.fromkeys(_MOMENTS, _moment),
}
