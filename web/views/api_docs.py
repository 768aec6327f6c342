"""The API's description: as OpenAPI for machines, as a page for people; both from one document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import orjson
from flask import Blueprint, Response, render_template
from markupsafe import Markup, escape

from search.errors import EngineUnavailable
from search.index.protocols import EngineProvider
from search.settings.areas import Area
from web.middleware.http_cache import conditional, html_response, not_modified, page_etag
from web.middleware.site_address import site_address
from web.openapi.document import describe
from web.theme.site import Site
from web.urls import API

__all__ = ["create_api_docs"]

_NO_GENERATION = "none"


@dataclass(frozen=True, slots=True)
class _Row:
    """A parameter or a key of an answer, as the page lists it."""

    name: str
    kind: str
    meaning: str
    needed: bool


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation, as the page tells of it."""

    name: str
    path: str
    summary: str
    parameters: list[_Row]
    keys: list[_Row]
    refusals: list[tuple[str, str]]
    example: str
    answer: str


def create_api_docs(store: EngineProvider, site: Site, open_areas: frozenset[Area]) -> Blueprint:
    """Make the routes; the document is written once, and says which areas need a key."""
    docs = Blueprint("api_docs", __name__)
    document = describe(site.title, version("dateline"), open_areas)
    written = orjson.dumps(document)
    operations = list(_operations(document))
    others = [
        (path, each["get"]["summary"], _parameters(each["get"]))
        for path, each in document["paths"].items()
        if not path.startswith(API)
    ]

    @docs.get(f"{API}/openapi.json")
    def openapi() -> Response:
        tag = f"openapi-{site.version}"
        return not_modified(tag) or conditional(Response(written, mimetype="application/json"), tag)

    @docs.get("/api/docs")
    def page() -> Response:
        html = render_template(
            "api_docs.html",
            operations=operations,
            others=others,
            host=site_address(),
            introduction=document["info"]["description"],
            statuses=sorted({each for found in operations for each in found.refusals}),
            code=_code,
        )
        try:
            generation = store.serving().generation
        except EngineUnavailable:
            # The page tells of the API before there is an index, too.
            generation = _NO_GENERATION
        return html_response(html, page_etag(generation, site.version))

    return docs


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, methods in document["paths"].items():
        operation = methods["get"]
        if not path.startswith(API):
            continue
        content = operation["responses"]["200"]["content"]["application/json"]
        example = content["examples"]["sample"]
        schema = _resolved(document, content["schema"])
        yield _Operation(
            operation["operationId"],
            path,
            operation["summary"],
            _parameters(operation),
            list(_keys(document, schema, "")),
            _refusals(document, operation["responses"]),
            example["summary"].removeprefix("GET "),
            orjson.dumps(example["value"], option=orjson.OPT_INDENT_2).decode(),
        )


def _code(text: str) -> Markup:
    """Write what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in parts
    )


def _refusals(document: Mapping[str, Any], responses: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (status, _resolved(document, each)["description"])
        for status, each in responses.items()
        if status >= "400"
    ]


def _parameters(operation: Mapping[str, Any]) -> list[_Row]:
    return [
        _Row(each["name"], _kind(each["schema"]), each["description"], bool(each.get("required")))
        for each in operation["parameters"]
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """Say which values a parameter takes."""
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


def _keys(document: Mapping[str, Any], schema: Mapping[str, Any], before: str) -> Iterator[_Row]:
    """Yield the keys of an answer, those inside others with the way to them."""
    needed = schema.get("required", ())
    for name, given in schema["properties"].items():
        inner = _resolved(document, given)
        kind = inner.get("type", "")
        meaning = given.get("description") or inner.get("description", "")
        way = f"{before}{name}"
        if kind == "array":
            inner = _resolved(document, inner["items"])
            way, kind = f"{way}[]", f"list of {inner.get('type', '')}s"
        elif kind == "object" and "additionalProperties" in inner:
            inner = _resolved(document, inner["additionalProperties"])
            way, kind = f"{way}.*", "object by name"
            if inner.get("type") == "array":
                inner = _resolved(document, inner["items"])
        yield _Row(way, kind, meaning, name in needed)
        if "properties" in inner:
            yield from _keys(document, inner, f"{way}.")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, if it is one."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(document, found)
