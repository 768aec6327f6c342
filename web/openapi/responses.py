"""What the API answers, as types: the code that writes an answer is checked against them, and OpenAPI's schemas are made of them."""

from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

__all__ = [
    "ARTICLE_MEANINGS",
    "CorrectionResponse",
    "FacetResponse",
    "FacetValuesResponse",
    "HighlightsResponse",
    "HitResponse",
    "PageLinks",
    "PartResponse",
    "ProblemOfParameter",
    "ProblemResponse",
    "QueryEcho",
    "RelatedResponse",
    "ReprintResponse",
    "SearchLinks",
    "SearchResponse",
    "SuggestResponse",
    "SuggestionResponse",
    "SynonymResponse",
    "ValueResponse",
]

"""The media type of what is wrong (RFC 9457)."""

Html = Annotated[
    str, Meta(description="HTML, safe to put in a page: everything is escaped but `<mark>`.")
]
Moment = Annotated[str, Meta(description="ISO 8601 date or date-time.", examples=["2017-07-12"])]
Address = Annotated[str, Meta(description="A path on this host, percent-encoded.")]
Generation = Annotated[
    str,
    Meta(
        description="Which state of the archive answered; it changes whenever what readers can find does, and is the ETag."
    ),
]


class ReprintResponse(TypedDict):
    """Another article of one text with a hit."""

    id: str
    title: str
    source: str
    published: Moment
    url: Address


class PartResponse(TypedDict):
    """Something that a score is the sum of."""

    part: str
    value: float


class HighlightsResponse(TypedDict):
    """Where words or phrases that made the article match stand."""

    title: Html
    body: Annotated[
        list[Html],
        Meta(
            description="The best fragments; the beginning of the body when nothing in it matched."
        ),
    ]
    deck: NotRequired[Html]
    byline: NotRequired[Html]


class HitResponse(TypedDict):
    """One article that matches."""

    id: str
    url: Annotated[
        str, Meta(description="Its page; the same below `/api/v1` answers all of it as JSON.")
    ]
    score: Annotated[float, Meta(description="0 where the order does not go by relevance.")]
    title: str
    deck: str
    authors: list[str]
    published: Moment
    regions: list[str]
    themes: list[str]
    reports: list[str]
    source: Annotated[str, Meta(description="Where it first appeared, when it is a reprint.")]
    source_url: str
    highlights: HighlightsResponse
    score_parts: NotRequired[Annotated[list[PartResponse], Meta(description="With `explain=1`.")]]
    reprints: NotRequired[list[ReprintResponse]]


class ValueResponse(TypedDict):
    """A facet's value."""

    value: str
    count: Annotated[int, Meta(ge=0, description="Exact: the `total` that `url` answers.")]
    selected: bool
    url: Annotated[str, Meta(description="The search with this value alone in its facet.")]
    api_url: Annotated[str, Meta(description="The same search here.")]
    add_url: NotRequired[
        Annotated[str, Meta(description="With this value beside those selected (OR).")]
    ]
    remove_url: NotRequired[
        Annotated[str, Meta(description="Without this value, which is selected.")]
    ]


class FacetResponse(TypedDict):
    """A facet: its values by count and then name, dates newest first."""

    label: str
    values: list[ValueResponse]
    more: NotRequired[
        Annotated[
            int, Meta(ge=0, description="Values with matches that are not listed; dates list all.")
        ]
    ]


class SynonymResponse(TypedDict):
    """Something that was searched beside the words."""

    of: str
    also: str
    off_url: Annotated[str, Meta(description="The search without it.")]


QueryEcho = TypedDict(
    "QueryEcho",
    {
        "q": str,
        "understood": Annotated[
            str, Meta(description="What was searched, as a query that reads to the same.")
        ],
        "filters": Annotated[
            dict[str, list[str]], Meta(description="By facet; an exclusion's key is `-theme`.")
        ],
        "sort": Annotated[str, Meta(description="The order in force.")],
        "match": str,
        "page": Annotated[int, Meta(ge=1)],
        "size": Annotated[int, Meta(ge=1)],
        "from": NotRequired[str],
        "to": NotRequired[str],
        "synonyms": NotRequired[list[SynonymResponse]],
        "corrected": NotRequired[
            Annotated[
                str,
                Meta(
                    description="The spelling that was searched, because nothing matches the text given."
                ),
            ]
        ],
    },
)


class CorrectionResponse(TypedDict):
    """A text that may be meant."""

    q: str
    total: Annotated[int, Meta(ge=0)]
    url: Address


class SearchLinks(TypedDict):
    """Where else this search leads."""

    self: Address
    html: Address
    atom: Address
    csv: Address
    next: NotRequired[
        Annotated[
            str, Meta(description="There whenever more matches follow; it carries a `cursor`.")
        ]
    ]
    prev: NotRequired[Address]


class SearchResponse(TypedDict):
    """A page of a search."""

    query: QueryEcho
    relaxed: Annotated[
        bool, Meta(description="Whether articles that lack some of the words were added.")
    ]
    total: Annotated[int, Meta(ge=0, description="All matches, exactly.")]
    took_ms: float
    generation: Generation
    hits: list[HitResponse]
    facets: Annotated[dict[str, FacetResponse], Meta(description="By name.")]
    corrections: list[CorrectionResponse]
    links: SearchLinks
    moved_from: NotRequired[
        Annotated[
            str,
            Meta(
                description="The generation of the cursor, where the archive was updated since: the walk goes on from the same place."
            ),
        ]
    ]


class PageLinks(TypedDict):
    """The pages beside this one."""

    next: NotRequired[Address]
    prev: NotRequired[Address]


class FacetValuesResponse(TypedDict):
    """A page of a facet's values."""

    label: str
    values: list[ValueResponse]
    more: Annotated[int, Meta(ge=0, description="Values asked for that this page does not have.")]
    generation: Generation
    links: PageLinks


class RelatedResponse(TypedDict):
    """Articles about the same."""

    id: str
    generation: Generation
    hits: list[HitResponse]


class SuggestionResponse(TypedDict):
    """Something that may be about to be typed."""

    kind: Annotated[str, Meta(description="`word`, `article`, or a facet's name.")]
    label: str
    text: str
    count: Annotated[int, Meta(ge=0, description="The `total` behind `url`; 1 for an article.")]
    url: Address


class SuggestResponse(TypedDict):
    """What may be about to be typed."""

    q: str
    generation: Generation
    suggestions: list[SuggestionResponse]


class ProblemOfParameter(TypedDict):
    """What is wrong with one parameter."""

    parameter: str
    message: str
    position: NotRequired[
        Annotated[
            int, Meta(ge=0, description="Where in the parameter's text, in characters from 0.")
        ]
    ]


class ProblemResponse(TypedDict):
    """Why there is no other answer (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    errors: NotRequired[
        Annotated[list[ProblemOfParameter], Meta(description="Every faulty parameter.")]
    ]


ARTICLE_MEANINGS = {
    "id": "Stable.",
    "title": "The headline.",
    "deck": "The line under it.",
    "byline": "As printed, without “By”.",
    "authors": "One entry a person or organisation.",
    "published": "ISO 8601 date or date-time, on this site.",
    "regions": "What it is about, by place.",
    "themes": "What it is about, by subject.",
    "reports": "The in-depth reports that it belongs to.",
    "source": "The outlet where it first appeared, when it is a reprint.",
    "source_url": "Its address there.",
    "source_published": "Its date there.",
    "url": "Its own page.",
    "language": "BCP 47 tag.",
    "body": "Plain text or light Markdown; a blank line parts paragraphs.",
    "author_note": "Shown with it, never searched.",
    "image_credit": "Shown with it, never searched.",
    "copyright": "Shown with it, never searched.",
    "origin": "The file and line that it was read from.",
}
"""What each key of an article means."""
