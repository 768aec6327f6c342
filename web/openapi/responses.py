"""The API's responses as types.

mypy checks the code that writes them, and the schemas of the OpenAPI document are made of them, so
docstrings and descriptions here are read by the API's users.
"""

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

Html = Annotated[
    str, Meta(description="HTML that is safe in a page: everything except `<mark>` is escaped.")
]
Moment = Annotated[str, Meta(description="ISO 8601 date or date-time.", examples=["2017-07-12"])]
Address = Annotated[str, Meta(description="A path on this host, percent-encoded.")]
Generation = Annotated[
    str,
    Meta(
        description="The generation of the archive that answered, which is also the ETag. It "
        "changes whenever the searchable articles do."
    ),
]


class ReprintResponse(TypedDict):
    """A reprint: another article with the same text as a hit."""

    id: str
    title: str
    source: str
    published: Moment
    url: Address


class PartResponse(TypedDict):
    """A part of a score, which is the sum of its parts."""

    part: str
    value: float


class HighlightsResponse(TypedDict):
    """Texts of the article with the matching words and phrases marked."""

    title: Html
    body: Annotated[
        list[Html],
        Meta(
            description="The best fragments, or the beginning of the body if nothing in it matched."
        ),
    ]
    deck: NotRequired[Html]
    byline: NotRequired[Html]


class HitResponse(TypedDict):
    """A matching article."""

    id: str
    url: Annotated[
        str, Meta(description="Its page; below `/api/v1` the same path returns the whole article.")
    ]
    score: Annotated[float, Meta(description="0 unless the order is by relevance.")]
    title: str
    deck: str
    authors: list[str]
    published: Moment
    regions: list[str]
    themes: list[str]
    reports: list[str]
    source: Annotated[
        str, Meta(description="The outlet where it first appeared, if it is a reprint.")
    ]
    source_url: str
    highlights: HighlightsResponse
    score_parts: NotRequired[Annotated[list[PartResponse], Meta(description="With `explain=1`.")]]
    reprints: NotRequired[list[ReprintResponse]]


class ValueResponse(TypedDict):
    """A facet's value."""

    value: str
    count: Annotated[int, Meta(ge=0, description="Exact: the `total` of the search at `url`.")]
    selected: bool
    url: Annotated[str, Meta(description="The search with this value alone in its facet.")]
    api_url: Annotated[str, Meta(description="The same search of this API.")]
    add_url: NotRequired[
        Annotated[
            str,
            Meta(
                description="The search with this value in addition to those selected (OR; AND "
                "with `region_match=all` and so on)."
            ),
        ]
    ]
    remove_url: NotRequired[
        Annotated[str, Meta(description="The search without this value, which is selected.")]
    ]


class FacetResponse(TypedDict):
    """A facet, with its values by count and then name; dates newest first."""

    label: str
    values: list[ValueResponse]
    more: NotRequired[
        Annotated[
            Annotated[int, Meta(ge=0)] | None,
            Meta(
                description="The number of values with matches that are not listed, exact; null if "
                "the facet has more than 1,000 values among the matches. Dates list all values."
            ),
        ]
    ]


class SynonymResponse(TypedDict):
    """A synonym that was searched in addition to the words."""

    of: str
    also: str
    off_url: Annotated[str, Meta(description="The search without it.")]


QueryEcho = TypedDict(
    "QueryEcho",
    {
        "q": str,
        "understood": Annotated[
            str, Meta(description="The query as it was parsed, in the query language.")
        ],
        "filters": Annotated[
            dict[str, list[str]],
            Meta(
                description="The filters by parameter: values of a facet (`theme`), exclusions "
                '(`-theme`), and `theme_match` (`["all"]`) if every value must match.'
            ),
        ],
        "sort": Annotated[str, Meta(description="The order of the hits.")],
        "match": str,
        "page": Annotated[int, Meta(ge=1)],
        "size": Annotated[int, Meta(ge=1)],
        "from": NotRequired[str],
        "to": NotRequired[str],
        "ids": NotRequired[
            Annotated[list[str], Meta(description="The articles that the search is restricted to.")]
        ],
        "synonyms": NotRequired[list[SynonymResponse]],
        "corrected": NotRequired[
            Annotated[
                str,
                Meta(
                    description="The corrected text that was searched, because nothing matches `q`."
                ),
            ]
        ],
    },
)


class CorrectionResponse(TypedDict):
    """A suggested correction of the text."""

    q: str
    total: Annotated[int, Meta(ge=0)]
    url: Address


class SearchLinks(TypedDict):
    """The search in other formats, and its other pages."""

    self: Address
    html: Address
    atom: Address
    csv: Address
    next: NotRequired[
        Annotated[str, Meta(description="Present if more matches follow; it has a `cursor`.")]
    ]
    prev: NotRequired[Address]
    as_typed: NotRequired[
        Annotated[str, Meta(description="The search without the correction, if `corrected`.")]
    ]
    all_words: NotRequired[
        Annotated[str, Meta(description="The same search with `match=all`, if `relaxed`.")]
    ]


class SearchResponse(TypedDict):
    """A page of results."""

    query: QueryEcho
    relaxed: Annotated[
        bool, Meta(description="Whether articles without some of the words are included.")
    ]
    total: Annotated[int, Meta(ge=0, description="The exact number of matches.")]
    took_ms: float
    generation: Generation
    hits: list[HitResponse]
    facets: Annotated[
        dict[str, FacetResponse], Meta(description="By name; those of the parameter `facets`.")
    ]
    corrections: list[CorrectionResponse]
    links: SearchLinks
    all_words_total: NotRequired[
        Annotated[
            int,
            Meta(ge=0, description="If `relaxed`: the `total` of the search at `links.all_words`."),
        ]
    ]
    moved_from: NotRequired[
        Annotated[
            str,
            Meta(
                description="The generation of the cursor, if the archive was updated since. "
                "The walk continues from the same position."
            ),
        ]
    ]


class PageLinks(TypedDict):
    """The next and the previous page."""

    next: NotRequired[Address]
    prev: NotRequired[Address]


class FacetValuesResponse(TypedDict):
    """A page of a facet's values."""

    label: str
    values: list[ValueResponse]
    more: Annotated[int, Meta(ge=0, description="Selected values that are not on this page.")]
    generation: Generation
    links: PageLinks


class RelatedResponse(TypedDict):
    """Articles about the same subject."""

    id: str
    generation: Generation
    hits: list[HitResponse]


class SuggestionResponse(TypedDict):
    """A completion."""

    kind: Annotated[str, Meta(description="`word`, `article`, or a facet's name.")]
    kind_label: Annotated[str, Meta(description="The kind in words.")]
    label: Annotated[str, Meta(description="The text to show; equal to `text`.")]
    text: str
    count: Annotated[
        int, Meta(ge=0, description="The `total` of the search at `url`; 1 for an article.")
    ]
    url: Address


class SuggestResponse(TypedDict):
    """The completions of a text."""

    q: str
    generation: Generation
    suggestions: list[SuggestionResponse]


class ProblemOfParameter(TypedDict):
    """An error in one parameter."""

    parameter: str
    message: str
    position: NotRequired[
        Annotated[
            int,
            Meta(ge=0, description="The position in the parameter's text, in characters from 0."),
        ]
    ]


class ProblemResponse(TypedDict):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    errors: NotRequired[
        Annotated[list[ProblemOfParameter], Meta(description="Every invalid parameter.")]
    ]


ARTICLE_MEANINGS = {
    "id": "Stable.",
    "title": "The headline.",
    "deck": "The line under it.",
    "byline": "As printed, without “By”.",
    "authors": "One entry per person or organisation.",
    "published": "ISO 8601 date or date-time, on this site.",
    "regions": "The places that it is about.",
    "themes": "The subjects that it is about.",
    "reports": "The in-depth reports that it belongs to.",
    "source": "The outlet where it first appeared, if it is a reprint.",
    "source_url": "Its address there.",
    "source_published": "Its date there.",
    "url": "Its own page.",
    "language": "BCP 47 tag.",
    "body": "Plain text or light Markdown; paragraphs are separated by a blank line.",
    "author_note": "Shown with it, never searched.",
    "image_credit": "Shown with it, never searched.",
    "copyright": "Shown with it, never searched.",
    "origin": "The file and line from which it was read.",
}
"""The meaning of each key of an article."""
