"""The facets, declared as data in the order in which they are displayed."""

from dataclasses import dataclass

from search.model.article import Article

__all__ = ["DATE", "FACETS", "VALUE_FACETS", "Facet", "facet_named"]


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet.

    `name` is the parameter and the JSON key, `field` the key of the article with the values, of
    which an article has at most one if the facet is `single_valued`.
    """

    name: str
    label: str
    field: str
    is_date: bool = False
    single_valued: bool = False

    def values(self, article: Article) -> tuple[str, ...]:
        """Return the article's values; none for the date facet, whose values are periods."""
        value = () if self.is_date else getattr(article, self.field)
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(value)


DATE = Facet("date", "Date", "published", is_date=True, single_valued=True)

VALUE_FACETS = (
    Facet("region", "Region", "regions"),
    Facet("theme", "Theme", "themes"),
    Facet("author", "Author", "authors"),
    Facet("report", "In-depth report", "reports"),
    Facet("source", "Source", "source", single_valued=True),
    Facet("language", "Language", "language", single_valued=True),
)
"""Facets whose values are the strings of the article."""

FACETS = (*VALUE_FACETS[:3], DATE, *VALUE_FACETS[3:])

_BY_NAME = {facet.name: facet for facet in FACETS}


def facet_named(name: str) -> Facet | None:
    """Return the facet with this parameter name, or None."""
    return _BY_NAME.get(name)
