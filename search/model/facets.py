"""Facets are declared data: one object each, in the order in which they are shown."""

from dataclasses import dataclass

from search.model.article import Article

__all__ = ["DATE", "FACETS", "VALUE_FACETS", "Facet", "facet_named"]


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow a search.

    `name` is the parameter and the JSON key, `field` the article's key that holds its values.
    """

    name: str
    label: str
    field: str
    is_date: bool = False

    def values(self, article: Article) -> tuple[str, ...]:
        """Return the article's values of this facet; none for the date, whose values are periods."""
        value = () if self.is_date else getattr(article, self.field)
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(value)


DATE = Facet("date", "Date", "published", is_date=True)

VALUE_FACETS = (
    Facet("region", "Region", "regions"),
    Facet("theme", "Theme", "themes"),
    Facet("author", "Author", "authors"),
    Facet("report", "In-depth report", "reports"),
    Facet("source", "Source", "source"),
    Facet("language", "Language", "language"),
)
"""Facets whose values are taken as they stand."""

FACETS = (*VALUE_FACETS[:3], DATE, *VALUE_FACETS[3:])

_BY_NAME = {facet.name: facet for facet in FACETS}


def facet_named(name: str) -> Facet | None:
    """Find a facet by its parameter's name."""
    return _BY_NAME.get(name)
