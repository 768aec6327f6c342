"""The TOML file in which an admin describes publishers, one array of tables per kind of source.

`[[site]]` tables describe saved pages, `[[publisher]]` tables reprint text. Each reader takes the
tables of its kind and ignores the others.
"""

import tomllib
from typing import Any

from search.errors import InvalidSettings

__all__ = ["are_texts", "publisher_tables"]

_KINDS = ("site", "publisher")


def publisher_tables(text: str, kind: str) -> list[dict[str, Any]]:
    """Return the tables of one kind; an empty text has none.

    Raises:
        InvalidSettings: the text is not TOML, or holds anything but the known tables.

    """
    if not text.strip():
        return []
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(f"the site rules are not valid TOML: {error}") from error
    if not content or not all(name in _KINDS and _are_tables(content[name]) for name in content):
        raise InvalidSettings(
            'these are not site rules; each begins with [[site]] and has hosts = ["example.org"], '
            'or begins with [[publisher]] and has names = ["The Example"]'
        )
    tables: list[dict[str, Any]] = content.get(kind, [])
    return tables


def are_texts(value: Any) -> bool:
    """Return whether a value is a list of one or more texts, none of them empty."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(text, str) and text for text in value)
    )


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(table, dict) for table in value)
