"""The parameters that filter a search by values: chosen, excluded, and how they combine."""

from dataclasses import replace

from search.model.facets import DATE, FACETS, VALUE_FACETS
from search.model.query import MAX_FILTER_VALUES, Filter
from web.params.declarations import Allowance, Parameter, choice, period, text

__all__ = ["EXCLUDED_SYNONYM", "FILTER_PARAMETERS", "exclusion", "value_match"]

EXCLUDED_SYNONYM = "-synonym"
_FILTER_VALUES = Allowance(
    MAX_FILTER_VALUES, "filter values (facets, exclusions, dates and synonyms left out, together)"
)
_SHARED = (
    f"At most {MAX_FILTER_VALUES} filter values in one request, of all facets, exclusions, dates "
    "and synonyms."
)


def exclusion(facet: str) -> str:
    """Return the parameter that excludes values of a facet; links are written with it."""
    return f"-{facet}"


def _never(_: object) -> bool:
    return False


def _spelled_out(parameter: Parameter) -> Parameter:
    """Declare `not_region` for `-region`, whose sign generated clients cannot have in a name.

    It is only read: every link has one form of a search.
    """
    name = f"not_{parameter.name.removeprefix('-')}"
    return replace(parameter, name=name, meaning=f"The same as `{parameter.name}`.", holds=_never)


def value_match(facet: str) -> str:
    """Return the parameter that says how the chosen values of a facet combine."""
    return f"{facet}_match"


def _value_match(facet: str) -> Parameter:
    """Declare the parameter of one facet's part in `all_values`."""
    return choice(
        value_match(facet),
        f"Whether an article needs any of several chosen values of {facet}, or all of them.",
        {"any": None, "all": facet},
        "any",
        attribute="all_values",
        shared=True,
        holds=lambda name: name == facet,
    )


def _filter(facet: str, *, excluded: bool = False) -> Parameter:
    """Declare the parameter of a facet's chosen or excluded values, all of them `filters`."""

    def read(value: str) -> Filter:
        return Filter(facet, value, excluded)

    def write(chosen: Filter) -> str:
        return chosen.value

    def holds(chosen: Filter) -> bool:
        return chosen.facet == facet and chosen.excluded is excluded

    if facet == DATE.name:
        return period(
            facet,
            f"Keep articles of a year, a month or a day; repeat for OR. {_SHARED}",
            attribute="filters",
            read=read,
            write=write,
            holds=holds,
            allowance=_FILTER_VALUES,
        )
    meaning = (
        f"Leave out articles with this {facet}; repeat for more."
        if excluded
        else f"Keep articles with this {facet}; repeat for OR within it (AND with "
        f"`{value_match(facet)}=all`)."
    )
    return text(
        exclusion(facet) if excluded else facet,
        f"{meaning} {_SHARED}",
        attribute="filters",
        read=read,
        write=write,
        holds=holds,
        repeated=True,
        allowance=_FILTER_VALUES,
    )


_EXCLUSIONS = (
    *(_filter(facet.name, excluded=True) for facet in VALUE_FACETS),
    text(
        EXCLUDED_SYNONYM,
        "Do not search this synonym in addition to the words; repeat for more. " + _SHARED,
        attribute="without_synonyms",
        repeated=True,
        allowance=_FILTER_VALUES,
    ),
)
FILTER_PARAMETERS = (
    *(_filter(facet.name) for facet in FACETS),
    *(_value_match(facet.name) for facet in VALUE_FACETS),
    *_EXCLUSIONS,
    *map(_spelled_out, _EXCLUSIONS),
)
"""All of them, in the order in which URLs have them."""
