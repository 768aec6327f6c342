"""Categories and tags of other systems to facets, by what an admin says of them in `dateline.toml`."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexer.formats.parsed_record import ParsedRecord
from search.analysis import fold

__all__ = ["Category", "put_categories"]

_CONTAINERS = {
    "region": "regions", "regions": "regions", "theme": "themes", "themes": "themes", "report": "reports",
    "reports": "reports", "in-depth-report": "reports", "in-depth-reports": "reports",
}  # fmt: skip
_TAXONOMIES = {"category": "themes", "post-tag": "", "uncategorized": ""}
_DEFAULTS = _CONTAINERS | _TAXONOMIES
"""By taxonomies, categories and those above them, as slugs."""


class Category(NamedTuple):
    """A category that an article has; `above` are the names or slugs of the categories it stands under, the next one first."""

    name: str
    taxonomy: str
    above: Sequence[str] = ()


def put_categories(found: ParsedRecord, categories: Sequence[Category], mapping: Mapping[str, str]) -> None:
    """Put each category into the facet that its own name, one above it or its taxonomy is mapped to.

    A category that others stand under, such as "Region", is no value of the facet.
    """
    keys = _DEFAULTS | {_slug(name): key for name, key in mapping.items()}
    containers = _CONTAINERS.keys() | {_slug(above) for category in categories for above in category.above}
    for category in categories:
        own, *above = map(_slug, (category.name, *category.above))
        said = next((name for name in (own, *above, _slug(category.taxonomy)) if name in keys), "category")
        key = keys[said]
        if not key or own in containers:
            continue
        place = f"{category.taxonomy} {category.name!r}" + (f" under {category.above[0]!r}" if category.above else "")
        if key == "source":
            found.put_missing("source", category.name, place)
        elif category.name not in found.record.get(key, []):
            found.record.setdefault(key, []).append(category.name)
            found.places[key] = f"{found.places[key]}, {place}" if key in found.places else place


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", fold(text)).strip("-")
