"""Publishers as the reader of reprint text needs them: names, facet values and boilerplate.

These words are data: `publishers.toml`, which comes with Dateline, and the `[[publisher]]` tables
of an archive's own file.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from indexer.formats.record.publisher_file import are_texts, publisher_tables
from indexer.formats.reprint.boilerplate import Boilerplate
from indexer.formats.reprint.known_values import KnownValues
from indexer.formats.text.links import unlinked
from search.analysis.folding import fold
from search.errors import InvalidSettings

__all__ = ["Publishers", "publishers"]

_BUNDLED = "publishers.toml"
_KEYS = ("names", "values", "boilerplate")


class Publishers:
    """The names, facet values and boilerplate of all publishers."""

    def __init__(
        self, names: Sequence[str], values: Sequence[str], boilerplate: Sequence[str]
    ) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._folded_names = frozenset(map(fold, names))
        self.values = KnownValues(values)
        self.boilerplate = Boilerplate(boilerplate)
        self.is_publisher = lru_cache(maxsize=1_000)(self._is_publisher)

    def _is_publisher(self, name: str) -> bool:
        """Return whether a name is a publisher's, which is not the source of its own articles."""
        return fold(unlinked(name)).strip(" .,") in self._folded_names

    def without_name(self, byline: str) -> str:
        """Drop a publisher's name from the end of a by-line, as in `Ana Roy The Example`."""
        for name in self._names:
            before = byline.removesuffix(name).rstrip(" ,–—-")
            if before and before != byline.rstrip():
                byline = before
        return byline


@cache
def publishers(own: str) -> Publishers:
    """Return the publishers that come with Dateline and those of an archive's own file.

    Raises:
        InvalidSettings: the file is not TOML, or a table in it is wrong.

    """
    bundled = files("indexer.formats.reprint").joinpath(_BUNDLED).read_text("utf-8")
    tables = [*publisher_tables(bundled, "publisher"), *publisher_tables(own, "publisher")]
    words: dict[str, list[str]] = {key: [] for key in _KEYS}
    for table in tables:
        for key, value in _checked(table).items():
            words[key] += value
    return Publishers(words["names"], words["values"], words["boilerplate"])


def _checked(table: dict[str, Any]) -> dict[str, list[str]]:
    for key, value in table.items():
        if key not in _KEYS:
            raise InvalidSettings(
                f"{key} is not a key of a publisher; the keys are {', '.join(_KEYS)}"
            )
        if not are_texts(value):
            raise InvalidSettings(f"{key} of a publisher is {value!r}; it must be a list of texts")
    for pattern in table.get("boilerplate", ()):
        _check_pattern(pattern)
    return table


def _check_pattern(pattern: str) -> None:
    try:
        compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise InvalidSettings(
            f"boilerplate of a publisher is {pattern!r}, which is not a regular expression "
            f"({error}); put a backslash before signs such as ( and *"
        ) from error
    if compiled.match("") or compiled.groups:
        raise InvalidSettings(
            f"boilerplate of a publisher is {pattern!r}; it must not match an empty text, "
            "and groups begin with (?:"
        )
