"""Names of downloads that say what is in them: `opec-1987.bib`."""

import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import regex
from anyascii import anyascii

from search.model.article import Article
from search.model.query import SearchQuery
from search.model.value_labels import NO_LABELS, ValueLabels

__all__ = [
    "article_file_name",
    "attachment",
    "list_file_name",
    "search_file_name",
    "trends_file_name",
]

_DEFAULT = "dateline"
_MAX_LENGTH = 60
_NOT_IN_NAME = regex.compile(r"(?:[^\p{L}\p{M}\p{N}]|(?<![\p{L}\p{M}\p{N}])\p{M})+")
"""Everything but letters and digits with their marks; a mark after neither stands alone."""
_NOT_IN_ASCII_NAME = regex.compile(r"[^a-z0-9]+")
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)
"""Names of devices on Windows, with any extension."""


def search_file_name(query: SearchQuery, labels: ValueLabels = NO_LABELS) -> str:
    """Return the name of a search's download, with the labels of values, without an extension."""
    return _name(_parts(query, labels)) or _DEFAULT


def article_file_name(article: Article) -> str:
    """Return the name of a download about one article, without an extension."""
    return _name([article.title, str(article.day.year)]) or _DEFAULT


def list_file_name(count: int) -> str:
    """Return the name of a download of a list of articles, without an extension."""
    return _name([f"list {count}"])


def trends_file_name(
    texts: Iterable[str], filters: SearchQuery | None = None, labels: ValueLabels = NO_LABELS
) -> str:
    """Return the name of a download of searches over time, without an extension."""
    return _name(["trends", *texts, *(_parts(filters, labels) if filters else ())])


def attachment(name: str, ending: str) -> str:
    """Return a Content-Disposition (RFC 6266), with an ASCII name for clients that need one."""
    plain = _safe(_NOT_IN_ASCII_NAME.sub("-", anyascii(name).lower()))
    value = f'attachment; filename="{plain or _DEFAULT}.{ending}"'
    return value if plain == name else f"{value}; filename*=UTF-8''{quote(name)}.{ending}"


def _parts(query: SearchQuery, labels: ValueLabels) -> Iterator[str]:
    yield query.text
    for chosen in query.filters:
        label = labels.label(chosen.facet, chosen.value)
        yield f"not {label}" if chosen.excluded else label
    if query.first_day:
        yield f"from {query.first_day}"
    if query.last_day:
        yield f"to {query.last_day}"
    if query.ids:
        yield f"list {len(query.ids)}"


def _name(parts: Iterable[str]) -> str:
    """Join parts into lower-case words with hyphens between them.

    Only letters, marks and digits are left: no separator of paths, quote or control character,
    and no dot that would hide a file or begin another extension.
    """
    words = (
        _NOT_IN_NAME.sub("-", unicodedata.normalize("NFKC", part).lower()).strip("-")
        for part in parts
    )
    return _safe("-".join(filter(None, words)))


def _safe(name: str) -> str:
    """Cut a name between words if possible, and change one that Windows reserves."""
    name = name.strip("-")
    if len(name) > _MAX_LENGTH:
        words = name[: _MAX_LENGTH + 1].rpartition("-")[0]
        name = words.rstrip("-") or name[:_MAX_LENGTH]
    return f"{_DEFAULT}-{name}" if name in _RESERVED else name
