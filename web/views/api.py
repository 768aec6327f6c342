"""The JSON API; see docs/api.md.

`operations.py` declares its parameters, `responses.py` the types of its answers.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotAcceptable

from search.index.protocols import EngineProvider, SearchEngine
from search.model.query import SearchQuery
from web.errors import ArticleMissing, facet_at
from web.kept_answers import KeptAnswers
from web.media_types import JSON, OPENSEARCH_SUGGESTIONS
from web.middleware.http_cache import conditional, not_modified
from web.middleware.site_address import (
    site_address,
    tag_with_address,
    tag_with_mount_path,
)
from web.monitoring.query_log import QueryLog
from web.mount_path import mount_path
from web.openapi.operations import ARTICLE, COVERAGE, RELATED, SUGGEST, Operation
from web.openapi.responses import FacetValuesResponse, SearchResponse
from web.params.overview_params import read_overview
from web.params.reader import InvalidParameters, read_parameters
from web.params.search_params import read_facet_value_query, read_query
from web.params.trend_params import read_trends
from web.presenters.coverage.data import coverage_response
from web.presenters.overview.api_response import overview_response
from web.presenters.search_json import (
    facet_response,
    opensearch_suggestions,
    related_response,
    search_response,
    suggest_response,
)
from web.presenters.trends.api_response import trends_response
from web.urls import API

__all__ = ["create_api"]

_RELATED = "/related"
_ALL_ARTICLES = SearchQuery()


def create_api(store: EngineProvider, query_log: QueryLog | None) -> Blueprint:
    """Create the routes; searches are counted in the query log, if there is one."""
    api = Blueprint("api", __name__, url_prefix=API)
    api.before_request(_require_json)
    all_articles = KeptAnswers[SearchResponse]()

    @api.get("/search")
    def search() -> Response:
        started = time.perf_counter()
        query = read_query(_pairs(), strict=True)

        def respond(engine: SearchEngine) -> SearchResponse:
            page = engine.search(query)
            seconds = time.perf_counter() - started
            if query_log:
                query_log.note(page, seconds)
            return search_response(page, seconds * 1000)

        return _answer(
            store.serving(), partial(_kept_or_made, all_articles, query, respond, started)
        )

    @api.get("/articles/<article_id:article_id>")
    def article(article_id: str) -> Response:
        engine = store.serving()
        article = engine.article(article_id)
        if article is not None:
            _read(ARTICLE)
            return _answer(engine, lambda _: article.to_dict())
        # An article's own id may end in this too, so it was looked up first.
        other_id = article_id.removesuffix(_RELATED)
        other = engine.article(other_id)
        if other is None:
            raise ArticleMissing(f"there is no article {other_id!r}")
        size = _read(RELATED)["size"]
        return _answer(
            engine,
            lambda engine: related_response(
                other, engine.related(other, size), size, engine.generation
            ),
        )

    @api.get("/facets/<name>")
    def values(name: str) -> Response:
        facet = facet_at(name)
        query, value_query = read_facet_value_query(_pairs(), strict=True)

        def respond(engine: SearchEngine) -> FacetValuesResponse:
            wanted = replace(value_query, size=query.listed_values, with_initials=False)
            page = engine.facet_values(query, facet, wanted)
            return facet_response(page, query, engine.generation)

        return _answer(store.serving(), respond)

    @api.get("/suggest")
    def suggest() -> Response:
        return _suggestions(store.serving(), _read(SUGGEST))

    _add_chronicle(api, store)
    return api


def _add_chronicle(api: Blueprint, store: EngineProvider) -> None:
    """Add the routes that tell what the archive holds, and of searches as a whole and over time."""

    @api.get("/coverage")
    def coverage() -> Response:
        _read(COVERAGE)
        return _answer(store.serving(), lambda engine: coverage_response(engine.coverage()))

    @api.get("/overview")
    def overview() -> Response:
        query = read_overview(_pairs())
        return _answer(store.serving(), lambda engine: overview_response(engine.overview(query)))

    @api.get("/trends")
    def trends() -> Response:
        requested = read_trends(_pairs(), strict=True)
        return _answer(
            store.serving(),
            lambda engine: trends_response(engine.trends(requested.queries, requested.by)),
        )


def _kept_or_made(
    answers: KeptAnswers[SearchResponse],
    query: SearchQuery,
    respond: Callable[[SearchEngine], SearchResponse],
    started: float,
    engine: SearchEngine,
) -> SearchResponse:
    """Return the response to a search; that of all articles is kept, except for its time."""
    if query != _ALL_ARTICLES:
        return respond(engine)
    key = (engine.generation, mount_path())
    response = answers.get(key, lambda: respond(engine)).copy()
    response["took_ms"] = round((time.perf_counter() - started) * 1000, 2)
    return response


def _require_json() -> None:
    """Refuse a request whose Accept header excludes JSON."""
    accepted = request.accept_mimetypes
    if accepted and not (accepted[JSON] or accepted[OPENSEARCH_SUGGESTIONS]):
        raise NotAcceptable(
            "Answers here are application/json; leave out the Accept header or name that."
        )


def _pairs() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _read(operation: Operation) -> dict[str, Any]:
    """Read the parameters of an operation, absent ones as their default.

    Raises:
        InvalidParameters: with every problem.

    """
    values, problems = read_parameters(_pairs(), operation.parameters, strict=True)
    if problems:
        raise InvalidParameters(problems)
    defaults = {
        parameter.name: parameter.default
        for parameter in operation.parameters.values()
        if parameter.default is not None
    }
    return defaults | values


def _suggestions(engine: SearchEngine, values: Mapping[str, Any]) -> Response:
    """Respond with the completions that the parameters ask for."""
    text = values.get("q", "")
    if not values["format"]:
        return _answer(
            engine,
            lambda engine: suggest_response(
                text, engine.suggest(text, values["size"]), engine.generation
            ),
        )
    tag = tag_with_address(engine.generation)
    if known := not_modified(tag):
        return known
    completions = opensearch_suggestions(text, engine.suggest(text, values["size"]), site_address())
    return conditional(Response(orjson.dumps(completions), mimetype=OPENSEARCH_SUGGESTIONS), tag)


def _answer(engine: SearchEngine, make: Callable[[SearchEngine], Mapping[str, Any]]) -> Response:
    """Respond with JSON, or 304 to a client that has the answer of this generation."""
    tag = tag_with_mount_path(engine.generation)
    return not_modified(tag) or conditional(
        Response(orjson.dumps(make(engine)), mimetype=JSON), tag
    )
