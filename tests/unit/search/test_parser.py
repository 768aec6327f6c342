"""The query language: parsing and writing, which never fail."""

import re
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import analyzer
from search.query.parser import MAX_PREFIX_TERMS, TEXT_FIELDS, parse
from search.query.syntax import And, Not, Or, Phrase, Prefix, Signs, Word, leaves, write

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
    ("title: oil", "title:oil"),
    ("nofield:oil", "nofield oil"),
    ("date:2017-13", "date 2017-13"),
    ("date:2017..2016", "date:2016..2017"),
    ('"oil  price"~3', '"oil price"~3'),
    ("escalat*", "escalat*"),
    ("*", "*"),
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


SCRIPTS = (
    "ab US Åé ß IJ ﬁ",
    "жд Яё Ωά հայ ქა",
    "אל יו ׳״ שָׁ",
    "عر بي ـ ٠١٢ فا",
    "हि न्दी १२ বা ংলা தமிழ்",
    "東京 ひら カナー 한국 ㅋ",
    "ไทย ลาว ខ្មែរ မြန်မာ",
    "12 6½ Ⅻ ٣ ２０",
    "🚢👩\u200d🚒 % & @ # $ + = | € ™",
    "\u200b\u200d\u00ad\ufeff\u3000\t\n\x1f\x85",
    "\ud7ff\ue000\uffff\U0001d400\U000e0001",
)
GRAMMAR = "\"()-~*:.“”„«»‹›「」『』《》＂（）：״'’`″"
WORDS = (
    "OR", "AND", "NOT", "title:", "Title: ", "date:", "date: 2017", "author:(", "2016..2017", "-",
    "~3", "*", "''", "http://", '6"', "12” ", 'צה"ל', " ",
    " .. 2018", "date:２０１７", '-"', "title:-",
)  # fmt: skip


def texts(max_size: int) -> st.SearchStrategy[str]:
    """Make texts of all scripts, of the grammar's signs and of its words, mixed."""
    letters = st.text(alphabet="".join(SCRIPTS), max_size=6)
    signs = st.text(alphabet=GRAMMAR, max_size=4)
    part = letters | signs | st.sampled_from(WORDS) | st.text(max_size=4)
    return st.lists(part, max_size=max_size // 4).map("".join).map(lambda text: text[:max_size])


@settings(max_examples=600, deadline=None)
@example('«נ"\u05a6»')
@example('נ־"ל א"')
@given(st.text(max_size=80) | texts(120))
def test_a_written_query_parses_to_the_same_tree(text: str) -> None:
    """Readers can copy the displayed query and search for it again."""
    tree = parse(text)
    assert parse(write(tree)) == tree


@settings(max_examples=400, deadline=None)
@given(texts(120))
def test_no_word_is_lost(text: str) -> None:
    """Whatever is wrong with its signs, each word of a text is part of the query."""
    text = re.sub("AND|OR|NOT", "word", text).replace("~", " ")  # The number after ~ is no word.
    words = analyzer("en")
    found = {
        form for leaf in leaves(parse(text)) for form in words.exact(write(leaf)).split()
    }  # A date or a field is written with its name, which the text has too.
    typed = {form for form in words.exact(text).split() if not words.is_stop_word(form)}
    assert typed - found <= set(TEXT_FIELDS) | {"date"}


@given(texts(120))
def test_only_a_blank_text_is_no_query(text: str) -> None:
    """None searches the whole archive, which nobody asks for who types a sign."""
    assert parse(f"{text}%") is not None
    assert parse(" \t\n\u3000\u200b\ufeff") is None


def test_deep_nesting_is_accepted() -> None:
    """A thousand parentheses neither exhaust the stack nor hide a word."""
    assert parse("(" * 999) == Signs("(" * 999)
    for depth in (20, 499):
        assert parse("(" * depth + "oil" + ")" * depth) == Word("oil")


@pytest.mark.parametrize(
    "part",
    ["(", '"', "“", "«", '“"', "a:", "title:(", "title: ", "date:(", "NOT ", "NOT (", "-", "() ",
     '1" ', 'א"', "''", "a* ", "*", "🚢", "%"],
)  # fmt: skip
def test_repeated_signs_take_linear_time(part: str) -> None:
    """The work for a text of one repeated part grows with its length, not with its square."""

    def steps(count: int) -> int:
        calls = 0

        def count_call(frame: object, event: str, arg: object) -> None:
            nonlocal calls
            calls += 1

        text = part * count
        sys.setprofile(count_call)
        try:
            parse(text)
        finally:
            sys.setprofile(None)
        return calls

    assert steps(320) < 5 * steps(80) + 2_000


@settings(max_examples=50, deadline=None)
@given(
    st.text(min_size=900, max_size=1000)
    | st.text(alphabet='ab "()-~*:,.OR', min_size=900, max_size=1000)
    | st.lists(texts(120), min_size=12).map("".join).map(lambda text: text[:1000])
)
def test_the_longest_text_is_parsed(text: str) -> None:
    """A thousand characters of any kind are parsed and written to the same tree."""
    tree = parse(text)
    assert parse(write(tree)) == tree
