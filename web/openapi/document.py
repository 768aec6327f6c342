"""The OpenAPI 3.1 document, made from the declared operations and response types."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib import resources
from typing import Any

import msgspec
import orjson

from search.model.article import ARTICLE_KEYS, Article
from search.settings.areas import SCOPE_OF, Area
from web.media_types import ATOM, EXPORTS, JSON, PROBLEM
from web.middleware.authentication import KEY_HEADERS
from web.openapi import coverage_responses, overview_responses, responses, trends_responses
from web.openapi.operations import OPERATIONS, Operation
from web.params.declarations import Parameter
from web.params.export_params import EXPORT_PARAMETERS, TRENDS_TABLE_PARAMETERS
from web.params.search_params import SEARCH_PARAMETERS
from web.urls import API

__all__ = ["EXAMPLES_FILE", "describe"]

EXAMPLES_FILE = "examples.json"
"""The response of each operation's example, from an archive of the bundled sample."""
_SCHEMAS = "#/components/schemas/{name}"
_RESPONSE_MODULES = (responses, coverage_responses, overview_responses, trends_responses)
_PROBLEM_CONTENT = {"schema": {"$ref": _SCHEMAS.format(name=responses.ProblemResponse.__name__)}}
_COMMON_ERRORS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_KEY_ERRORS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_ERROR_MEANINGS = {
    HTTPStatus.BAD_REQUEST: (
        "A parameter is unknown, unreadable or out of bounds; `errors` names every one."
    ),
    HTTPStatus.UNAUTHORIZED: "A key is required, or the one sent is invalid, revoked or expired.",
    HTTPStatus.FORBIDDEN: "The key lacks the required scope, which `detail` names.",
    HTTPStatus.NOT_FOUND: "There is nothing of this name.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Only GET, HEAD and OPTIONS are supported.",
    HTTPStatus.NOT_ACCEPTABLE: "`Accept` excludes JSON.",
    HTTPStatus.GONE: (
        "The archive was updated since this cursor was made, and the order by relevance changed."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request has a larger body than is allowed.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than any search needs.",
    HTTPStatus.TOO_MANY_REQUESTS: (
        "More requests than this site's limit allows; `Retry-After` says when to continue."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "An internal error, which was logged under the response's `X-Request-Id`."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "There is no index yet, there are too many concurrent searches, or the search takes too "
        "long; see `Retry-After`."
    ),
}
_INTRODUCTION = (
    "Search an archive of news articles with exact counts. The ETag of every answer is the "
    "archive's generation: send it back in `If-None-Match`, and an unchanged answer is a 304. To "
    "walk all matches, follow `links.next` until there is none. Keys may be added to answers; "
    "under `/api/v1` none is renamed or removed."
)


_FORMAT_SUMMARIES = {
    "/feed.atom": "A search as a feed",
    "/trends.csv": "Up to five texts over time as a table",
    "/coverage.csv": "The archive's articles by month and source as a table",
}
_FORMAT_CONTENTS = {
    "/feed.atom": "Newest first, unless `sort` is named.",
    "/trends.csv": "`series,period,count,of,share`: a row for each period of each series.",
    "/coverage.csv": "`source,period,count`: a row for each source and month with articles.",
}
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key as `Authorization: Bearer KEY`.",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": KEY_HEADERS[0],
        "description": "The same key by itself.",
    },
}
"""The two headers in which a key can be sent."""


def describe(title: str, version: str, open_areas: frozenset[Area]) -> dict[str, Any]:
    """Return the document as a JSON object; areas that are not open require a key."""
    types = [operation.response for operation in OPERATIONS]
    _, schemas = msgspec.json.schema_components(
        [*types, responses.ProblemResponse], ref_template=_SCHEMAS
    )
    schemas[Article.__name__] = _article_schema()
    for name, schema in schemas.items():
        schema["description"] = " ".join(schema.get("description", "").split())
        # In the order of the responses, not by name.
        order = _response_type(name).__annotations__
        schema["properties"] = {key: schema["properties"][key] for key in order}
    examples = orjson.loads(resources.files("web.openapi").joinpath(EXAMPLES_FILE).read_bytes())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: the archive's API",
            "version": version,
            "description": _INTRODUCTION,
        },
        "servers": [{"url": "/"}],
        "paths": {
            API + operation.path: {
                "get": _operation(operation, examples) | _security(Area.API, open_areas)
            }
            for operation in OPERATIONS
        }
        | _other_formats(open_areas),
        "components": {
            "schemas": schemas,
            "responses": {status.name: _error(status) for status in _ERROR_MEANINGS},
            "headers": {
                "ETag": {"description": "The generation.", "schema": {"type": "string"}},
                "Retry-After": {
                    "description": "Seconds.",
                    "schema": {"type": "integer", "minimum": 0},
                },
                "X-Request-Id": {
                    "description": "Identifies the request in the log.",
                    "schema": {"type": "string"},
                },
            },
            "securitySchemes": _SCHEMES,
        },
    }


def _response_type(name: str) -> type[Any]:
    """Return the type of a schema."""
    return next(
        (vars(module)[name] for module in _RESPONSE_MODULES if name in vars(module)), Article
    )


def _security(area: Area, open_areas: frozenset[Area]) -> dict[str, Any]:
    """Return the keys that an operation takes: of either scheme, or none if its area is open."""
    with_key: list[dict[str, list[str]]] = [{name: [SCOPE_OF[area]]} for name in _SCHEMES]
    return {"security": [{}, *with_key] if area in open_areas else with_key}


def _article_schema() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components([Article])
    schema: dict[str, Any] = schemas[Article.__name__]
    properties = {
        key: {name: part for name, part in schema["properties"][key].items() if name != "default"}
        | {"description": responses.ARTICLE_MEANINGS[key]}
        for key in ARTICLE_KEYS
    }
    return {
        "type": "object",
        "description": "A whole article.",
        "properties": properties,
        "required": list(ARTICLE_KEYS),
    }


def _operation(operation: Operation, examples: Mapping[str, Any]) -> dict[str, Any]:
    answer = {
        "schema": {"$ref": _SCHEMAS.format(name=operation.response.__name__)},
        "examples": {
            "sample": {
                "summary": f"GET {API}{operation.example}",
                "value": examples[operation.name],
            }
        },
    }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            *(_parameter(parameter, "path") for parameter in operation.path_parameters),
            *(_parameter(parameter, "query") for parameter in operation.parameters.values()),
        ],
        "responses": _responses(
            operation.summary,
            {JSON: answer}
            | {media_type: {"schema": schema} for media_type, schema in operation.others.items()},
            operation.errors,
        ),
    }


def _parameter(parameter: Parameter, location: str) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if parameter.examples:
        schema["examples"] = list(parameter.examples)
    declared: dict[str, Any] = {
        "name": parameter.name,
        "in": location,
        "description": parameter.meaning,
    }
    if location == "path" or parameter.required:
        declared["required"] = True
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
        if parameter.required:
            schema["minItems"] = 1
        if parameter.allowance:
            schema["maxItems"] = parameter.allowance.limit
        declared |= {"style": "form", "explode": True}
    return declared | {"schema": schema}


def _responses(
    summary: str, content: Mapping[str, Any], errors: Iterable[HTTPStatus]
) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "X-Request-Id")}
    successes: dict[str, Any] = {
        "200": {"description": summary, "headers": headers, "content": content},
        "304": {
            "description": "Nothing has changed since the answer whose ETag is in `If-None-Match`."
        },
    }
    return successes | {
        str(status.value): _reference(status) for status in sorted({*_COMMON_ERRORS, *errors})
    }


def _reference(status: HTTPStatus) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{status.name}"}


def _error(status: HTTPStatus) -> dict[str, Any]:
    headers = ["X-Request-Id"]
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.append("Retry-After")
    return {
        "description": _ERROR_MEANINGS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {PROBLEM: _PROBLEM_CONTENT},
    }


def _other_formats(open_areas: frozenset[Area]) -> dict[str, Any]:
    """Describe the exports, the feed and other downloads, which ignore unknown parameters."""
    formats = {
        f"/export.{ending}": (media_type, EXPORT_PARAMETERS[ending])
        for ending, media_type in EXPORTS.items()
    }
    formats["/feed.atom"] = (ATOM, SEARCH_PARAMETERS)
    formats["/trends.csv"] = (EXPORTS["csv"], TRENDS_TABLE_PARAMETERS)
    formats["/coverage.csv"] = (EXPORTS["csv"], {})
    return {
        path: {
            "get": {
                "operationId": path.strip("/").replace(".", "_"),
                "summary": _FORMAT_SUMMARIES.get(path, "Every match of a search, streamed"),
                "parameters": [_parameter(parameter, "query") for parameter in parameters.values()],
                "responses": {
                    "200": {
                        "description": _FORMAT_CONTENTS.get(path, "In the search's order."),
                        "content": {media_type.partition(";")[0]: {"schema": {"type": "string"}}},
                    },
                    "304": {"description": "Nothing has changed."},
                    **{str(status.value): _reference(status) for status in _KEY_ERRORS},
                    "default": {
                        "description": "An error: a page if `Accept` prefers `text/html`, "
                        "otherwise a problem.",
                        "content": {PROBLEM: _PROBLEM_CONTENT, "text/html": {}},
                    },
                },
            }
            | _security(Area.FEED if path == "/feed.atom" else Area.EXPORTS, open_areas)
        }
        for path, (media_type, parameters) in formats.items()
    }
