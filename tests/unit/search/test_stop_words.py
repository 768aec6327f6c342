"""Stop words: ignored, searched alone, or part of a name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.clauses import split_clauses
from search.query.parser import parse
from search.query.syntax import Word, is_optional, leaves, write

KEPT = [
    ("Ella Most", "Ella Most"),
    ("Hepatitis A", "Hepatitis A"),
    ("hepatitis A outbreak", "hepatitis A outbreak"),
    ("Will Carter", "Will Carter"),
    ("interview with Will Carter", "interview Will Carter"),
    ("The Beyond Festival", "The Beyond Festival"),
    ("Richard I", "Richard I"),
    ("king Richard I", "king Richard I"),
    # At the beginning, too, if the name goes on.
    ("Will Carter films", "Will Carter films"),
    ("The Who tour", "The Who tour"),
    ("Take That concert dates", "Take That concert dates"),
    ("More Than Most records", "More Than Most records"),
    # An adverb seldom begins a sentence.
    ("Down syndrome", "Down syndrome"),
    ("Same sex marriage", "Same sex marriage"),
]
DROPPED = [
    ("The harbour", "harbour"),
    ("What happened in Lisbon", "happened Lisbon"),
    ("the will of Carter", "Carter"),
    ("debts I owe", "debts owe"),
    ("Will I meet Carter", "meet Carter"),
    ("I'm The harbour", "harbour"),
    ("debts I'm owed", "debts owed"),
    ("HEPATITIS A", "HEPATITIS"),
    ("harbour AND bridge", "harbour bridge"),
    ("(Will OR Grace) Carter", "Grace Carter"),
    ("-Will Carter", "Carter"),
    ("Will -Carter", "-Carter"),
    ("Down -Carter", "-Carter"),
    ("WHO IS THE GOVERNOR", "GOVERNOR"),
    (
        "interview with Will Carter about harbours bridges ferries islands roofs",
        "interview Carter harbours bridges ferries islands roofs",
    ),
]


@pytest.mark.parametrize(("text", "expected"), KEPT)
def test_a_stop_word_in_a_name_is_kept(text: str, expected: str) -> None:
    """A capital among lower-case words, or where all words have one, is that of a name."""
    assert write(parse(text)) == expected
    assert any(map(is_optional, leaves(parse(text))))


@pytest.mark.parametrize(("text", "expected"), DROPPED)
def test_other_stop_words_are_dropped(text: str, expected: str) -> None:
    """The first capital of a sentence, `I`, and a text in capitals say nothing about names."""
    assert write(parse(text)) == expected
    assert not any(map(is_optional, leaves(parse(text))))


def test_initialisms_stay_words_of_their_own() -> None:
    """`IT`, `US` and `WHO` in capitals are words like any other, unless all is a sentence."""
    assert parse("IT") == Word("IT")
    assert list(leaves(parse("WHO vaccines in the US"))) == [
        Word("WHO"),
        Word("vaccines"),
        Word("US"),
    ]


def test_a_name_is_no_clause() -> None:
    """The stop word neither must match nor counts among the clauses; the pair adds to the score."""
    clauses = split_clauses(parse("hepatitis A outbreak"))
    assert clauses.should == (Word("hepatitis"), Word("outbreak"))
    assert clauses.must == ()
    assert clauses.names == (("hepatitis", "A"), ("A", "outbreak"))


def test_the_neighbour_with_a_capital_belongs_to_the_name() -> None:
    """In a text with lower-case words a name goes on to the next capital, not to the other side."""
    assert split_clauses(parse("interview Will Carter")).names == (("Will", "Carter"),)


def test_stop_words_alone_are_searched_and_pairs_of_them_count() -> None:
    """`The Who` is both words, best next to each other."""
    clauses = split_clauses(parse("The Who"))
    assert clauses.should == (Word("The"), Word("Who"))
    assert (clauses.names, clauses.bigrams) == ((("The", "Who"),), ())


def test_only_words_that_stay_show_that_a_text_is_in_capitals() -> None:
    """A dropped word cannot: without it, the written query would be read in another way."""
    for text in ("I The NOT IT 京 I", "I(the 5)-WHO)NOT京I"):
        assert parse(write(parse(text))) == parse(text)
    assert write(parse("THE SHIPS AND IT SANK AT SEA")) == "SHIPS SANK SEA"


PIECES = """
The|the|(the)|(the 5)|(The Will)|Will|will|A|a|I|I'm|It's|IT|WHO|US|OIL|Oil|oil|OR|(|)|-|*|2020|京
Élan|Take|That|Down|NOT|title:Will|"Will oil"|-Will|oil*|Of
""".strip().replace("\n", "|")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=14))
def test_capitals_survive_writing_and_parsing(pieces: list[str]) -> None:
    """Whatever is dropped, the written query has the same names as the typed one."""
    for text in (" ".join(pieces), "".join(pieces)):
        tree = parse(text)
        assert parse(write(tree)) == tree
