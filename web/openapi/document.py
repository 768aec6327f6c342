"""The API's description in OpenAPI 3.1, made of the declarations by which requests are read and answers are written."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib import resources
from typing import Any

import msgspec
import orjson

from search.model.article import ARTICLE_KEYS, Article
from search.settings.areas import SCOPE_OF, Area
from web.media_types import ATOM, EXPORTS, PROBLEM
from web.middleware.authentication import KEY_HEADERS
from web.openapi import responses
from web.openapi.operations import OPERATIONS, Operation
from web.params.declarations import Parameter
from web.params.export_params import EXPORT_PARAMETERS
from web.params.search_params import SEARCH_PARAMETERS
from web.urls import API

__all__ = ["EXAMPLES_FILE", "describe"]

EXAMPLES_FILE = "examples.json"
"""What each operation's example answers over the bundled sample."""
_SCHEMAS = "#/components/schemas/{name}"
_PROBLEM_SHAPE = {"schema": {"$ref": _SCHEMAS.format(name=responses.ProblemResponse.__name__)}}
_ALWAYS = (
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
_OF_KEYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_WHEN = {
    HTTPStatus.BAD_REQUEST: "A parameter is unknown, unreadable or out of bounds; `errors` names every one.",
    HTTPStatus.UNAUTHORIZED: "A key is needed, or the one that was sent is invalid, was revoked or has ended.",
    HTTPStatus.FORBIDDEN: "The key lacks the scope that is needed here; `detail` names it.",
    HTTPStatus.NOT_FOUND: "There is nothing of this name.",
    HTTPStatus.METHOD_NOT_ALLOWED: "GET, HEAD and OPTIONS alone are answered.",
    HTTPStatus.NOT_ACCEPTABLE: "`Accept` leaves out JSON.",
    HTTPStatus.GONE: "The archive was updated since this cursor was made, and the order by relevance changed with it.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request has a body of more than it may.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than any search needs.",
    HTTPStatus.TOO_MANY_REQUESTS: "More requests than the limit that this site sets; `Retry-After` says when to go on.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "An error of ours; it was logged under the answer's `X-Request-Id`.",
    HTTPStatus.SERVICE_UNAVAILABLE: "No index yet, too many searches at once, or one that takes too long; see `Retry-After`.",
}
_INTRODUCTION = (
    "Search an archive of news articles with exact counts. Every answer's ETag is the generation of the archive: send it back "
    "in `If-None-Match` and an unchanged answer is a 304. To walk all matches, follow `links.next` until there is none. "
    "Keys may be added to answers; none is renamed or removed under `/api/v1`."
)


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
        "description": "The same key, sent alone.",
    },
}
"""The two ways to send a key."""


def describe(title: str, version: str, open_areas: frozenset[Area]) -> dict[str, Any]:
    """Return the description as a JSON object; areas that are not open need a key."""
    types = [operation.answer for operation in OPERATIONS]
    _, schemas = msgspec.json.schema_components(
        [*types, responses.ProblemResponse], ref_template=_SCHEMAS
    )
    schemas[Article.__name__] = _article_schema()
    for name, schema in schemas.items():
        schema["description"] = " ".join(schema.get("description", "").split())
        # In the order in which they are declared and answered, not by name.
        order = getattr(responses, name, Article).__annotations__
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
        | _others(open_areas),
        "components": {
            "schemas": schemas,
            "responses": {status.name: _refusal(status) for status in _WHEN},
            "headers": {
                "ETag": {"description": "The generation.", "schema": {"type": "string"}},
                "Retry-After": {
                    "description": "Seconds.",
                    "schema": {"type": "integer", "minimum": 0},
                },
                "X-Request-Id": {
                    "description": "Names the request in the log.",
                    "schema": {"type": "string"},
                },
            },
            "securitySchemes": _SCHEMES,
        },
    }


def _security(area: Area, open_areas: frozenset[Area]) -> dict[str, Any]:
    """Describe the keys that an operation takes: by either scheme, or none where it is open."""
    with_key: list[dict[str, list[str]]] = [{name: [SCOPE_OF[area]]} for name in _SCHEMES]
    return {"security": [{}, *with_key] if area in open_areas else with_key}


def _article_schema() -> dict[str, Any]:
    _, made = msgspec.json.schema_components([Article])
    schema: dict[str, Any] = made[Article.__name__]
    properties = {
        key: {name: part for name, part in schema["properties"][key].items() if name != "default"}
        | {"description": responses.ARTICLE_MEANINGS[key]}
        for key in ARTICLE_KEYS
    }
    return {
        "type": "object",
        "description": "An article, whole.",
        "properties": properties,
        "required": list(ARTICLE_KEYS),
    }


def _operation(operation: Operation, examples: Mapping[str, Any]) -> dict[str, Any]:
    answer = {
        "schema": {"$ref": _SCHEMAS.format(name=operation.answer.__name__)},
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
            *(_parameter(each, "path") for each in operation.in_path),
            *(_parameter(each, "query") for each in operation.parameters.values()),
        ],
        "responses": _responses(
            operation.summary, {"application/json": answer}, operation.refusals
        ),
    }


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if parameter.examples:
        schema["examples"] = list(parameter.examples)
    told: dict[str, Any] = {"name": parameter.name, "in": place, "description": parameter.meaning}
    if place == "path":
        told["required"] = True
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
        told |= {"style": "form", "explode": True}
    return told | {"schema": schema}


def _responses(
    summary: str, content: Mapping[str, Any], refusals: Iterable[HTTPStatus]
) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "X-Request-Id")}
    found: dict[str, Any] = {
        "200": {"description": summary, "headers": headers, "content": content},
        "304": {
            "description": "Nothing changed since the answer whose ETag was sent in `If-None-Match`."
        },
    }
    return found | {
        str(status.value): _reference(status) for status in sorted({*_ALWAYS, *refusals})
    }


def _reference(status: HTTPStatus) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{status.name}"}


def _refusal(status: HTTPStatus) -> dict[str, Any]:
    headers = ["X-Request-Id"]
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.append("Retry-After")
    return {
        "description": _WHEN[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {PROBLEM: _PROBLEM_SHAPE},
    }


def _others(open_areas: frozenset[Area]) -> dict[str, Any]:
    """Tell of the other forms of a search, which are read by machines too; they ignore unknown parameters."""
    forms = {f"/export.{form}": (kind, EXPORT_PARAMETERS[form]) for form, kind in EXPORTS.items()}
    forms["/feed.atom"] = (ATOM, SEARCH_PARAMETERS)
    return {
        path: {
            "get": {
                "operationId": path.strip("/").replace(".", "_"),
                "summary": "Every match of a search, streamed"
                if path.startswith("/export")
                else "A search as a feed",
                "parameters": [_parameter(each, "query") for each in parameters.values()],
                "responses": {
                    "200": {
                        "description": "In the search's order.",
                        "content": {kind.partition(";")[0]: {"schema": {"type": "string"}}},
                    },
                    "304": {"description": "Nothing changed."},
                    **{str(status.value): _reference(status) for status in _OF_KEYS},
                    "default": {
                        "description": "What is wrong: a page where `Accept` prefers `text/html`, else a problem.",
                        "content": {PROBLEM: _PROBLEM_SHAPE, "text/html": {}},
                    },
                },
            }
            | _security(Area.FEED if path == "/feed.atom" else Area.EXPORTS, open_areas)
        }
        for path, (kind, parameters) in forms.items()
    }
