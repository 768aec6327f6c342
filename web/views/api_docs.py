"""The API's description as an OpenAPI document and as a page made from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import orjson
from flask import Blueprint, Response, render_template
from markupsafe import Markup, escape

from search.errors import EngineUnavailable
from search.index.protocols import EngineProvider
from search.settings.areas import Area
from web.media_types import JSON
from web.middleware.http_cache import conditional, html_response, not_modified, page_etag
from web.middleware.site_address import site_address, tag_with_mount_path
from web.mount_path import mount_path
from web.openapi.document import describe
from web.theme.site import Site
from web.urls import API

__all__ = ["create_api_docs"]

_NO_GENERATION = "none"
_URL, _LINKS = "url", "links"
_MAX_MOUNT_PATHS = 8
"""Paths for which the document is kept; a site usually has one."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A parameter, or a key of a response, in the page's tables."""

    name: str
    kind: str
    meaning: str
    required: bool


@dataclass(frozen=True, slots=True)
class _OperationDoc:
    """An operation, as the page describes it."""

    name: str
    path: str
    summary: str
    parameters: list[_Row]
    keys: list[_Row]
    errors: list[tuple[str, str]]
    example: str
    answer: str


def create_api_docs(store: EngineProvider, site: Site, open_areas: frozenset[Area]) -> Blueprint:
    """Create the routes; the document names the areas that need a key."""
    docs = Blueprint("api_docs", __name__)
    described = _Described(describe(site.title, version("dateline"), open_areas))

    @docs.get(f"{API}/openapi.json")
    def openapi() -> Response:
        tag = tag_with_mount_path(f"openapi-{site.version}")
        return not_modified(tag) or conditional(
            Response(described.encoded(mount_path()), mimetype=JSON), tag
        )

    @docs.get("/api/docs")
    def page() -> Response:
        operations = described.operations(mount_path())
        html = render_template(
            "api_docs.html",
            operations=operations,
            others=described.other_formats,
            host=site_address(),
            introduction=described.introduction,
            statuses=sorted({error for operation in operations for error in operation.errors}),
            code=_code,
        )
        try:
            generation = store.serving().generation
        except EngineUnavailable:
            # The page is available before there is an index.
            generation = _NO_GENERATION
        return html_response(html, page_etag(generation, site.version))

    return docs


class _Described:
    """The document, encoded and as rows of the page, for each path that it is mounted under."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.introduction: str = document["info"]["description"]
        self.other_formats = [
            (path, methods["get"]["summary"], _parameters(methods["get"]))
            for path, methods in document["paths"].items()
            if not path.startswith(API)
        ]
        self.encoded = lru_cache(_MAX_MOUNT_PATHS)(self._encode)
        self.operations = lru_cache(_MAX_MOUNT_PATHS)(self._operations)

    def _encode(self, root: str) -> bytes:
        document = _with_root(self._document, root)
        return orjson.dumps({**document, "servers": [{"url": root or "/"}]})

    def _operations(self, root: str) -> list[_OperationDoc]:
        return list(_operations(_with_root(self._document, root)))


def _with_root(part: Any, root: str, name: str = "") -> Any:
    """Return a part of the document whose examples are of a service mounted under a path.

    Every address in an example is the value of `url`, `api_url` and so on, or one of `links`.
    """
    if not root:
        return part
    if isinstance(part, dict):
        return {
            key: _with_root(value, root, _URL if name == _LINKS else key)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_with_root(value, root, name) for value in part]
    is_address = isinstance(part, str) and name.endswith(_URL) and part.startswith("/")
    return root + part if is_address else part


def _operations(document: Mapping[str, Any]) -> Iterator[_OperationDoc]:
    for path, methods in document["paths"].items():
        operation = methods["get"]
        if not path.startswith(API):
            continue
        content = operation["responses"]["200"]["content"][JSON]
        example = content["examples"]["sample"]
        schema = _resolved(document, content["schema"])
        yield _OperationDoc(
            operation["operationId"],
            path,
            operation["summary"],
            _parameters(operation),
            list(_keys(document, schema, "")),
            _errors(document, operation["responses"]),
            example["summary"].removeprefix("GET "),
            orjson.dumps(example["value"], option=orjson.OPT_INDENT_2).decode(),
        )


def _code(text: str) -> Markup:
    """Return a text as HTML, with what is between backticks as code."""
    parts = enumerate(text.split("`"))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in parts
    )


def _errors(document: Mapping[str, Any], responses: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (status, _resolved(document, response)["description"])
        for status, response in responses.items()
        if status >= "400"
    ]


def _parameters(operation: Mapping[str, Any]) -> list[_Row]:
    return [
        _Row(
            parameter["name"],
            _kind(parameter["schema"]),
            parameter["description"],
            bool(parameter.get("required")),
        )
        for parameter in operation["parameters"]
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """Describe the values that a parameter takes."""
    if schema["type"] == "array":
        return f"{_kind(schema['items'])}; repeatable"
    if "enum" in schema:
        kind = " | ".join(schema["enum"])
    elif schema["type"] == "integer":
        kind = f"{schema['minimum']:,} to {schema['maximum']:,}"
    elif schema.get("format") == "date":
        kind = "YYYY-MM-DD"
    elif "pattern" in schema:
        kind = " | ".join(map(str, schema["examples"]))
    else:
        kind = (
            f"text, {schema['maxLength']:,} characters at most" if "maxLength" in schema else "text"
        )
    return f"{kind}; default {schema['default']}" if "default" in schema else kind


def _keys(document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str) -> Iterator[_Row]:
    """Yield the keys of a response, nested ones by their path."""
    required = schema.get("required", ())
    for name, declared in schema["properties"].items():
        inner = _resolved(document, declared)
        kind = inner.get("type", "")
        meaning = declared.get("description") or inner.get("description", "")
        path = f"{prefix}{name}"
        if kind == "array":
            inner = _resolved(document, inner["items"])
            path, kind = f"{path}[]", f"list of {inner.get('type', '')}s"
        elif kind == "object" and "additionalProperties" in inner:
            inner = _resolved(document, inner["additionalProperties"])
            path, kind = f"{path}.*", "object by name"
            if inner.get("type") == "array":
                inner = _resolved(document, inner["items"])
        yield _Row(path, kind, meaning, name in required)
        if "properties" in inner:
            yield from _keys(document, inner, f"{path}.")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema, or the one that it refers to."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Any = document
    for part in reference.removeprefix("#/").split("/"):
        target = target[part]
    return _resolved(document, target)
