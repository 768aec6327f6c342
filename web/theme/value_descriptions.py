"""Descriptions of values for their pages: a TOML file of the admin, docs/customising.md.

[author."Ada Lindqvist"]
text = "Writes about the oil market."
link = "https://news.example/patti-domm"
see_also = ["theme:Oil", "source:Meridian Wire"]
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from search.errors import InvalidSettings
from web.chronicle_urls import VALUE_PAGE_FACETS
from web.legal_text import legal_line, legal_text
from web.urls import is_web_address

__all__ = ["NO_DESCRIPTION", "Descriptions", "ValueDescription", "read_descriptions"]

Descriptions = Mapping[tuple[str, str], "ValueDescription"]
"""Descriptions by facet and value."""

_FACETS = tuple(facet.name for facet in VALUE_PAGE_FACETS)
_KEYS = ("text", "link", "see_also")
_MAX_BYTES = 5_000_000
_MAX_TEXT_LENGTH = 5_000
_MAX_LINK_LENGTH = 2_000
_MAX_VALUE_LENGTH = 500
"""Characters of a value of an article, at most."""
_MAX_SEE_ALSO = 20
_PARAGRAPH_END = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class ValueDescription:
    """The text of a value's page in paragraphs, a link, and values that are related."""

    paragraphs: Sequence[str] = ()
    link: str = ""
    see_also: Sequence[tuple[str, str]] = ()


NO_DESCRIPTION = ValueDescription()


def read_descriptions(setting: str) -> tuple[Descriptions, bytes]:
    """Read the file that the setting `values` names; return the descriptions and its content.

    Raises:
        InvalidSettings: the file cannot be read, or a table or a key in it is wrong.

    """
    if not setting:
        return MappingProxyType({}), b""
    try:
        content = Path(setting).read_bytes()
        if len(content) > _MAX_BYTES:
            raise InvalidSettings(
                f"values is {setting!r} with {len(content):,} bytes; the limit is {_MAX_BYTES:,}"
            )
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(
            f"values is {setting!r}, which cannot be read: {error}; name a TOML file with tables "
            'such as [author."Ada Lindqvist"], or leave it out'
        ) from error
    return MappingProxyType(_Reader(setting).descriptions(tables)), content


class _Reader:
    """Reads the tables of one file; its errors name the file and the table."""

    def __init__(self, file: str) -> None:
        self._file = file

    def descriptions(self, tables: Mapping[str, Any]) -> dict[tuple[str, str], ValueDescription]:
        """Return the descriptions of all tables."""
        read: dict[tuple[str, str], ValueDescription] = {}
        for facet, values in tables.items():
            if facet not in _FACETS:
                raise self._error(f"[{facet}]", f"is no facet; {_choice(facet, _FACETS)}")
            if not isinstance(values, dict):
                raise self._error(facet, f'is no table; write [{facet}."A value"]')
            for value, table in values.items():
                read[facet, value] = self._description(facet, value, table)
        return read

    def _description(self, facet: str, value: str, table: Any) -> ValueDescription:
        name = f'[{facet}."{value}"]'
        if not value.strip() or len(value) > _MAX_VALUE_LENGTH:
            raise self._error(
                name, f"has no value of 1 to {_MAX_VALUE_LENGTH} characters after {facet}"
            )
        if not isinstance(table, dict):
            raise self._error(f"[{facet}] {value}", f"is no table; write {name}")
        for key in table:
            if key not in _KEYS:
                raise self._error(f"{key} of {name}", f"is unknown; {_choice(key, _KEYS)}")
        return ValueDescription(
            tuple(_paragraphs(self._text(name, "text", table, _MAX_TEXT_LENGTH))),
            self._link(name, table),
            self._see_also(name, table.get("see_also", [])),
        )

    def _text(self, name: str, key: str, table: Mapping[str, Any], limit: int) -> str:
        text = table.get(key, "")
        if not isinstance(text, str):
            raise self._error(f"{key} of {name}", f'is no text; write {key} = "…"')
        if len(text) > limit:
            raise self._error(
                f"{key} of {name}", f"has {len(text):,} characters; the limit is {limit:,}"
            )
        return text

    def _link(self, name: str, table: Mapping[str, Any]) -> str:
        link = self._text(name, "link", table, _MAX_LINK_LENGTH).strip()
        if link and not is_web_address(link):
            raise self._error(
                f"link of {name}", f"is {link!r}; it must begin with https:// or http:// and a host"
            )
        return link

    def _see_also(self, name: str, listed: Any) -> tuple[tuple[str, str], ...]:
        where = f"see_also of {name}"
        example = 'write see_also = ["theme:Oil", "source:Meridian Wire"]'
        if not isinstance(listed, list):
            raise self._error(where, f"is no list; {example}")
        if len(listed) > _MAX_SEE_ALSO:
            raise self._error(where, f"has {len(listed)} values; the limit is {_MAX_SEE_ALSO}")
        return tuple(dict.fromkeys(self._pair(where, example, each) for each in listed))

    def _pair(self, where: str, example: str, text: Any) -> tuple[str, str]:
        if not isinstance(text, str):
            raise self._error(where, f"has {text!r}, which is no text; {example}")
        facet, _, value = text.partition(":")
        if facet not in _FACETS or not value.strip():
            raise self._error(
                where, f"has {text!r}; it takes a facet ({', '.join(_FACETS)}), a colon and a value"
            )
        return facet, value

    def _error(self, where: str, problem: str) -> InvalidSettings:
        return InvalidSettings(f"{where} in {self._file} {problem}")


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, which blank lines separate."""
    return [line for part in _PARAGRAPH_END.split(legal_text(text)) if (line := legal_line(part))]


def _choice(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
