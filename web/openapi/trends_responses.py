"""The API's response to searches over time, as types; see responses.py."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from web.openapi.responses import Generation

__all__ = ["PeriodResponse", "SeriesResponse", "TrendsResponse"]

Day = Annotated[str, Meta(description="An ISO 8601 date.", examples=["2016-04-20"])]


class PeriodResponse(TypedDict):
    """A period of a series."""

    period: Annotated[
        str, Meta(description="A year, a month or a day.", examples=["2016", "2016-04"])
    ]
    count: Annotated[int, Meta(ge=0, description="Exact: the `total` of the search at `url`.")]
    of: Annotated[
        int,
        Meta(ge=0, description="The articles of the period under the same filters, without words."),
    ]
    share: Annotated[
        float, Meta(ge=0, le=1, description="`count` divided by `of`; 0 if `of` is 0.")
    ]
    url: Annotated[str, Meta(description="The search for the matches of this period.")]


class SeriesResponse(TypedDict):
    """A text over time."""

    q: str
    understood: Annotated[
        str, Meta(description="The text as it was parsed, in the query language.")
    ]
    total: Annotated[int, Meta(ge=0, description="The sum of all counts.")]
    first: Annotated[Day | None, Meta(description="The day of the first match, if there is any.")]
    last: Annotated[Day | None, Meta(description="The day of the last match, if there is any.")]
    values: Annotated[
        list[PeriodResponse],
        Meta(
            description="Every period from the first to the last article under the filters, oldest "
            "first, the same ones for each series."
        ),
    ]
    relaxed: NotRequired[
        Annotated[
            bool,
            Meta(
                description="True if articles without some of the words are included; "
                "`match=all` leaves them out."
            ),
        ]
    ]


class TrendsResponse(TypedDict):
    """Texts over time, by the same periods and under the same filters."""

    by: Annotated[Literal["year", "month", "day"], Meta(description="The periods.")]
    generation: Generation
    series: Annotated[list[SeriesResponse], Meta(description="In the order of the request.")]
