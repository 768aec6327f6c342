"""The requests that overviews and comparisons cost a cluster, counted without one."""

from typing import Any

from search.model.query import SearchQuery
from tests.unit.engines.recording import RecordingClient, engine_over

SEARCH, COUNTS = "POST /i/_search", "POST /i/_msearch"


class _DaysClient(RecordingClient):
    """Answers that all matches are of one day."""

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Record a request, and return a response of its kind."""
        response = super().request(method, path, body, **options)
        if "date" in response.get("aggregations", {}):
            day = {"key_as_string": "20200101", "doc_count": self.total}
            response["aggregations"]["date"]["buckets"] = [day]
        return response


def _made(client: RecordingClient, since: int) -> list[str]:
    return [line for line, _ in client.requests[since:]]


def test_an_overview_takes_few_requests_once() -> None:
    """Days and facets are a request each, the sample one; the second time there is none."""
    client = _DaysClient()
    engine = engine_over(client)
    query = SearchQuery(text="tug")
    engine.count(query)
    before = len(client.requests)
    assert engine.overview(query, with_words=False).total == client.total
    assert _made(client, before) == [SEARCH, SEARCH]
    before = len(client.requests)
    engine.overview(query)
    assert _made(client, before) == [SEARCH, COUNTS]
    before = len(client.requests)
    engine.overview(query.sorted_by(None).on_page(3))
    assert _made(client, before) == []


def test_a_search_without_matches_takes_one_request() -> None:
    """Nothing can set no articles apart, so that nothing else is requested."""
    client = RecordingClient()
    engine = engine_over(client)
    query = SearchQuery(text="tug")
    engine.count(query)
    before = len(client.requests)
    engine.overview(query)
    assert _made(client, before) == [SEARCH]


def test_a_comparison_takes_few_requests_once() -> None:
    """All totals are one request; values and texts one for each search."""
    client = _DaysClient()
    engine = engine_over(client)
    first, second = SearchQuery(text="tug"), SearchQuery(text="harbour")
    engine.counts([first, second])
    before = len(client.requests)
    engine.contrast(first, second)
    made = _made(client, before)
    assert made.count(SEARCH) == 4
    assert made.count(COUNTS) == 1
    before = len(client.requests)
    engine.contrast(first, second)
    assert _made(client, before) == []
