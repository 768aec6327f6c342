"""The help page, whose examples are in the archive's own words and find something there."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.facets import DATE, Facet
from search.model.query import Match, SearchQuery, SortOrder
from search.results.query_examples import (
    ExampleKind,
    QueryExample,
    candidate_examples,
    chosen_examples,
)
from web.chronicle_urls import (
    compare_path,
    coverage_path,
    mentions_path,
    overview_path,
    trends_path,
    value_page_path,
)
from web.kept_answers import KeptAnswers
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.params.reader import InvalidParameters
from web.params.search_params import read_query
from web.presenters.chips import chips, search_box
from web.presenters.page_links import download_links
from web.urls import feed_to_follow_path, help_path, search_path

__all__ = ["HelpExamples", "create_help", "load_examples"]

_SAMPLE = 50
"""Articles, of the newest and of the oldest ones, whose titles examples are taken from."""
_MAX_GENERATIONS = 2
_OR, _PAIR = " OR ", 2
_QUERY_FIELDS = ("region", "theme", "author", "report", "source")
"""The facets that are fields of the query language, except for the date."""


@dataclass(frozen=True, slots=True)
class HelpExamples:
    """Examples of the query language by kind, and values of facets, "" without one.

    `fields` are the facets of the archive that a query can name. The first of them has the example
    of a value.
    """

    texts: dict[ExampleKind, str]
    fields: tuple[str, ...]
    value: str
    year: str
    month: str


def create_help(store: EngineProvider, version: str) -> Blueprint:
    """Create the route; `version` is the site's, which is part of the page's entity tag."""
    pages = Blueprint("help", __name__)
    examples = KeptAnswers[HelpExamples](_MAX_GENERATIONS)

    @pages.get("/help")
    def how_to_search() -> Response:
        engine = store.serving()
        tag = page_etag(engine.generation, version)
        if known := not_modified(tag):
            return vary_by_page(known)
        try:
            query = read_query(request.args.items(multi=True), strict=False).on_page(1)
        except InvalidParameters:
            # The help is shown even if the parameters of the search are invalid.
            query = SearchQuery()
        found = examples.get(engine.generation, lambda: load_examples(engine))
        page = render_template(
            "help.html",
            over_time=_over_time(found),
            query=query,
            chips=chips(query),
            examples=found,
            feed_url=feed_to_follow_path(query),
            downloads=download_links(query),
            back_url=search_path(query),
            **search_box(query, help_path),
        )
        return html_response(page, tag)

    return pages


def _over_time(examples: HelpExamples) -> dict[str, str]:
    """Return examples of the pages about searches, values and the archive, "" without one."""
    both = examples.texts.get(ExampleKind.BOTH, "")
    either = examples.texts.get(ExampleKind.EITHER, "").split(_OR)
    first, second = either if len(either) == _PAIR else ("", "")
    search = SearchQuery(text=both)
    return {
        "trends": trends_path((first, second), SearchQuery()) if first else "",
        "overview": overview_path(search) if both else "",
        "mentions": mentions_path(search) if both else "",
        "compare": compare_path(first, second, SearchQuery()) if first else "",
        "value": value_page_path(examples.fields[0], examples.value) if examples.value else "",
        "coverage": coverage_path(),
    }


def load_examples(engine: SearchEngine) -> HelpExamples:
    """Return examples that find something, in six calls of the engine, once for a generation."""
    newest = engine.hits(SearchQuery(size=_SAMPLE)).hits
    oldest = engine.hits(SearchQuery(size=_SAMPLE, sort=SortOrder.OLDEST)).hits
    candidates = candidate_examples(hit.article for hit in (*newest, *oldest))
    totals = engine.counts([_as_typed(candidate) for candidate in candidates])
    facets = [facet for facet in engine.filled_facets() if facet.name in _QUERY_FIELDS]
    return HelpExamples(
        chosen_examples(candidates, totals),
        fields=tuple(facet.name for facet in facets),
        value=_first_value(engine, facets[0]) if facets else "",
        year=_first_value(engine, DATE),
        month=newest[0].article.published[:7] if newest else "",
    )


def _as_typed(example: QueryExample) -> SearchQuery:
    """Return the search that counts the articles with all of an example, and nothing else."""
    return SearchQuery(text=example.text, match=Match.ALL, as_typed=True)


def _first_value(engine: SearchEngine, facet: Facet) -> str:
    """Return a facet's most frequent value, "" if the facet has no values."""
    values = engine.facet(SearchQuery(), facet, 1).values
    return values[0].value if values else ""
