"""The API's response about what the archive holds; docstrings are read by the API's users."""

from typing import Annotated, TypedDict

from msgspec import Meta

from web.openapi.responses import Address, Generation, Moment

__all__ = [
    "CoverageGap",
    "CoverageLanguage",
    "CoverageMonth",
    "CoverageResponse",
    "CoverageSource",
]

Month = Annotated[str, Meta(description="A month.", examples=["2017-07"])]


class CoverageMonth(TypedDict):
    """A month with articles."""

    period: Month
    count: int


class CoverageSource(TypedDict):
    """The articles of a source."""

    source: Annotated[
        str, Meta(description="The source; empty for the articles of none of those listed.")
    ]
    total: int
    first: Annotated[Moment, Meta(description="The day of the first article.")]
    last: Annotated[Moment, Meta(description="The day of the last article.")]
    months: Annotated[
        list[CoverageMonth], Meta(description="Every month with articles, oldest first.")
    ]
    url: Annotated[Address, Meta(description="The search that finds these articles.")]


class CoverageGap(TypedDict):
    """Months in a row, between the first and the last article, without an article."""

    first: Month
    last: Month
    months: Annotated[int, Meta(description="The number of months.")]


class CoverageLanguage(TypedDict):
    """A language and its articles."""

    value: str
    count: int
    url: Address


class CoverageResponse(TypedDict):
    """The holdings of the archive; all counts are exact."""

    generation: Generation
    built: Annotated[Moment, Meta(description="When this generation was built.")]
    total: Annotated[int, Meta(description="The number of articles.")]
    first: Annotated[Moment | None, Meta(description="The day of the first article.")]
    last: Annotated[Moment | None, Meta(description="The day of the last article.")]
    source_number: Annotated[int, Meta(description="The number of all sources.")]
    sources: Annotated[
        list[CoverageSource],
        Meta(description="The sources with most articles, at most 25, by their number."),
    ]
    others: Annotated[
        CoverageSource | None,
        Meta(description="The articles of all other sources and of none; null if there are none."),
    ]
    gaps: Annotated[list[CoverageGap], Meta(description="Oldest first.")]
    languages: Annotated[
        list[CoverageLanguage],
        Meta(description="The languages with most articles, at most 25, by their number."),
    ]
    without: Annotated[
        dict[str, int],
        Meta(description="The number of articles without a value of each facet, by its name."),
    ]
