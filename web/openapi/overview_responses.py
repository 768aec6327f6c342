"""The API's response about all matches of a search; docstrings are read by the API's users."""

from typing import Annotated, TypedDict

from msgspec import Meta

from web.openapi.responses import Address, Generation

__all__ = ["BusiestDay", "OverviewResponse", "TellingValueResponse", "TellingWordResponse"]

Day = Annotated[str, Meta(description="An ISO 8601 date.", examples=["2016-04-20"])]
Share = Annotated[float, Meta(ge=0, le=1)]


class BusiestDay(TypedDict):
    """The day with most matches, the first one of several."""

    day: Day
    count: Annotated[int, Meta(ge=1)]
    url: Annotated[Address, Meta(description="The search for the matches of this day.")]


class TellingValueResponse(TypedDict):
    """A value that the matches have at least twice as often as the other articles."""

    facet: Annotated[str, Meta(description="The name of the facet.", examples=["theme"])]
    value: str
    count: Annotated[
        int,
        Meta(ge=0, description="The matches with the value: the `total` of the search at `url`."),
    ]
    share: Annotated[Share, Meta(description="The share of the matches that have the value.")]
    archive_share: Annotated[
        Share, Meta(description="The share of the archive's articles that have the value.")
    ]
    url: Address


class TellingWordResponse(TypedDict):
    """A word that the sampled texts have at least twice as often as the others of the archive."""

    word: Annotated[str, Meta(description="As it is most often written; any form is counted.")]
    count: Annotated[
        int | None,
        Meta(
            description="The matches with the word: the `total` of the search at `url`. Null if "
            "the text would be too long with the word."
        ),
    ]
    archive_count: Annotated[
        int, Meta(ge=0, description="The articles of the archive with the word.")
    ]
    url: Annotated[
        Address | None, Meta(description="The search with the word added; null without a count.")
    ]


class OverviewResponse(TypedDict):
    """All matches of a search at a glance, under all of its filters."""

    q: str
    understood: Annotated[
        str, Meta(description="The text as it was parsed, in the query language.")
    ]
    generation: Generation
    total: Annotated[int, Meta(ge=0)]
    archive_total: Annotated[int, Meta(ge=0, description="The articles of the archive.")]
    first: Annotated[Day | None, Meta(description="The day of the first match, if there is any.")]
    last: Annotated[Day | None, Meta(description="The day of the last match, if there is any.")]
    busiest: Annotated[BusiestDay | None, Meta(description="Null without a match.")]
    relaxed: Annotated[
        bool,
        Meta(
            description="True if articles without some of the words are included; the words below "
            "are those of the articles with every one."
        ),
    ]
    values: Annotated[
        list[TellingValueResponse],
        Meta(
            description="Over-represented values by log-likelihood, the most telling of each facet "
            "first. Of each facet, the 100 most frequent values among the matches are compared. "
            "Empty for all articles, which have nothing to be compared with."
        ),
    ]
    words: Annotated[
        list[TellingWordResponse],
        Meta(description="Telling words by log-likelihood, the most telling first."),
    ]
    texts: Annotated[
        int,
        Meta(
            ge=0,
            description="The texts that the words are taken from: at most the 500 best matches or, "
            "without words to rank by, the newest. A repeated sentence counts once, and copies of "
            "a text are not counted.",
        ),
    ]
