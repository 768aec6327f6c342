"""OpenSearch queries as they are built: what must match, what scores, what filters."""

import datetime as dt

from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import QueryDsl
from search.model.query import Filter, SearchQuery
from search.query.clauses import split_clauses
from search.query.parser import parse
from search.query.terms import IndexStemmer
from search.ranking.tuning import Boost
from search.ranking.weights import PIN_BONUS, STRICT_BONUS

QUERIES = OpenSearchQueries(IndexStemmer(("en",)))


def matching(text: str, minimum: int = 99, queries: OpenSearchQueries = QUERIES) -> QueryDsl:
    """Build the unscored query of a text."""
    return queries.matching(split_clauses(parse(text)), minimum)


def ranking(
    text: str, minimum: int = 99, pinned: str | None = None, *, named: bool = False
) -> QueryDsl:
    """Build the scored query of a text."""
    return QUERIES.ranking(split_clauses(parse(text)), minimum, pinned, named=named)


def test_words_match_by_their_stem() -> None:
    """All clauses are required, and exclusions are filters."""
    assert matching("oils -gas") == {
        "bool": {
            "must": [{"terms": {"text": ["oil"]}}],
            "filter": [{"bool": {"must_not": [{"terms": {"text": ["gas"]}}]}}],
        }
    }


def test_words_match_in_every_language_of_the_index() -> None:
    """A word is stemmed in each language, and any of its stems matches."""
    queries = OpenSearchQueries(IndexStemmer(("en", "de")))
    assert matching("wetten", queries=queries) == {
        "bool": {"must": [{"terms": {"text": ["wetten", "wett"]}}], "filter": []}
    }


def test_a_relaxed_query_requires_a_minimum() -> None:
    """Below the number of clauses, `minimum_should_match` decides."""
    relaxed = matching("oil gas coal", 2)["bool"]
    assert (relaxed["minimum_should_match"], len(relaxed["should"])) == (2, 3)


def test_phrases_match_exact_words() -> None:
    """A phrase is searched in every text field; with slop it becomes an interval query."""
    assert matching('title:"crude oil"') == {"match_phrase": {"title_exact": "crude oil"}}
    assert matching('title:"crude oil"~3') == {
        "intervals": {
            "title_exact": {"match": {"query": "crude oil", "max_gaps": 3, "ordered": False}}
        }
    }
    [clause] = matching('"crude oil"')["bool"]["must"]
    assert [next(iter(each["match_phrase"])) for each in clause["bool"]["should"]] == [
        "title_exact", "deck_exact", "body_exact", "author_exact",
    ]  # fmt: skip


def test_a_blank_text_matches_everything_and_signs_nothing() -> None:
    """Without a clause and without a filter every article matches; signs are a clause."""
    assert matching(" ") == {"match_all": {}}
    assert matching("%") == {"match_none": {}}


def test_words_score_in_text_and_title() -> None:
    """Lucene's BM25 lacks the factor k1 + 1, so it is in the boosts."""
    assert ranking("oil") == {
        "bool": {
            "must": [
                {
                    "bool": {
                        "should": [
                            {"term": {"text": {"value": "oil", "boost": 2.2}}},
                            {"term": {"title": {"value": "oil", "boost": 2.2 * 0.3}}},
                        ],
                        "minimum_should_match": 1,
                    }
                }
            ],
            "filter": [],
        }
    }


def test_bonuses_are_constant_scores() -> None:
    """The pinned article and articles that match every clause are lifted by constants."""
    should = ranking("oil gas", 1, "a1")["bool"]["should"]
    points = [each["constant_score"]["boost"] for each in should if "constant_score" in each]
    assert points == [STRICT_BONUS, PIN_BONUS]


def test_parts_of_a_score_are_named_on_request() -> None:
    """An explanation reads the scores of named queries: clauses, bigrams, boosts."""
    queries = OpenSearchQueries(IndexStemmer(("en",)), [Boost("source", "Reuters", 2.0)])
    built = queries.ranking(split_clauses(parse("crude oil")), 99, None, named=True)["bool"]
    clauses = [each["bool"]["_name"] for each in built["must"][0]["bool"]["must"]]
    optional = [each["bool"]["_name"] for each in built["should"]]
    assert clauses == ["crude", "oil"]
    assert optional == [
        '"crude oil" side by side in the title',
        '"crude oil" side by side in the body',
        "boost of source:Reuters",
    ]


def test_a_very_long_text_stays_below_the_limit_of_leaves() -> None:
    """A cluster refuses more than 1,024 leaves, so titles and bigrams are left out first."""
    built = ranking(" ".join(f"word{number}x" for number in range(600)), 1)
    assert "title" not in str(built)
    assert str(built).count("'term'") == 600


def test_filters_are_selections_and_exclusions() -> None:
    """Values of one facet are alternatives; bounds and exclusions apply to every facet."""
    query = SearchQuery(
        filters=(
            Filter("region", "A"),
            Filter("region", "B"),
            Filter("theme", "C", excluded=True),
            Filter("date", "2017-02"),
        ),
        last_day=dt.date(2019, 5, 1),
    )
    assert QUERIES.selections(query) == {
        "region": {"terms": {"region": ["A", "B"]}},
        "date": {"range": {"day": {"gte": "20170201", "lte": "20170228"}}},
    }
    assert QUERIES.exclusions(query) == [
        {"bool": {"must_not": [{"terms": {"theme": ["C"]}}]}},
        {"range": {"day": {"lte": "20190501"}}},
    ]
    assert len(QUERIES.filters(query, skipped_facet="region")) == 3


def test_a_partial_title_is_a_phrase_with_a_prefix() -> None:
    """Suggestions complete the last word of a title."""
    phrase = {"query": "tea hou", "max_expansions": 1000}
    assert QUERIES.title_beginning("Tea Hou") == {"match_phrase_prefix": {"title_exact": phrase}}
    assert QUERIES.title_beginning("Te") == {"prefix": {"title_exact": "te"}}
    assert QUERIES.title_beginning("?") is None


def test_ids_are_a_filter_on_documents() -> None:
    """A search within some articles asks for their documents, whatever else it has."""
    [filtered] = QUERIES.filters(SearchQuery(ids=("a1", "a2")))
    assert filtered == QUERIES.articles(("a1", "a2"))
    assert len(filtered["ids"]["values"]) == 2
    assert QUERIES.article("a1") == QUERIES.articles(("a1",))
