"""The query language: parsing and writing, which never fail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.parser import MAX_PREFIX_TERMS, parse
from search.query.syntax import And, Not, Or, Phrase, Prefix, Word, leaves, write

CASES = [
    ("crude oil", "crude oil"),
    ("a b OR c", "b OR c"),
    ("the oil", "oil"),
    ("to be", "to be"),
    ("oil AND gas", "oil gas"),
    ("OR oil OR", "oil"),
    ("oil - gas", "oil gas"),
    ("((oil", "oil"),
    ('"oil', "oil"),
    ("oil)", "oil"),
    ("anti-war", "anti-war"),
    ("anti-wa*", "anti wa*"),
    ("l'arb*", "arb*"),
    ('"l\u2019arbre d\u2019or"', '"l\u2019arbre d\u2019or"'),
    ("12\u00a0345", "12345"),
    ("F-16", "F-16"),
    ("-anti-war", "-anti-war"),
    ("title:oil", "title:oil"),
    ("title: oil", "title oil"),
    ("nofield:oil", "nofield oil"),
    ("date:2017-13", "date 2017-13"),
    ("date:2017..2016", "date:2016..2017"),
    ('"oil  price"~3', '"oil price"~3'),
    ("escalat*", "escalat*"),
    ("*", ""),
    ("", ""),
    ("“oil price”", '"oil price"'),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_text_is_parsed_as_documented(text: str, expected: str) -> None:
    """The displayed query is the one that docs/searching.md documents."""
    assert write(parse(text)) == expected


def test_prefix_terms_are_limited() -> None:
    """Each prefix term costs a walk over the index's words, so further ones become words."""
    query = write(parse(" ".join(f"a{number}*" for number in range(200))))
    assert query.split()[MAX_PREFIX_TERMS - 1 : MAX_PREFIX_TERMS + 1] == ["a19*", "a20"]
    assert query.count("*") == MAX_PREFIX_TERMS
    assert write(parse(query)) == query


def test_the_tree_has_the_shape_of_the_text() -> None:
    """OR binds its neighbours, and a minus excludes the operand after it."""
    assert parse('crude (oil OR "natural gas") -pipe* title:west') == And(
        (
            Word("crude"),
            Or((Word("oil"), Phrase(("natural", "gas")))),
            Not(Prefix("pipe")),
            Word("west", "title"),
        )
    )


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet='ab US"()-~*:.OR1京é', max_size=60))
def test_a_written_query_parses_to_the_same_tree(text: str) -> None:
    """Readers can copy the displayed query and search for it again."""
    tree = parse(text)
    assert parse(write(tree)) == tree


def test_deep_nesting_is_accepted() -> None:
    """A thousand parentheses do not exhaust the stack."""
    assert parse("(" * 999) is None
    assert parse("(" * 500 + "oil" + ")" * 499) is None or list(
        leaves(parse("(" * 20 + "oil" + ")" * 20))
    ) == [Word("oil")]


@settings(max_examples=50, deadline=None)
@given(
    st.text(min_size=900, max_size=1000)
    | st.text(alphabet='ab "()-~*:,.OR', min_size=900, max_size=1000)
)
def test_the_longest_text_is_parsed(text: str) -> None:
    """A thousand characters of any kind are parsed and written to the same tree."""
    tree = parse(text)
    assert parse(write(tree)) == tree
