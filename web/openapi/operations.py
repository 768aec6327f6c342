"""The API's operations as declarations: path, parameters, answer. Routes are made of them, and so is OpenAPI."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from search.model.article import Article
from search.model.facets import FACETS
from search.model.query import MAX_TEXT_LENGTH
from search.ranking.more_like_this import MAX_RELATED
from search.results.suggester import MAX_SUGGESTIONS
from web.openapi.responses import (
    FacetValuesResponse,
    RelatedResponse,
    SearchResponse,
    SuggestResponse,
)
from web.params.declarations import Parameter, choice, integer, text
from web.params.search_params import SEARCH_PARAMETERS, VALUES_PARAMETERS

__all__ = ["ARTICLE", "FACET", "OPERATIONS", "RELATED", "SEARCH", "SUGGEST", "Operation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing to ask: a path below `/api/v1`, with what stands in its braces, its parameters and what comes back as JSON.

    `example` is an address of the bundled sample's archive, whose answer stands in `examples.json`; `refusals` are the
    statuses that it may answer beside those that every operation may.
    """

    path: str
    name: str
    summary: str
    answer: Any
    example: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    in_path: tuple[Parameter, ...] = ()
    refusals: tuple[HTTPStatus, ...] = ()


_ID = text("id", "An article's id, percent-encoded, its slashes too.")
_NAMES = {facet.name: facet for facet in FACETS}
_TUG = "a-permanent-tug-base-for-a-harbour-that-asked-for-one-boat-a4ca8531e28e4869"
_RELATED = 5
_SUGGESTIONS = 10

SEARCH = Operation(
    path="/search",
    name="search",
    summary="Search, with exact counts of every facet",
    answer=SearchResponse,
    example="/search?q=harbour&from=2010-01-01&size=1&facet_size=2",
    parameters=SEARCH_PARAMETERS,
    refusals=(HTTPStatus.GONE,),
)
ARTICLE = Operation(
    path="/articles/{id}",
    name="article",
    summary="One article, whole",
    answer=Article,
    example=f"/articles/{_TUG}",
    in_path=(_ID,),
    refusals=(HTTPStatus.NOT_FOUND,),
)
RELATED = Operation(
    path="/articles/{id}/related",
    name="related",
    summary="Other articles about the same, the nearest first",
    answer=RelatedResponse,
    example=f"/articles/{_TUG}/related?size=1",
    parameters={"size": integer("size", "How many.", maximum=MAX_RELATED, default=_RELATED)},
    in_path=(_ID,),
    refusals=(HTTPStatus.NOT_FOUND,),
)
FACET = Operation(
    path="/facets/{facet}",
    name="facet",
    summary="All values of a facet over the matches of a search, a page at a time",
    answer=FacetValuesResponse,
    example="/facets/author?q=river&order=name&facet_size=2",
    parameters=VALUES_PARAMETERS,
    in_path=(choice("facet", "The facet's name.", _NAMES),),
    refusals=(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
SUGGEST = Operation(
    path="/suggest",
    name="suggest",
    summary="What a reader who typed this may be about to type",
    answer=SuggestResponse,
    example="/suggest?q=lith&size=3",
    parameters={
        "q": text("q", "What was typed.", MAX_TEXT_LENGTH, examples=("lith",)),
        "size": integer("size", "How many.", maximum=MAX_SUGGESTIONS, default=_SUGGESTIONS),
    },
)
OPERATIONS = (SEARCH, ARTICLE, RELATED, FACET, SUGGEST)
