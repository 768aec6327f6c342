"""The contract of an engine; every engine passes all of it."""

import datetime as dt
import gc
import itertools
import random
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.errors import CursorExpired, IndexMissing, InvalidQuery
from search.index.protocols import GenerationStore, SearchEngine
from search.model.article import Article
from search.model.facets import VALUE_FACETS, facet_named
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.results.facet_values import FacetValueQuery
from tests.conftest import article, build, prepared

EngineOf = Callable[[Iterable[Article]], SearchEngine]


def ids(engine: SearchEngine, text: str = "", **given: Any) -> list[str]:
    """Return the ids of the first 100 matches, sorted."""
    query = SearchQuery(text=text, size=100, **given)
    return sorted(hit.article.id for hit in engine.search(query).hits)


def counts(engine: SearchEngine, facet: str, **given: Any) -> dict[str, int]:
    """Return a facet's counts."""
    page = engine.search(SearchQuery(facet_size=1000, **given))
    return next(
        {v.value: v.count for v in each.values} for each in page.facets if each.facet.name == facet
    )


# Matching ----------------------------------------------------------------------------------------------------------

WORDS = [
    ("escalation", "Troops escalate", True),
    ("cafe", "The Café’s owner", True),
    ("CAFÉ", "a cafe", True),
    ("US", "The U.S. said", True),
    ("U.S.", "The US said", True),
    ("US", "they told us so", False),
    ("us", "they told us so", True),
    ("anti-war", "an anti war march", True),
    ("anti war", "an anti-war march", True),
    ("postwar", "the post-war years", True),
    ("gaza", "Gaza's harbour", True),
    ("Gaza’s", "in Gaza today", True),
    ("1000", "1,000 ships", True),
    ("9/11", "since 9/11 it", True),
    ("F-16", "two F-16s and an F-16 flew", True),
    ("\U0001d400", "an A grade", True),
    ("東京", "首相は東京で会見した", True),
    ("京東", "首相は東京で会見した", False),
    ('"permanent base"', "a permanent base here", True),
    ('"permanent base"', "permanent bases", False),
    ('"permanent base"', "base permanent", False),
    ('"to be or not to be"', "said: to be, or not to be", True),
    ('"the who"', "the who played", True),
    ('"oil price"~1', "oil and price", True),
    ('"oil price"~1', "oil and gas price", False),
    ('"oil price"~2', "price of the oil", True),
    ('"oil price"~2', "price of the crude oil", False),
    ('"oil of oil"~2', "oil and more of it", False),
    ('"oil of oil"~2', "oil and of the oil", True),
    ('"crude oil price"~2', "price rises as crude oil", True),
    ('"crude oil price"~2', "price of the day for crude oil", False),
    ("begin*", "the beginning", True),
    ("begin*", "to commence", False),
    ("naïv*", "a naive view", True),
    ("oil -gas", "oil and gas", False),
    ("oil -gas", "oil alone", True),
    ("-gas", "oil alone", True),
    ('-"crude oil"', "oil is crude", True),
    ("gas OR oil", "oil", True),
    ("(gas OR oil) price", "oil price", True),
    ("(gas OR oil) price", "the price", False),
    ("to be", "to be", True),
    ("title:body", "body", False),
    ("the oil", "oil", True),
]


@pytest.mark.parametrize(("text", "body", "found"), WORDS)
def test_words_match_as_documented(engine_of: EngineOf, text: str, body: str, found: bool) -> None:
    """Every construct of the query language matches as docs/searching.md describes."""
    engine = engine_of([article(1, title="Zebra", body=body)])
    assert bool(ids(engine, text, match=Match.ALL)) is found


@pytest.mark.parametrize(("text", "body", "found"), [case for case in WORDS if case[2]])
def test_what_matched_is_marked(engine_of: EngineOf, text: str, body: str, found: bool) -> None:
    """Words and phrases of the query are highlighted, so that readers see why an article matched."""
    engine = engine_of([article(1, title="Zebra", body=body)])
    hit = engine.search(SearchQuery(text=text)).hits[0]
    assert ("<mark>" in "".join(hit.highlights.body)) is not text.startswith("-")


FIELDS = [
    ("title:summit", {"title": "The summits"}, True),
    ("title:summit", {"body": "summit"}, False),
    ("author:lopez", {"authors": ("Ana López",)}, True),
    ("author:lop", {"authors": ("Ana López",)}, False),
    ('author:"ana lópez"', {"authors": ("Ana López",)}, True),
    ('author:"lópez ana"', {"authors": ("Ana López",)}, False),
    ('author:"ana lee"', {"authors": ("Bo Ana", "Lee Kim")}, False),
    ("lopez", {"authors": ("Ana López",)}, True),
    ("region:africa", {"regions": ("Middle East & North Africa",)}, True),
    ("theme:culture", {"themes": ("Culture, Society & History",)}, True),
    ('report:"on libya"', {"reports": ("NATO'S WAR ON LIBYA",)}, True),
    ("source:reuters", {"source": "Reuters"}, True),
    ("africa", {"regions": ("Africa",)}, False),
    ("secret", {"author_note": "secret", "image_credit": "secret", "copyright": "secret"}, False),
    ("standfirst", {"deck": "A standfirst"}, True),
    ('"one two"', {"title": "one", "deck": "two"}, False),
    ("one two", {"title": "one", "deck": "two"}, True),
    ("auth*", {"authors": ("Author X",)}, True),
    ("date:2020", {"published": "2020-05-05"}, True),
    ("date:2020-06", {"published": "2020-05-05"}, False),
    ("date:2019..2020-05", {"published": "2020-05-31T23:59:00"}, True),
    ("date:2020-05-05", {"published": "2020-05-05T01:00:00+09:00"}, True),
    ("date:..2019", {"published": "2020-05-05"}, False),
    ("-date:2020", {"published": "2020-05-05"}, False),
]


@pytest.mark.parametrize(("text", "given_", "found"), FIELDS)
def test_fields_match_as_documented(
    engine_of: EngineOf, text: str, given_: dict[str, object], found: bool
) -> None:
    """Words are searched in their fields, and phrases never match across fields."""
    engine = engine_of([article(1, **{"title": "Zebra", "body": "Nothing."} | given_)])
    assert bool(ids(engine, text, match=Match.ALL)) is found


@pytest.fixture
def small_engine(engine_of: EngineOf) -> SearchEngine:
    """Return an engine over two articles, shared by all examples of a test."""
    return engine_of([article(1), article(2, body="a b ab 京")])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(alphabet=st.sampled_from('ab"()*-:~.OR 1京é\n\x00\\[]{}^/&|+!?'), max_size=40)
    | st.text(max_size=60)
)
def test_no_text_raises(small_engine: SearchEngine, text: str) -> None:
    """Any text gives a page, and every suggestion's count is exact."""
    page = small_engine.search(SearchQuery(text=text))
    assert page.total == sum(value.count for value in page.facets[3].values)
    for each in small_engine.suggest(text, 20):
        assert each.query is None or small_engine.count(each.query) == each.count


def test_lines_are_the_matches_as_they_are_written(engine_of: EngineOf) -> None:
    """Exported lines are the matches as JSON, in the search's order."""
    engine = engine_of(
        [
            article(n, body=f"tide {n}", deck="Ü “x”" * (n % 2), origin=f"a:{n}")
            for n in range(1_203)
        ]
    )
    for query in (
        SearchQuery(text="tide"),
        SearchQuery(sort=SortOrder.OLDEST),
        SearchQuery(text="none"),
    ):
        assert list(engine.lines(query)) == [each.to_json() for each in engine.matches(query)]


def test_proximity_phrases_allow_at_most_the_slop(engine_of: EngineOf) -> None:
    """At most `slop` other words are between the words of a phrase, also if words repeat."""
    dice = random.Random(3)
    bodies = [
        " ".join(dice.choice("abcdexyz") for _ in range(dice.randint(3, 9))) for _ in range(300)
    ]
    engine = engine_of([article(number, body=body) for number, body in enumerate(bodies)])
    for _ in range(60):
        words = [dice.choice("abcde") for _ in range(dice.choice((2, 3, 3, 4, 5)))]
        slop = dice.randint(1, 4)
        near = {
            f"a{number}"
            for number, body in enumerate(bodies)
            if _is_within_slop(body.split(), words, slop)
        }
        query = SearchQuery(text=f'"{" ".join(words)}"~{slop}', match=Match.ALL)
        assert {each.id for each in engine.matches(query)} == near, query.text


def _is_within_slop(tokens: list[str], words: list[str], slop: int) -> bool:
    """Try all positions by brute force; longer phrases keep their order."""
    places = [[place for place, token in enumerate(tokens) if token == word] for word in words]
    return any(
        len(set(chosen)) == len(chosen)
        and max(chosen) - min(chosen) < len(words) + slop
        and (len(words) < 5 or list(chosen) == sorted(chosen))
        for chosen in itertools.product(*places)
    )


# Minimum match -----------------------------------------------------------------------------------------------------


def _pairs() -> list[Article]:
    both = [article(n, body="alpha beta", regions=("North",)) for n in range(3)]
    return both + [article(n, body="alpha", regions=("South",)) for n in range(3, 15)]


def test_auto_relaxes_only_with_few_full_matches(engine_of: EngineOf) -> None:
    """With fewer than ten full matches the search is relaxed, and marked so; `all` never is."""
    engine = engine_of(_pairs())
    page = engine.search(SearchQuery(text="alpha beta", size=20))
    assert (page.total, page.relaxed) == (15, True)
    assert {hit.article.id for hit in page.hits[:3]} == {"a0", "a1", "a2"}
    assert engine.search(SearchQuery(text="alpha beta", match=Match.ALL)).total == 3
    assert engine.search(SearchQuery(text="alpha", match=Match.AUTO)).relaxed is False


def test_auto_requires_all_words_with_ten_full_matches(engine_of: EngineOf) -> None:
    """With ten full matches every word is required."""
    engine = engine_of(
        [article(n, body="alpha beta") for n in range(10)] + [article(99, body="alpha")]
    )
    page = engine.search(SearchQuery(text="alpha beta"))
    assert (page.total, page.relaxed) == (10, False)


def test_auto_requires_as_many_words_as_ten_articles_match(engine_of: EngineOf) -> None:
    """If ten articles match two of three words, two are required."""
    engine = engine_of(
        [article(n, body="alpha beta") for n in range(10)]
        + [article(n, body="alpha") for n in range(20, 30)]
    )
    page = engine.search(SearchQuery(text="alpha beta gamma"))
    assert page.total == 10


def test_a_passage_finds_articles_with_any_of_its_words(engine_of: EngineOf) -> None:
    """Any word of a text of more than six words may match; scores order the hits."""
    text = "alpha beta gamma delta epsilon zeta omega"
    made = [article(n, body="alpha") for n in range(11)] + [article(20, body=text)]
    page = engine_of(made).search(SearchQuery(text=text, size=20))
    assert (page.total, page.relaxed, page.hits[0].article.id) == (12, True, "a20")


def test_a_word_said_twice_is_one_word(engine_of: EngineOf) -> None:
    """Two forms of a word count as one clause."""
    engine = engine_of([article(n, body="oil") for n in range(10)] + [article(20, body="oil gas")])
    assert engine.search(SearchQuery(text="oil oils gas", size=20)).total == 11


def test_words_side_by_side_count_more(engine_of: EngineOf) -> None:
    """An article with the words next to each other ranks first."""
    apart = article(1, body="north wind and the sea then some more words of the korea strait")
    together = article(2, body="north korea wind and the sea then some more words of the strait")
    engine = engine_of([apart, together] + [article(n, body="other words") for n in range(3, 30)])
    assert [hit.article.id for hit in engine.search(SearchQuery(text="north korea")).hits] == [
        "a2",
        "a1",
    ]


def test_titles_are_suggested_by_one_letter_of_their_next_word(engine_of: EngineOf) -> None:
    """A letter with which many words of titles begin stands for the most frequent of them."""
    others = [article(n, title=f"Grain s{n}a", published="1990-01-01") for n in range(150)]
    engine = engine_of([*others, *(article(n, title="Grain szabo") for n in (200, 201))])
    titles = [each.text for each in engine.suggest("grain s", 20) if each.kind == "article"]
    assert "Grain szabo" in titles


def test_suggestions_have_exact_counts(engine_of: EngineOf) -> None:
    """Words, values and titles with the prefix are suggested with the counts of their searches."""
    made = [
        article(n, title="Tea house", body="teapot and harbour", themes=("Teaching",))
        for n in range(3)
    ]
    engine = engine_of([*made, article(8, body="Teapots"), article(9, authors=("Éva Teague",))])
    found = [(each.kind, each.text, each.count) for each in engine.suggest("tea", 20)]
    assert found == [
        ("word", "tea", 3),
        ("word", "teapot", 4),
        ("word", "teague", 1),
        ("theme", "Teaching", 3),
        ("author", "Éva Teague", 1),
        ("article", "Tea house", 1),
    ]
    assert [(each.kind, each.text) for each in engine.suggest("tea hou", 20)] == [
        ("word", "tea house"),
        ("article", "Tea house"),
    ]
    assert [each.text for each in engine.suggest("teca", 20)] == []
    assert [each.text for each in engine.suggest("teachinq", 20)] == ["Teaching"]
    for each in engine.suggest("t", 20):
        assert each.query is None or engine.count(each.query) == each.count


def test_reprints_of_one_text_are_found(engine_of: EngineOf) -> None:
    """A text with another title, a note and a changed word is a near-duplicate; a new text is not."""
    sentences = [
        f"Correspondent number{n} described considerable turbulence within department {n} yesterday."
        for n in range(20)
    ]
    text = " ".join(sentences)
    one = article(1, title="Turbulence", body=text, source="Gazette")
    two = article(
        2,
        title="Departments shaken",
        body="Editor's note. " + text.replace("number7 described", "number7 saw"),
    )
    other = article(
        3,
        title="Turbulence",
        body=" ".join(reversed([each.upper() + " Elsewhere." for each in sentences[:9]])),
    )
    short = [article(n, body="Considerable turbulence.") for n in (4, 5)]
    engine = engine_of([one, two, other, *short])
    page = engine.search(SearchQuery(text="turbulence"))
    found = {hit.article.id: [each.id for each in hit.reprints] for hit in page.hits}
    assert found == {"a1": ["a2"], "a2": ["a1"], "a3": [], "a4": [], "a5": []}
    assert page.total == 5
    for each in (one, two, other, *short):
        assert [reprint.id for reprint in engine.reprints(each)] == found[each.id]


def test_months_are_those_of_the_date_facet(engine_of: EngineOf) -> None:
    """Every month has the total of its link, under all filters but the selected periods."""
    days = ("1987-03-05", "1987-03-31", "1987-04-01", "2017-07-12", "2017-07-13", "2019-01-01")
    engine = engine_of(
        [
            article(number, title="Harbour", published=day, regions=["Asia"] if number % 2 else [])
            for number, day in enumerate(days)
        ]
    )
    all_months = {198703: 2, 198704: 1, 201707: 2, 201901: 1}
    in_asia = SearchQuery(text="harbour").only("region", "Asia")
    for query, expected in (
        (SearchQuery(), all_months),
        (SearchQuery(text="harbour").only("date", "2017"), all_months),
        (in_asia, {198703: 1, 201707: 1, 201901: 1}),
        (SearchQuery(last_day=dt.date(2017, 7, 12)), {198703: 2, 198704: 1, 201707: 1}),
        (SearchQuery(text="nothing"), {}),
    ):
        months = engine.months(query)
        assert dict(months) == expected
        for month, count in months.items():
            period = f"{month // 100}-{month % 100:02}"
            assert engine.count(query.only("date", period)) == count


def test_related_articles_share_what_tells(engine_of: EngineOf) -> None:
    """Articles that share rare words are related; an article is not related to itself."""
    others = [article(n, body=f"ordinary words of day {n}") for n in range(20, 40)]
    one = article(1, title="Lithium lake", body="Flamingos leave the lithium lake of brine")
    two = article(2, title="Brine", body="Lithium from brine, and what flamingos do at the lake")
    engine = engine_of([one, two, *others])
    assert [hit.article.id for hit in engine.related(one, 5)] == ["a2"]
    assert engine.related(article(50, body=""), 5) == ()


def test_nothing_matched_is_searched_corrected(engine_of: EngineOf) -> None:
    """A typo without matches is corrected, and shown; counts are those of the corrected text."""
    engine = engine_of([article(n, body="Benghazi harbour", regions=("Libya",)) for n in range(4)])
    page = engine.search(SearchQuery(text="Benghzai"))
    assert (page.total, page.corrected, page.understood) == (4, "Benghazi", "Benghazi")
    assert [(each.text, each.total) for each in page.corrections] == [("Benghazi", 4)]
    assert "<mark>Benghazi</mark>" in page.hits[0].highlights.body[0]
    assert counts(engine, "region", text="Benghzai") == {"Libya": 4}
    assert len(list(engine.matches(SearchQuery(text="Benghzai")))) == 4


def test_a_correction_is_offered_when_something_matches(engine_of: EngineOf) -> None:
    """A text with matches is searched as typed; a correction is offered with its exact total."""
    made = [article(n, body="Benghazi harbour", regions=("Libya",)) for n in range(4)]
    engine = engine_of([*made, article(9, body="other harbour")])
    query = SearchQuery(text="Benghzai harbour")
    page = engine.search(query)
    assert (page.total, page.corrected) == (5, "")
    assert [(each.text, each.total) for each in page.corrections] == [("Benghazi harbour", 5)]
    inside = engine.search(replace(query, filters=(Filter("region", "Libya"),)))
    assert [each.total for each in inside.corrections] == [4]


def test_filters_never_correct(engine_of: EngineOf) -> None:
    """A text is not corrected because filters exclude all of its matches."""
    engine = engine_of(
        [article(1, body="harbor", regions=("A",)), article(2, body="harbour", regions=("B",))]
    )
    page = engine.search(SearchQuery(text="harbor", filters=(Filter("region", "B"),)))
    assert (page.total, page.corrected) == (0, "")


def test_a_filter_never_raises_a_count(engine_of: EngineOf) -> None:
    """Relaxation depends on the text and the whole index, so a filter only narrows."""
    engine = engine_of(_pairs())
    north = engine.search(SearchQuery(text="alpha beta", filters=(Filter("region", "North"),)))
    assert (north.total, north.relaxed) == (3, False)
    assert counts(engine, "region", text="alpha beta") == {"South": 12, "North": 3}


def test_exclusions_and_fields_always_hold(engine_of: EngineOf) -> None:
    """Relaxation never brings excluded articles back."""
    engine = engine_of(
        [article(1, body="alpha gas"), article(2, body="alpha"), article(3, title="Beta", body="x")]
    )
    assert ids(engine, "alpha zebra -gas") == ["a2"]
    assert ids(engine, "alpha zebra title:beta") == []


# Facets and filters --------------------------------------------------------------------------------------------------


def _faceted() -> list[Article]:
    return [
        article(1, regions=("A", "B"), themes=("x",), published="2017-07-12"),
        article(2, regions=("B",), themes=("x", "y"), published="2017-07-13T10:00:00"),
        article(3, regions=("C",), published="2017-08-01"),
        article(4, regions=("A, & “C”", "a"), published="1969-12-31"),
        article(5, regions=("r1", "r2", "r3", "r4", "r5", "r6"), published="2016-02-29"),
    ]


def test_values_of_one_facet_mean_or_of_several_and(engine_of: EngineOf) -> None:
    """Values of one facet are alternatives; several facets narrow the search."""
    engine = engine_of(_faceted())
    assert ids(engine, filters=(Filter("region", "A"), Filter("region", "C"))) == ["a1", "a3"]
    assert ids(engine, filters=(Filter("region", "B"), Filter("theme", "y"))) == ["a2"]
    assert ids(engine, filters=(Filter("region", "B", excluded=True),)) == ["a3", "a4", "a5"]
    assert ids(engine, filters=(Filter("region", "A, & “C”"),)) == ["a4"]
    assert ids(engine, filters=(Filter("region", "r6"),)) == ["a5"]


def test_a_facet_may_need_every_selected_value(engine_of: EngineOf) -> None:
    """With `all_values` an article needs all of them; the list and its counts stay the same."""
    engine = engine_of(_faceted())
    chosen = (Filter("region", "A"), Filter("region", "B"))
    assert ids(engine, filters=chosen) == ["a1", "a2"]
    assert ids(engine, filters=chosen, all_values=("region",)) == ["a1"]
    assert ids(engine, filters=(*chosen, Filter("region", "C")), all_values=("region",)) == []
    assert ids(engine, filters=chosen[1:], all_values=("region", "theme")) == ["a1", "a2"]
    listed = counts(engine, "region", filters=chosen, all_values=("region",))
    assert listed == counts(engine, "region", filters=chosen) == counts(engine, "region")
    assert counts(engine, "theme", filters=chosen, all_values=("region",)) == {"x": 1}
    assert engine.count(SearchQuery(filters=chosen, all_values=("region",))) == 1
    mixed = (*chosen, Filter("theme", "x"), Filter("theme", "y"))
    assert ids(engine, filters=mixed, all_values=("theme",)) == ["a2"]


def test_a_selection_does_not_shrink_its_own_list(engine_of: EngineOf) -> None:
    """The list of a facet ignores the facet's own selection."""
    engine = engine_of(_faceted())
    chosen = (Filter("region", "A"), Filter("theme", "x"))
    assert counts(engine, "region", filters=chosen) == {"B": 2, "A": 1}
    assert counts(engine, "theme", filters=chosen) == {"x": 1}


def test_a_selected_value_stays_at_zero(engine_of: EngineOf) -> None:
    """A selected value is listed even if it has no match, so that it can be deselected."""
    engine = engine_of(_faceted())
    chosen = (Filter("region", "C"), Filter("region", "nowhere"), Filter("theme", "x"))
    assert counts(engine, "region", filters=chosen) == {"B": 2, "A": 1, "C": 0, "nowhere": 0}


def test_values_are_sorted_by_count_then_name_and_keep_their_case(engine_of: EngineOf) -> None:
    """The order of a list is fixed: by count, then by name as a reader sorts names."""
    engine = engine_of(_faceted())
    listed = list(counts(engine, "region"))
    assert listed == ["B", "a", "A", "A, & “C”", "C", "r1", "r2", "r3", "r4", "r5", "r6"]
    region = facet_named("region")
    assert region is not None
    short = engine.facet(SearchQuery(), region, 3)
    assert ([value.value for value in short.values], short.more) == (["B", "a", "A"], 8)
    whole = engine.facet_values(SearchQuery(), region, FacetValueQuery())
    assert ([value.value for value in whole.values], whole.more) == (listed, 0)


def test_ties_are_cut_in_the_order_of_names(engine_of: EngineOf) -> None:
    """A list that ends among values with equal counts has the first of them by name."""
    names = ["Zagreb", "Ägypten", "Oslo", "École", "Østfold", "Ёлкино", "zagreb", "東京", "Eger"]
    engine = engine_of(
        [article(number, regions=(name, "Whole")) for number, name in enumerate(names)]
    )
    region = VALUE_FACETS[0]
    in_order = [
        "Whole",
        "Ägypten",
        "École",
        "Eger",
        "Oslo",
        "Østfold",
        "zagreb",
        "Zagreb",
        "Ёлкино",
        "東京",
    ]
    for size in range(1, len(in_order) + 2):
        cut = engine.facet(SearchQuery(), region, size)
        assert [value.value for value in cut.values] == in_order[:size]
        assert cut.more == max(0, len(in_order) - size)
        page = engine.search(SearchQuery(facet_size=size))
        assert next(each for each in page.facets if each.facet == region) == cut
    chosen = SearchQuery(filters=(Filter("region", "Oslo"),))
    listed = engine.facet(chosen, region, 2).values
    assert [value.value for value in listed] == ["Whole", "Ägypten", "Oslo"]


def test_the_date_facet_opens_level_by_level(engine_of: EngineOf) -> None:
    """Years are always listed, with the months and days next to selected ones."""
    engine = engine_of(_faceted())
    assert counts(engine, "date") == {"2017": 3, "2016": 1, "1969": 1}
    year = counts(engine, "date", filters=(Filter("date", "2017"),))
    assert list(year.items()) == [
        ("2017", 3),
        ("2017-08", 1),
        ("2017-07", 2),
        ("2016", 1),
        ("1969", 1),
    ]
    month = counts(engine, "date", filters=(Filter("date", "2017-07"),))
    assert list(month.items()) == [
        ("2017", 3), ("2017-08", 1), ("2017-07", 2), ("2017-07-13", 1), ("2017-07-12", 1),
        ("2016", 1), ("1969", 1),
    ]  # fmt: skip
    day = counts(engine, "date", filters=(Filter("date", "2017-07-12"), Filter("date", "1990")))
    assert list(day.items()) == [
        ("2017", 3), ("2017-08", 1), ("2017-07", 2), ("2017-07-13", 1), ("2017-07-12", 1),
        ("2016", 1), ("1990", 0), ("1969", 1),
    ]  # fmt: skip


def test_days_are_inclusive(engine_of: EngineOf) -> None:
    """The first and the last day are included, at any hour."""
    engine = engine_of(_faceted())
    assert ids(engine, first_day=dt.date(2017, 7, 13), last_day=dt.date(2017, 8, 1)) == ["a2", "a3"]
    assert ids(engine, last_day=dt.date(1969, 12, 31)) == ["a4"]
    assert counts(engine, "date", first_day=dt.date(2017, 7, 13)) == {"2017": 2}


# Order and pages -----------------------------------------------------------------------------------------------------


def test_dates_sort_by_time_and_zone(engine_of: EngineOf) -> None:
    """Dates are compared as moments, not as text."""
    engine = engine_of(
        [
            article(1, published="2020-01-01T10:00:00+05:00"),
            article(2, published="2020-01-01T06:00:00"),
            article(3, published="2020-01-01"),
            article(4, published="1950-06-01"),
        ]
    )
    newest = [hit.article.id for hit in engine.search(SearchQuery()).hits]
    assert newest == ["a2", "a1", "a3", "a4"]
    oldest = [hit.article.id for hit in engine.search(SearchQuery(sort=SortOrder.OLDEST)).hits]
    assert oldest == newest[::-1]


@pytest.mark.parametrize("order", list(SortOrder))
@pytest.mark.parametrize("walk", ["page", "cursor"])
def test_pages_never_overlap(engine_of: EngineOf, order: SortOrder, walk: str) -> None:
    """Every match is on exactly one page, also if all have the same date and score."""
    engine = engine_of([article(n, body="same") for n in range(57)])
    query = SearchQuery(text="same", sort=order, size=10)
    seen: list[str] = []
    for number in range(1, 10):
        page = engine.search(query)
        seen += [hit.article.id for hit in page.hits]
        if page.next_cursor is None:
            break
        query = (
            query.with_cursor(page.next_cursor) if walk == "cursor" else query.on_page(number + 1)
        )
    assert len(seen) == 57
    assert len(set(seen)) == 57


def test_a_foreign_cursor_is_refused(engine_of: EngineOf) -> None:
    """The cursor of another search, or an invalid one, is an error of the parameter `cursor`."""
    engine = engine_of([article(n, body="same") for n in range(30)])
    cursor = engine.search(SearchQuery(text="same")).next_cursor
    assert cursor
    for query in (
        SearchQuery(text="other", cursor=cursor),
        SearchQuery(cursor="§"),
        SearchQuery(cursor="AAAA"),
    ):
        with pytest.raises(InvalidQuery) as refused:
            engine.search(query)
        assert refused.value.parameter == "cursor"


def test_a_cursor_of_an_older_generation_ends_clearly(store: GenerationStore) -> None:
    """After a swap a cursor by relevance expires; a cursor by date continues."""
    articles = [article(n, body="same", published=f"2020-01-{n + 1:02}") for n in range(25)]
    build(store, articles)
    by_score = store.current().search(SearchQuery(text="same")).next_cursor
    before = store.current().search(SearchQuery())
    by_date = before.next_cursor
    assert before.moved_from == store.current().search(SearchQuery(cursor=by_date)).moved_from == ""
    build(store, articles)
    with pytest.raises(CursorExpired):
        store.current().search(SearchQuery(text="same", cursor=by_score))
    moved = store.current().search(SearchQuery(cursor=by_date))
    assert (moved.hits[0].article.id, moved.moved_from) == ("a14", before.generation)
    assert store.current().search(SearchQuery(cursor=moved.next_cursor)).moved_from == "", (
        "it goes on in this generation"
    )


def test_the_title_counts_more(engine_of: EngineOf) -> None:
    """A match in the title ranks above one in the body."""
    engine = engine_of(
        [
            article(1, body="harbour and much else"),
            article(2, title="Harbour", body="and much else now"),
        ]
    )
    assert engine.search(SearchQuery(text="harbour")).hits[0].article.id == "a2"


# Articles and generations ---------------------------------------------------------------------------------------------


def test_an_article_is_found_by_any_id_and_comes_back_whole(engine_of: EngineOf) -> None:
    """Stored articles are returned unchanged, under any id."""
    odd = ["a/b//c", "https://example.org/?a=b&c=%20#d", " ", "ü“”", "x" * 500]
    articles = [
        article(n, id=given_id, body="a\n\n*b*", deck="D", source="S")
        for n, given_id in enumerate(odd)
    ]
    engine = engine_of(articles)
    for each in articles:
        assert engine.article(each.id) == each
    assert engine.article("no such") is None
    assert sorted(engine.articles(), key=lambda each: each.id) == sorted(
        articles, key=lambda each: each.id
    )


def test_a_swap_is_seen_at_once_and_the_old_engine_still_answers(store: GenerationStore) -> None:
    """A request ends on the index it began with; the next request uses the new one."""
    with pytest.raises(IndexMissing):
        store.current()
    first = build(store, [article(1)])
    before = store.current()
    second = build(store, [article(1), article(2)])
    assert (before.generation, store.current().generation) == (first, second)
    assert (before.search(SearchQuery()).total, store.current().search(SearchQuery()).total) == (
        1,
        2,
    )


def test_an_old_engine_is_gone_with_its_last_use(store: GenerationStore) -> None:
    """A generation is freed by reference counting when its last request ends."""
    build(store, [article(1, title="A harbour at dusk"), article(2)])
    before = store.current()
    for text in ("harbour", "harbuor dusk", '"harbour dusk"~3'):
        before.search(SearchQuery(text=text))
    before.suggest("harb", 5)
    before.suggest("harbour at", 5)
    before.facet(SearchQuery(text="harbour"), VALUE_FACETS[0], 5)
    before.related(next(iter(before.articles())), 5)
    before.verify()
    gone = weakref.ref(before)
    build(store, [article(3)])
    store.current()
    gc.disable()
    try:
        del before
        assert gone() is None
    finally:
        gc.enable()


def test_a_repeated_id_is_replaced(store: GenerationStore) -> None:
    """The last of several records with one id replaces the others."""
    name, writer = store.create()
    writer.add(prepared(store, article(1, title="Old")))
    writer.replace(prepared(store, article(1, title="New")))
    writer.commit({})
    store.make_live(name)
    assert [each.title for each in store.current().articles()] == ["New"]
    assert store.current().search(SearchQuery(text="old")).total == 0
    assert store.current().verify() == []


def test_verify_finds_nothing_wrong_with_a_good_index(engine_of: EngineOf) -> None:
    """Verification reports no problem in a correct index."""
    assert engine_of(_faceted()).verify() == []
