"""The query language on every engine: operators, fields over groups and texts without words."""

from collections.abc import Callable, Iterable

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Match, SearchQuery

EngineOf = Callable[[Iterable[Article]], SearchEngine]

ARTICLES = (
    Article(id="barge", title="A barge is towed", body='The 8" cable held.', published="2017-05-01"),
    Article(id="both", title="Barge meets ferry", body="Fog on the river.", published="2018-03-02"),
    Article(id="ferry", title="The ferry is late", body="No barge is to blame.", published="2018-04-03"),
    Article(id="not", title="Not a barge", body='It is a raft with a 16" drum.', published="2019-06-04"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("barge NOT ferry", {"barge", "not"}),
        ("barge AND NOT ferry", {"barge", "not"}),
        ("barge NOT (ferry OR raft)", {"barge"}),
        ('barge NOT "ferry is late"', {"barge", "both", "not"}),
        ("barge NOT title:ferry", {"barge", "not"}),
        ("NOT barge", set()),
        ("raft OR NOT ferry", {"barge", "not"}),
        ("NOT", {"not"}),
        ("barge AND ferry", {"both", "ferry"}),
        ("title:(barge ferry)", {"both"}),
        ("title:(raft OR ferry)", {"both", "ferry"}),
        ("title: ferry", {"both", "ferry"}),
        ("date: 2018", {"both", "ferry"}),
        ("date:(2017 OR 2019) barge", {"barge", "not"}),
        ('8" cable', {"barge"}),
        ('16" raft 16" drum', {"not"}),
        ("barge %", {"barge", "both", "ferry", "not"}),
    ],
)
def test_operators_and_fields_find_what_people_mean(
    engine_of: EngineOf, text: str, expected: set[str]
) -> None:
    """Each engine answers the forms that people type in the same way."""
    page = engine_of(ARTICLES).search(SearchQuery(text=text, match=Match.ALL))
    assert {hit.article.id for hit in page.hits} == expected


@pytest.mark.parametrize("text", ["🚢", "%%%", "(((", '" "', "*", "- &"])
@pytest.mark.parametrize("match", Match)
def test_signs_alone_match_nothing(engine_of: EngineOf, text: str, match: Match) -> None:
    """A text of signs is not answered with the whole archive, in no mode and no facet."""
    engine = engine_of(ARTICLES)
    query = SearchQuery(text=text, match=match)
    page = engine.search(query)
    assert (page.total, page.hits, page.understood, page.corrections) == (0, (), text, ())
    assert (engine.count(query), list(engine.matches(query))) == (0, [])
    assert not any(value.count for result in page.facets for value in result.values)
    assert [each for each in engine.suggest(text, 5) if each.text == text] == []
