"""The settings of an admin that decide how files are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import orjson

from search.errors import InvalidSettings
from search.model.article import ARTICLE_KEYS

__all__ = ["FormatOptions"]

_FACET_KEYS = ("regions", "themes", "reports", "authors", "source")
_WORDPRESS = {"types": "post", "statuses": "publish"}


@dataclass(frozen=True, kw_only=True)
class FormatOptions:
    """How files are read.

    `language` applies to articles that name none. `keys` maps foreign keys of JSON records to those
    of an article. `categories` maps a category, its parent or a taxonomy to a facet key, or to ""
    for no facet. `wordpress` has `types` and `statuses` of the posts to read, comma-separated.
    `sites` is the text of the file that describes publishers, in TOML.

    Raises:
        InvalidSettings: a mapping leads to a key that an article does not have.

    """

    language: str = "en"
    keys: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    wordpress: Mapping[str, str] = field(default_factory=dict)
    sites: str = ""

    def __post_init__(self) -> None:
        _check("keys", self.keys, ARTICLE_KEYS)
        _check("categories", self.categories, ("", *_FACET_KEYS))
        for key in self.wordpress.keys() - _WORDPRESS:
            raise InvalidSettings(
                f"import.wordpress.{key} in dateline.toml is not a setting; the settings are "
                f"{' and '.join(_WORDPRESS)}"
            )

    @cached_property
    def fingerprint(self) -> bytes:
        """Bytes that differ between options that read the same file into different articles."""
        values = [
            self.language,
            dict(self.keys),
            dict(self.categories),
            dict(self.wordpress),
            self.sites,
        ]
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)

    @cached_property
    def has_meta_keys(self) -> bool:
        """True if custom fields of a WordPress site are mapped."""
        return any(foreign.startswith("meta.") for foreign in self.keys)

    @cached_property
    def post_types(self) -> frozenset[str]:
        """Types of WordPress posts that are articles."""
        return _comma_separated(self.wordpress.get("types", _WORDPRESS["types"]))

    @cached_property
    def post_statuses(self) -> frozenset[str]:
        """Statuses of WordPress posts that are articles."""
        return _comma_separated(self.wordpress.get("statuses", _WORDPRESS["statuses"]))


def _comma_separated(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, text.lower().split(","))))


def _check(table: str, mapping: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    for foreign, key in mapping.items():
        if key not in allowed:
            raise InvalidSettings(
                f"import.{table}.{foreign} in dateline.toml is {key!r}; it must be one of"
                f" {', '.join(filter(None, allowed))}" + (' or ""' if "" in allowed else "")
            )
