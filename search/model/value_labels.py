"""The names under which readers see the values of facets: `United States` for the code `usa`.

What people read has labels: pages, titles of feeds, names of downloads, citations. What programs
read has values: addresses, the API, CSV and JSON Lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from search.model.article import Article
from search.model.facets import VALUE_FACETS

__all__ = ["NO_LABELS", "ValueLabels"]


@dataclass(frozen=True, slots=True)
class ValueLabels:
    """The labels of values, by the names of facets."""

    by_facet: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of_facet(self, facet: str) -> Mapping[str, str]:
        """Return the labels of a facet's values."""
        return self.by_facet.get(facet, {})

    def label(self, facet: str, value: str) -> str:
        """Return the label of a value; a value without one is its own."""
        return self.of_facet(facet).get(value, value)

    def named(self, article: Article) -> Article:
        """Return an article with labels in place of its values, as citations of it have them.

        Its language stays a code, which programs read in citations, too.
        """
        changes: dict[str, Any] = {}
        for facet in VALUE_FACETS:
            labels = self.of_facet(facet.name)
            if not labels or facet.name == "language":
                continue
            # Two values may have the same label.
            names = tuple(
                dict.fromkeys(labels.get(value, value) for value in facet.values(article))
            )
            changes[facet.field] = "".join(names) if facet.single_valued else names
        return replace(article, **changes) if changes else article


NO_LABELS = ValueLabels()
