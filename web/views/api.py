"""The JSON API; docs/api.md. What may be asked stands in `operations.py`, what is answered in `answers.py`."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotAcceptable

from search.index.protocols import EngineProvider, SearchEngine
from web.errors import ArticleMissing, facet_at
from web.middleware.http_cache import conditional, not_modified
from web.monitoring.query_log import QueryLog
from web.openapi.operations import ARTICLE, RELATED, SUGGEST, Operation
from web.openapi.responses import SearchResponse
from web.params.reader import InvalidParameters, read_parameters
from web.params.search_params import read_facet_value_query, read_query
from web.presenters.search_json import facet_answer, related_answer, search_answer, suggest_answer
from web.urls import API

__all__ = ["create_api"]

_JSON = "application/json"
_RELATED = "/related"


def create_api(store: EngineProvider, query_log: QueryLog | None) -> Blueprint:
    """Make the API's routes over a store; searches are noted in the log, if there is one."""
    api = Blueprint("api", __name__, url_prefix=API)
    api.before_request(_refuse_other_forms)

    @api.get("/search")
    def search() -> Response:
        started = time.perf_counter()
        query = read_query(_pairs(), strict=True)

        def answer(engine: SearchEngine) -> SearchResponse:
            page = engine.search(query)
            if query_log:
                query_log.note(page, time.perf_counter() - started)
            return search_answer(page, started)

        return _answer(store.serving(), answer)

    @api.get("/articles/<everything:article_id>")
    def article(article_id: str) -> Response:
        engine = store.serving()
        found = engine.article(article_id)
        if found is not None:
            _read(ARTICLE)
            return _answer(engine, lambda _: found.to_dict())
        # An id may end so too; then it is the article that is asked for.
        other = engine.article(article_id.removesuffix(_RELATED))
        if other is None:
            raise ArticleMissing(f"there is no article {article_id.removesuffix(_RELATED)!r}")
        size = _read(RELATED)["size"]
        return _answer(engine, lambda engine: related_answer(engine, other, size))

    @api.get("/facets/<name>")
    def values(name: str) -> Response:
        facet = facet_at(name)
        query, asked = read_facet_value_query(_pairs(), strict=True)
        return _answer(store.serving(), lambda engine: facet_answer(engine, facet, query, asked))

    @api.get("/suggest")
    def suggest() -> Response:
        given = _read(SUGGEST)
        return _answer(
            store.serving(),
            lambda engine: suggest_answer(engine, given.get("q", ""), given["size"]),
        )

    return api


def _refuse_other_forms() -> None:
    """Say so where JSON is not what is wanted, rather than send it."""
    if request.accept_mimetypes and not request.accept_mimetypes[_JSON]:
        raise NotAcceptable(
            "Answers here are application/json; leave out the Accept header or name that."
        )


def _pairs() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _read(operation: Operation) -> dict[str, Any]:
    """Read the parameters of an operation, those with a default always.

    Raises:
        InvalidParameters: with every problem there is.

    """
    found, problems = read_parameters(_pairs(), operation.parameters, strict=True)
    if problems:
        raise InvalidParameters(problems)
    defaults = {
        each.name: each.default
        for each in operation.parameters.values()
        if each.default is not None
    }
    return defaults | found


def _answer(engine: SearchEngine, make: Callable[[SearchEngine], Mapping[str, Any]]) -> Response:
    """Answer as JSON, unless who asks has the answer of this generation."""
    return not_modified(engine.generation) or conditional(
        Response(orjson.dumps(make(engine)), mimetype=_JSON), engine.generation
    )
