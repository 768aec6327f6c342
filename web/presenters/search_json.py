"""The API's responses, from the engine's answers."""

from search.model.article import Article
from search.model.facets import facet_named
from search.model.query import Match, SearchQuery
from search.model.results import FacetResult, Hit, SearchPage
from search.results.facet_values import FacetValuePage
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
    SearchLinks,
    SearchResponse,
    SuggestionResponse,
    SuggestResponse,
    ValueResponse,
)
from web.params.filter_params import value_match
from web.presenters.answer_size import check_api_page, check_hits, check_values
from web.presenters.facets import ValueRow, facet_row, facet_rows
from web.urls import (
    SearchUrls,
    api_facet_path,
    api_search_path,
    article_path,
    feed_to_follow_path,
    search_path,
    suggestion_path,
    synonym_exclusion_path,
)

__all__ = [
    "facet_response",
    "opensearch_suggestions",
    "related_response",
    "search_response",
    "suggest_response",
]


def facet_response(
    page: FacetValuePage, query: SearchQuery, generation: str
) -> FacetValuesResponse:
    """Return a page of a facet's values over the matches of a search."""
    listed = FacetResult(page.facet, page.values)
    check_values(query, listed)
    return {
        "label": page.facet.label,
        "values": [_value(row) for row in facet_row(listed, query).values],
        "more": page.more,
        "generation": generation,
        "links": _facet_links(page, query),
    }


def related_response(
    article: Article, hits: tuple[Hit, ...], size: int, generation: str
) -> RelatedResponse:
    """Return the articles about the same as one; at most `size` were requested."""
    check_hits(SearchQuery(size=size), hits)
    return {"id": article.id, "generation": generation, "hits": [_hit(hit) for hit in hits]}


def suggest_response(text: str, suggestions: list[Suggestion], generation: str) -> SuggestResponse:
    """Return the completions of a text."""
    return {
        "q": text,
        "generation": generation,
        "suggestions": [_suggestion(suggestion) for suggestion in suggestions],
    }


def opensearch_suggestions(
    text: str, suggestions: list[Suggestion], host: str
) -> tuple[str, list[str], list[str], list[str]]:
    """Return the completions of a text as OpenSearch Suggestions, with absolute links."""
    completions = [_suggestion(suggestion) for suggestion in suggestions]
    return (
        text,
        [completion["text"] for completion in completions],
        [completion["kind_label"] for completion in completions],
        [host + completion["url"] for completion in completions],
    )


def search_response(page: SearchPage, took_ms: float) -> SearchResponse:
    """Return a page of results.

    Raises:
        InvalidQuery: the response would be too large.

    """
    check_api_page(page)
    response: SearchResponse = {
        "query": _query_echo(page),
        "relaxed": page.relaxed,
        "total": page.total,
        "took_ms": round(took_ms, 2),
        "generation": page.generation,
        "hits": [_hit(hit) for hit in page.hits],
        "facets": _facets(page),
        "corrections": [
            {
                "q": correction.text,
                "total": correction.total,
                "url": search_path(page.query.with_text(correction.text)),
            }
            for correction in page.corrections
        ],
        "links": _search_links(page),
    }
    if page.relaxed:
        response["all_words_total"] = page.all_words_total
    if page.moved_from:
        response["moved_from"] = page.moved_from
    return response


def _query_echo(page: SearchPage) -> QueryEcho:
    query = page.query
    filters: dict[str, list[str]] = {}
    for chosen in query.filters:
        name = f"-{chosen.facet}" if chosen.excluded else chosen.facet
        filters.setdefault(name, []).append(chosen.value)
    filters |= {value_match(name): ["all"] for name in query.all_values}
    echo: QueryEcho = {
        "q": query.text,
        "understood": page.understood,
        "filters": filters,
        "sort": query.order,
        "match": query.match,
        "page": query.page,
        "size": query.size,
    }
    if query.first_day:
        echo["from"] = query.first_day.isoformat()
    if query.last_day:
        echo["to"] = query.last_day.isoformat()
    if query.ids:
        echo["ids"] = list(query.ids)
    if page.synonyms:
        echo["synonyms"] = [
            {"of": typed, "also": synonym, "off_url": synonym_exclusion_path(query, synonym)}
            for typed, synonym in page.synonyms
        ]
    if page.corrected:
        echo["corrected"] = page.corrected
    return echo


def _search_links(page: SearchPage) -> SearchLinks:
    query = page.query
    urls = SearchUrls(query)
    links: SearchLinks = {
        "self": urls.api,
        "html": urls.html,
        "atom": feed_to_follow_path(query),
        "csv": urls.export("csv"),
    }
    if page.next_cursor:
        links["next"] = urls.api_from(page.next_cursor)
    if query.page > 1:
        links["prev"] = api_search_path(query.on_page(query.page - 1))
    if page.corrected:
        links["as_typed"] = api_search_path(query.without_correction())
    if page.relaxed:
        links["all_words"] = api_search_path(query.matching(Match.ALL))
    return links


def _facet_links(page: FacetValuePage, query: SearchQuery) -> PageLinks:
    number = page.query.page

    def path(number: int) -> str:
        return api_facet_path(page.facet, query, page.query, number)

    links: PageLinks = {}
    if 1 < number <= page.pages + 1:
        links["prev"] = path(number - 1)
    if number < page.pages:
        links["next"] = path(number + 1)
    return links


def _suggestion(suggestion: Suggestion) -> SuggestionResponse:
    facet = facet_named(suggestion.kind)
    return {
        "kind": suggestion.kind,
        "kind_label": facet.label if facet else suggestion.kind.capitalize(),
        "label": suggestion.text,
        "text": suggestion.text,
        "count": suggestion.count,
        "url": suggestion_path(suggestion),
    }


def _hit(hit: Hit) -> HitResponse:
    article, marked = hit.article, hit.highlights
    highlights: HighlightsResponse = {"title": marked.title, "body": list(marked.body)}
    if "<mark>" in marked.deck:
        highlights["deck"] = marked.deck
    if "<mark>" in marked.byline:
        highlights["byline"] = marked.byline
    response: HitResponse = {
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
        response["score_parts"] = [
            {"part": part, "value": round(value, 4)} for part, value in hit.parts
        ]
    if hit.reprints:
        response["reprints"] = [_reprint(reprint) for reprint in hit.reprints]
    return response


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
        if not row.facet.is_date:
            facets[row.facet.name]["more"] = row.more
    return facets


def _value(row: ValueRow) -> ValueResponse:
    url, api_url = row.both_urls
    response: ValueResponse = {
        "value": row.value,
        "count": row.count,
        "selected": row.selected,
        "url": url,
        "api_url": api_url,
    }
    if row.has_selection:
        if add_url := row.add_url:
            response["add_url"] = add_url
        if remove_url := row.remove_url:
            response["remove_url"] = remove_url
    return response
