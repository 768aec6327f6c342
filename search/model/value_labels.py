"""The names under which readers see the values of facets: `United States` for the code `usa`.

Only what readers see has labels. In addresses, in the API and in exports a value stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


NO_LABELS = ValueLabels()
