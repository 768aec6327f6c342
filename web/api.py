"""The JSON API; docs/api.md."""

import time
from dataclasses import replace
from typing import Any

import orjson
from flask import Blueprint, Response, request

from search.article import Article
from search.browsing import MAX_VALUES, values_page
from search.engine import GenerationStore, SearchEngine
from search.facets import facet_named
from search.query import SearchQuery
from search.related import MOST_RELATED
from search.results import Hit, SearchPage
from search.suggest import MOST_SUGGESTIONS, Suggestion
from web.errors import ArticleMissing, facet_at
from web.headers import by_generation
from web.links import API_FACETS, article_path, search_path
from web.params import VALUES_PARAMETERS, read_query, read_size, read_values_asked, values_string
from web.present import ValueRow, facet_row, facet_rows, search_links, suggestion_path

__all__ = ["create_api"]

_JSON = "application/json"
_RELATED = "/related"
_RELATED_SIZE = 5
_SUGGESTIONS = 10


def create_api(store: GenerationStore) -> Blueprint:
    """Make the API's routes over a store."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    @api.get("/search")
    def search() -> Response:
        started = time.perf_counter()
        query = read_query(request.args.items(multi=True), strict=True)
        page = store.serving().search(query)
        data = _search_data(page, (time.perf_counter() - started) * 1000)
        return by_generation(Response(orjson.dumps(data), mimetype=_JSON), page.generation)

    @api.get("/articles/<everything:article_id>")
    def article(article_id: str) -> Response:
        engine = store.serving()
        found = engine.article(article_id)
        if found is None and article_id.endswith(_RELATED):
            # An id may end so too; then it is the article that is asked for.
            return related(engine, article_id.removesuffix(_RELATED))
        if found is None:
            raise ArticleMissing(f"there is no article {article_id!r}")
        return by_generation(Response(orjson.dumps(found.to_dict()), mimetype=_JSON), engine.generation)

    @api.get("/facets/<name>")
    def values(name: str) -> Response:
        engine = store.serving()
        data = _values_data(engine, name, list(request.args.items(multi=True)))
        return by_generation(Response(orjson.dumps(data), mimetype=_JSON), engine.generation)

    @api.get("/suggest")
    def suggest() -> Response:
        size = read_size(request.args.items(multi=True), most=MOST_SUGGESTIONS, default=_SUGGESTIONS, beside=("q",))
        text = SearchQuery(text=request.args.get("q", "")).text
        engine = store.serving()
        found = [_suggestion_data(each) for each in engine.suggest(text, size)]
        data = {"q": text, "generation": engine.generation, "suggestions": found}
        return by_generation(Response(orjson.dumps(data), mimetype=_JSON), engine.generation)

    def related(engine: SearchEngine, article_id: str) -> Response:
        size = read_size(request.args.items(multi=True), most=MOST_RELATED, default=_RELATED_SIZE)
        found = engine.article(article_id)
        if found is None:
            raise ArticleMissing(f"there is no article {article_id!r}")
        hits = [_hit_data(hit) for hit in engine.related(found, size)]
        data = {"id": found.id, "generation": engine.generation, "hits": hits}
        return by_generation(Response(orjson.dumps(data), mimetype=_JSON), engine.generation)

    return api


def _search_data(page: SearchPage, took_ms: float) -> dict[str, Any]:
    query = page.query
    filters: dict[str, list[str]] = {}
    for chosen in query.filters:
        filters.setdefault(f"-{chosen.facet}" if chosen.excluded else chosen.facet, []).append(chosen.value)
    asked: dict[str, Any] = {
        "q": query.text,
        "understood": page.understood,
        "filters": filters,
        "sort": query.order,
        "match": query.match,
        "page": query.page,
        "size": query.size,
    }
    if query.first_day:
        asked["from"] = query.first_day
    if query.last_day:
        asked["to"] = query.last_day
    if page.synonyms:
        asked["synonyms"] = [
            {"of": typed, "also": also, "off_url": search_path(query.without_synonym(also))}
            for typed, also in page.synonyms
        ]
    if page.corrected:
        asked["corrected"] = page.corrected
    return {
        "query": asked,
        "relaxed": page.relaxed,
        "total": page.total,
        "took_ms": round(took_ms, 2),
        "generation": page.generation,
        "hits": [_hit_data(hit) for hit in page.hits],
        "facets": _facets_data(page),
        "corrections": [
            {"q": each.text, "total": each.total, "url": search_path(query.saying(each.text))}
            for each in page.corrections
        ],
        "links": search_links(page),
    }


def _suggestion_data(suggestion: Suggestion) -> dict[str, Any]:
    facet = facet_named(suggestion.kind)
    label = facet.label if facet else suggestion.kind.capitalize()
    url = suggestion_path(suggestion)
    return {"kind": suggestion.kind, "label": label, "text": suggestion.text, "count": suggestion.count, "url": url}


def _hit_data(hit: Hit) -> dict[str, Any]:
    article, marked = hit.article, hit.highlights
    where_marked = {"deck": marked.deck, "byline": marked.byline}
    highlights: dict[str, Any] = {"title": marked.title, "body": marked.body}
    highlights |= {name: html for name, html in where_marked.items() if "<mark>" in html}
    parts = [{"part": part, "value": round(value, 4)} for part, value in hit.parts]
    return {
        "id": article.id,
        "url": article_path(article.id),
        "score": round(hit.score, 4),
        "title": article.title,
        "deck": article.deck,
        "authors": article.authors,
        "published": article.published,
        "regions": article.regions,
        "themes": article.themes,
        "reports": article.reports,
        "source": article.source,
        "source_url": article.source_url,
        "highlights": highlights,
        **({"score_parts": parts} if parts else {}),
        **({"reprints": [_reprint_data(each) for each in hit.reprints]} if hit.reprints else {}),
    }


def _reprint_data(article: Article) -> dict[str, Any]:
    keys = {"id": article.id, "title": article.title, "source": article.source, "published": article.published}
    return keys | {"url": article_path(article.id)}


def _facets_data(page: SearchPage) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    for row in facet_rows(page):
        facets[row.facet.name] = {"label": row.facet.label, "values": [_value_data(value) for value in row.values]}
        if row.more is not None:
            facets[row.facet.name]["more"] = row.more
    return facets


def _values_data(engine: SearchEngine, name: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    facet = facet_at(name)
    query = read_query([pair for pair in pairs if pair[0] not in VALUES_PARAMETERS], strict=True)
    asked = replace(read_values_asked(pairs), size=query.facet_size)
    found = engine.facet(query, facet, MAX_VALUES)
    page = values_page(found, asked)
    beside = {"prev": asked.page - 1, "next": asked.page + 1}
    return {
        "label": facet.label,
        "values": [_value_data(value) for value in facet_row(replace(found, values=page.values), query).values],
        "more": page.more,
        "generation": engine.generation,
        "links": {
            rel: API_FACETS + name + values_string(query, replace(asked, page=number))
            for rel, number in beside.items()
            if 1 <= number <= page.pages
        },
    }


def _value_data(value: ValueRow) -> dict[str, Any]:
    return {
        "value": value.value,
        "count": value.count,
        "selected": value.selected,
        "url": value.url,
        "api_url": value.api_url,
        **({"add_url": value.add_url} if value.add_url else {}),
        **({"remove_url": value.remove_url} if value.remove_url else {}),
    }
