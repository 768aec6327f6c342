"""Values that go with a value: those that its articles have more often than the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.model.facets import VALUE_FACETS, Facet
from search.model.overview import Overview, TellingValue
from web.urls import search_path

__all__ = ["CompanionFacet", "companion_facets"]

_MAX_VALUES = 6
"""Values of a facet that are listed."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A value, its shares of the articles here and in the archive, and those with both."""

    value: str
    total: int
    share: float
    archive_share: float
    url: str


@dataclass(frozen=True, slots=True)
class CompanionFacet:
    """A facet and its values that go with the value of a page."""

    facet: Facet
    values: Sequence[Companion]


def companion_facets(overview: Overview) -> list[CompanionFacet]:
    """Return the values that are over-represented, by facet; the most telling come first."""
    listed = [
        CompanionFacet(
            facet,
            [_companion(value, overview) for value in overview.values if value.facet == facet][
                :_MAX_VALUES
            ],
        )
        for facet in VALUE_FACETS
    ]
    return [each for each in listed if each.values]


def _companion(value: TellingValue, overview: Overview) -> Companion:
    return Companion(
        value.value,
        value.count,
        value.count / overview.total,
        value.archive_count / overview.archive_total,
        search_path(value.query),
    )
