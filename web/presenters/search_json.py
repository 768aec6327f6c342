"""What engines answer, as the API writes it."""

import time
from dataclasses import replace

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.facets import Facet, facet_named
from search.model.query import SearchQuery
from search.model.results import Hit, SearchPage
from search.results.facet_values import MAX_VALUES, FacetValueQuery, values_page
from search.results.suggester import Suggestion
from web.openapi.responses import (
    FacetResponse,
    FacetValuesResponse,
    HighlightsResponse,
    HitResponse,
    PageLinks,
    QueryEcho,
    RelatedResponse,
    ReprintResponse,
    SearchResponse,
    SuggestionResponse,
    SuggestResponse,
    ValueResponse,
)
from web.params.search_params import values_string
from web.presenters.answer_size import check_api_page, check_hits, check_values
from web.presenters.search_page import (
    ValueRow,
    facet_row,
    facet_rows,
    search_links,
    suggestion_path,
)
from web.urls import API_FACETS, article_path, search_path, synonym_links

__all__ = ["facet_answer", "related_answer", "search_answer", "suggest_answer"]


def facet_answer(
    engine: SearchEngine, facet: Facet, query: SearchQuery, asked: FacetValueQuery
) -> FacetValuesResponse:
    """Answer a page of a facet's values; it has as many as the query lists of a facet."""
    found = engine.facet(query, facet, MAX_VALUES)
    page = values_page(found, replace(asked, size=query.facet_size))

    def on(number: int) -> str:
        return API_FACETS + facet.name + values_string(query, replace(asked, page=number))

    listed = replace(found, values=page.values)
    check_values(query, listed)
    links: PageLinks = {}
    if 1 < asked.page <= page.pages + 1:
        links["prev"] = on(asked.page - 1)
    if asked.page < page.pages:
        links["next"] = on(asked.page + 1)
    return {
        "label": facet.label,
        "values": [_value(row) for row in facet_row(listed, query).values],
        "more": page.more,
        "generation": engine.generation,
        "links": links,
    }


def related_answer(engine: SearchEngine, article: Article, size: int) -> RelatedResponse:
    """Answer the articles that are about the same as one."""
    found = engine.related(article, size)
    check_hits(SearchQuery(size=size), found)
    return {"id": article.id, "generation": engine.generation, "hits": [_hit(hit) for hit in found]}


def suggest_answer(engine: SearchEngine, text: str, size: int) -> SuggestResponse:
    """Answer what may be about to be typed."""
    found = [_suggestion(each) for each in engine.suggest(text, size)]
    return {"q": text, "generation": engine.generation, "suggestions": found}


def search_answer(page: SearchPage, started: float) -> SearchResponse:
    """Answer a page of a search that began at a moment of `time.perf_counter`."""
    check_api_page(page)
    query = page.query
    filters: dict[str, list[str]] = {}
    for chosen in query.filters:
        filters.setdefault(f"-{chosen.facet}" if chosen.excluded else chosen.facet, []).append(
            chosen.value
        )
    asked: QueryEcho = {
        "q": query.text,
        "understood": page.understood,
        "filters": filters,
        "sort": query.order,
        "match": query.match,
        "page": query.page,
        "size": query.size,
    }
    if query.first_day:
        asked["from"] = query.first_day.isoformat()
    if query.last_day:
        asked["to"] = query.last_day.isoformat()
    if page.synonyms:
        off_url = synonym_links(query)
        asked["synonyms"] = [
            {"of": typed, "also": also, "off_url": off_url(also)} for typed, also in page.synonyms
        ]
    if page.corrected:
        asked["corrected"] = page.corrected
    answer: SearchResponse = {
        "query": asked,
        "relaxed": page.relaxed,
        "total": page.total,
        "took_ms": round((time.perf_counter() - started) * 1000, 2),
        "generation": page.generation,
        "hits": [_hit(hit) for hit in page.hits],
        "facets": _facets(page),
        "corrections": [
            {"q": each.text, "total": each.total, "url": search_path(query.with_text(each.text))}
            for each in page.corrections
        ],
        "links": search_links(page),
    }
    if page.moved_from:
        answer["moved_from"] = page.moved_from
    return answer


def _suggestion(suggestion: Suggestion) -> SuggestionResponse:
    facet = facet_named(suggestion.kind)
    label = facet.label if facet else suggestion.kind.capitalize()
    url = suggestion_path(suggestion)
    return {
        "kind": suggestion.kind,
        "label": label,
        "text": suggestion.text,
        "count": suggestion.count,
        "url": url,
    }


def _hit(hit: Hit) -> HitResponse:
    article, marked = hit.article, hit.highlights
    highlights: HighlightsResponse = {"title": marked.title, "body": list(marked.body)}
    if "<mark>" in marked.deck:
        highlights["deck"] = marked.deck
    if "<mark>" in marked.byline:
        highlights["byline"] = marked.byline
    answer: HitResponse = {
        "id": article.id,
        "url": article_path(article.id),
        "score": round(hit.score, 4),
        "title": article.title,
        "deck": article.deck,
        "authors": list(article.authors),
        "published": article.published,
        "regions": list(article.regions),
        "themes": list(article.themes),
        "reports": list(article.reports),
        "source": article.source,
        "source_url": article.source_url,
        "highlights": highlights,
    }
    if hit.parts:
        answer["score_parts"] = [
            {"part": part, "value": round(value, 4)} for part, value in hit.parts
        ]
    if hit.reprints:
        answer["reprints"] = [_reprint(each) for each in hit.reprints]
    return answer


def _reprint(article: Article) -> ReprintResponse:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": article_path(article.id),
    }


def _facets(page: SearchPage) -> dict[str, FacetResponse]:
    facets: dict[str, FacetResponse] = {}
    for row in facet_rows(page):
        facets[row.facet.name] = {
            "label": row.facet.label,
            "values": [_value(value) for value in row.values],
        }
        if row.more is not None:
            facets[row.facet.name]["more"] = row.more
    return facets


def _value(value: ValueRow) -> ValueResponse:
    answer: ValueResponse = {
        "value": value.value,
        "count": value.count,
        "selected": value.selected,
        "url": value.url,
        "api_url": value.api_url,
    }
    if value.add_url:
        answer["add_url"] = value.add_url
    if value.remove_url:
        answer["remove_url"] = value.remove_url
    return answer
