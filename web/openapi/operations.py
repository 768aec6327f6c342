"""The API's operations as declarations, from which requests are read and OpenAPI is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from search.model.article import Article
from search.model.facets import FACETS
from search.model.query import MAX_TEXT_LENGTH
from search.ranking.more_like_this import MAX_RELATED
from search.results.suggester import MAX_SUGGESTIONS
from web.media_types import OPENSEARCH_SUGGESTIONS
from web.openapi.coverage_responses import CoverageResponse
from web.openapi.overview_responses import OverviewResponse
from web.openapi.responses import (
    FacetValuesResponse,
    RelatedResponse,
    SearchResponse,
    SuggestResponse,
)
from web.openapi.trends_responses import TrendsResponse
from web.params.declarations import Parameter, choice, integer, text
from web.params.overview_params import OVERVIEW_PARAMETERS
from web.params.search_params import API_SEARCH_PARAMETERS, VALUES_PARAMETERS
from web.params.trend_params import TRENDS_PARAMETERS

__all__ = [
    "ARTICLE",
    "COVERAGE",
    "FACET",
    "OPERATIONS",
    "OVERVIEW",
    "RELATED",
    "SEARCH",
    "SUGGEST",
    "TRENDS",
    "Operation",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation: a path below `/api/v1`, its parameters, and the type of its response.

    `example` is a request to the bundled sample's archive, whose response is in `examples.json`.
    `errors` are the statuses that it may have in addition to those of every operation, `others`
    the schemas of responses that are not JSON objects, by media type.
    """

    path: str
    name: str
    summary: str
    response: Any
    example: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    path_parameters: tuple[Parameter, ...] = ()
    errors: tuple[HTTPStatus, ...] = ()
    others: Mapping[str, Any] = field(default_factory=dict)


_ID = text(
    "id",
    "An article's id, percent-encoded including slashes; a segment `.` or `..` of it has a `~` in "
    "front.",
)
_FACETS = {facet.name: facet for facet in FACETS}
_SAMPLE_ARTICLE = "a-permanent-tug-base-for-a-harbour-that-asked-for-one-boat-a4ca8531e28e4869"
_TEXT = {"type": "string"}
_DEFAULT_RELATED = 5
_DEFAULT_SUGGESTIONS = 10

SEARCH = Operation(
    path="/search",
    name="search",
    summary="Search with exact counts of every facet",
    response=SearchResponse,
    example="/search?q=harbour&from=2010-01-01&size=1&facet_size=2",
    parameters=API_SEARCH_PARAMETERS,
    errors=(HTTPStatus.GONE,),
)
ARTICLE = Operation(
    path="/articles/{id}",
    name="article",
    summary="A whole article",
    response=Article,
    example=f"/articles/{_SAMPLE_ARTICLE}",
    path_parameters=(_ID,),
    errors=(HTTPStatus.NOT_FOUND,),
)
RELATED = Operation(
    path="/articles/{id}/related",
    name="related",
    summary="Other articles about the same subject, the most similar first",
    response=RelatedResponse,
    example=f"/articles/{_SAMPLE_ARTICLE}/related?size=1",
    parameters={
        "size": integer(
            "size", "The number of results.", maximum=MAX_RELATED, default=_DEFAULT_RELATED
        )
    },
    path_parameters=(_ID,),
    errors=(HTTPStatus.NOT_FOUND,),
)
FACET = Operation(
    path="/facets/{facet}",
    name="facet",
    summary="All values of a facet over the matches of a search, in pages",
    response=FacetValuesResponse,
    example="/facets/author?q=river&order=name&facet_size=2",
    parameters=VALUES_PARAMETERS,
    path_parameters=(choice("facet", "The facet's name.", _FACETS),),
    errors=(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
SUGGEST = Operation(
    path="/suggest",
    name="suggest",
    summary="Completions of a partial query",
    response=SuggestResponse,
    example="/suggest?q=lith&size=3",
    parameters={
        "q": text("q", "The partial query.", MAX_TEXT_LENGTH, examples=("lith",)),
        "size": integer(
            "size", "The number of results.", maximum=MAX_SUGGESTIONS, default=_DEFAULT_SUGGESTIONS
        ),
        "format": choice(
            "format",
            "With opensearch the response is OpenSearch Suggestions, "
            "`[q, [texts], [descriptions], [urls]]`, as browsers expect it for their address bar.",
            {"json": False, "opensearch": True},
            "json",
        ),
    },
    others={
        OPENSEARCH_SUGGESTIONS: {
            "type": "array",
            "items": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            "minItems": 4,
            "maxItems": 4,
        }
    },
)
COVERAGE = Operation(
    path="/coverage",
    name="coverage",
    summary="What the archive holds: articles by month and source, gaps, languages",
    response=CoverageResponse,
    example="/coverage",
)
TRENDS = Operation(
    path="/trends",
    name="trends",
    summary="Up to five texts over time, with exact counts and shares by year, month or day",
    response=TrendsResponse,
    example="/trends?s=harbour&s=region:europe&by=year&from=2017-01-01&to=2018-12-31",
    parameters=TRENDS_PARAMETERS,
)
OVERVIEW = Operation(
    path="/overview",
    name="overview",
    summary="All matches of a search at a glance: days, over-represented values, telling words",
    response=OverviewResponse,
    example="/overview?q=harbour",
    parameters=OVERVIEW_PARAMETERS,
)
OPERATIONS = (SEARCH, ARTICLE, RELATED, FACET, SUGGEST, COVERAGE, OVERVIEW, TRENDS)
