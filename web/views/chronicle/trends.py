"""Searches over time: the page, and the same drawing as a file that stands alone."""

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request

from search.errors import InvalidQuery
from search.index.protocols import EngineProvider, SearchEngine
from search.model.query import Match, SearchQuery, SortOrder
from search.model.timeline import Level
from search.model.trends import Series
from search.results.query_examples import ExampleKind, candidate_examples, chosen_examples
from web.kept_answers import KeptAnswers
from web.local_day import local_day
from web.middleware.http_cache import (
    conditional,
    html_response,
    not_modified,
    page_etag,
    vary_by_page,
)
from web.middleware.site_address import site_address, tag_with_address
from web.params.reader import InvalidParameters, Problem
from web.params.trend_params import TrendsRequest, read_trends
from web.presenters.downloads.file_names import attachment, trends_file_name
from web.presenters.drawings.standalone import standalone_drawing
from web.presenters.drawings.texts import drawable_document
from web.presenters.trends.page import TrendsPageData, trends_page
from web.theme.site import Site

__all__ = ["create_trends", "load_trends"]

_SAMPLE = 50
"""Articles, of the newest and of the oldest ones, whose titles examples are taken from."""
_MAX_VALUES = 3
_COMPARED = ("theme", "region", "source", "author", "report")
"""Facets whose most frequent values are an example, the first one that the archive has."""
_MAX_GENERATIONS = 2
_SVG = "image/svg+xml; charset=utf-8"
_SVG_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_NO_TEXT = Problem("s", "s is missing; give 1 to 5 texts, such as s=harbour")
_DRAWN = ("s", "by", "as")
"""Parameters that are no filters."""
_FORM = frozenset({"s", "as"})
"""Parameters of which each address that the form leads to has one."""
_COARSER: dict[Level | None, Level] = {"day": "month", "month": "year"}


def create_trends(store: EngineProvider, site: Site) -> Blueprint:
    """Create the routes."""
    trends = Blueprint("trends", __name__)
    examples = KeptAnswers[list[tuple[str, ...]]](_MAX_GENERATIONS)

    @trends.get("/trends")
    def page() -> Response:
        engine = store.serving()
        today = local_day().isoformat()
        # The page cites the day.
        tag = page_etag(engine.generation, f"{site.version}-{today}")
        if known := not_modified(tag):
            return vary_by_page(known)
        requested, status = _read_page()
        data = load_trends(engine, requested)
        if not requested.texts:
            data = replace(
                data, examples=examples.get(engine.generation, lambda: load_examples(engine))
            )
        html = render_template("chronicle/trends.html", **trends_page(data, site_address(), today))
        return html_response(Response(html, status), tag)

    @trends.get("/trends.svg")
    def drawing() -> Response:
        engine = store.serving()
        requested = read_trends(request.args.items(multi=True), strict=False)
        if requested.problems or not requested.texts:
            raise InvalidParameters(list(requested.problems) or [_NO_TEXT])
        today = local_day().isoformat()
        tag = tag_with_address(f"{engine.generation}-{site.version}-{today}")
        if known := not_modified(tag):
            return known
        variables = standalone_drawing(
            engine.trends(requested.queries, requested.by), requested, site_address(), today
        )
        svg = drawable_document(render_template("chronicle/trends.svg", **variables).lstrip())
        response = Response(svg, content_type=_SVG)
        response.headers["Content-Security-Policy"] = _SVG_POLICY
        response.headers["Content-Disposition"] = attachment(
            trends_file_name(requested.texts, requested.filters, site.labels), "svg"
        )
        return conditional(response, tag)

    return trends


def load_trends(engine: SearchEngine, requested: TrendsRequest) -> TrendsPageData:
    """Return what the page shows of the engine: one call, and more only for what is not found.

    If a level has too many periods, the next coarser one is counted. Texts without matches are
    rewritten to find another spelling.
    """
    data = TrendsPageData(requested, None, None, {}, ())
    if not requested.texts:
        return data
    level = requested.by
    while True:
        try:
            trends = engine.trends(requested.queries, level)
        except InvalidQuery as error:
            if error.parameter != "by":
                raise
            data = replace(data, refused=data.refused or level or "year")
            if level not in _COARSER:
                return data
            level = _COARSER[level]
        else:
            return replace(data, trends=trends, spellings=_spellings(engine, trends.series))


def load_examples(engine: SearchEngine) -> list[tuple[str, ...]]:
    """Return texts to compare that find something, in at most five calls, once for a generation."""
    newest = engine.hits(SearchQuery(size=_SAMPLE)).hits
    oldest = engine.hits(SearchQuery(size=_SAMPLE, sort=SortOrder.OLDEST)).hits
    candidates = candidate_examples(hit.article for hit in (*newest, *oldest))
    queries = [
        SearchQuery(text=candidate.text, match=Match.ALL, as_typed=True) for candidate in candidates
    ]
    chosen = chosen_examples(candidates, engine.counts(queries))
    examples = [tuple(filter(None, chosen.get(ExampleKind.EITHER, "").split(" OR ")))]
    fields = {facet.name: facet for facet in engine.filled_facets()}
    for name in _COMPARED:
        if name in fields:
            values = engine.facet(SearchQuery(), fields[name], _MAX_VALUES).values
            if len(values) > 1:
                examples.append(tuple(_field(name, each.value) for each in values))
                break
    examples.append(tuple(filter(None, [chosen.get(ExampleKind.PHRASE, "")])))
    return [texts for texts in examples if texts]


def _spellings(engine: SearchEngine, series: Iterable[Series]) -> dict[str, str]:
    """Return the spelling that a search would correct a text without matches to."""
    found = {
        each.query.text: engine.understand(SearchQuery(text=each.query.text)).corrected
        for each in series
        if not each.total and each.query.text
    }
    return {text: spelling for text, spelling in found.items() if spelling}


def _read_page() -> tuple[TrendsRequest, HTTPStatus]:
    """Return the request of a page with the filters that can be read, and the response's status.

    Empty texts are the empty fields of the form. If there are no others, all articles are drawn.
    Scripts leave empty fields out of the address, but never the scale.
    """
    pairs = list(request.args.items(multi=True))
    status = HTTPStatus.OK
    try:
        requested = read_trends(pairs, strict=False)
    except InvalidParameters as error:
        status = HTTPStatus.BAD_REQUEST
        requested = _read_without(pairs, {problem.parameter for problem in error.problems})
        requested = replace(requested, problems=tuple(error.problems))
    texts = tuple(filter(None, requested.texts))
    if not texts and not _FORM.isdisjoint(request.args):
        texts = ("",)
    return replace(requested, texts=texts), status


def _read_without(pairs: list[tuple[str, str]], names: set[str]) -> TrendsRequest:
    """Return a request without some of its filters, or without all of them."""
    try:
        return read_trends(
            [pair for pair in pairs if pair[0] in _DRAWN or pair[0] not in names], strict=False
        )
    except InvalidParameters:
        return read_trends([pair for pair in pairs if pair[0] in _DRAWN], strict=False)


def _field(name: str, value: str) -> str:
    value = value.replace('"', " ")
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"
