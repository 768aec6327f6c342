"""Parts of a query that are ignored, and texts without a word."""

import pytest

from search.query.lexing.ignored import IgnoredKind, IgnoredPart
from search.query.parser import MAX_DEPTH, MAX_PHRASES, MAX_PREFIX_TERMS, ignored_parts, parse
from search.query.syntax import Signs, write

KIND = IgnoredKind
CASES = [
    ("tug AND", [(KIND.OPERATOR, "AND")]),
    ("OR tug NOT", [(KIND.OPERATOR, "OR"), (KIND.OPERATOR, "NOT")]),
    ("(tug NOT) OR ferry", [(KIND.OPERATOR, "NOT")]),
    ('"tug', [(KIND.QUOTATION_MARK, '"')]),
    ("tug» ferry", [(KIND.QUOTATION_MARK, "»")]),
    ("(tug OR ferry", [(KIND.PARENTHESIS, "(")]),
    ("tug) ferry", [(KIND.PARENTHESIS, ")")]),
    ("% tug ++ %", [(KIND.SIGNS, "%"), (KIND.SIGNS, "++")]),
    ("tug 🚢", [(KIND.SIGNS, "🚢")]),
    ("tug*boat", [(KIND.STAR, "*")]),
    ('"tug boa*"', [(KIND.STAR, "*")]),
    ("date:2017-13 tug", [(KIND.DATE, "2017-13")]),
    ("🚢", [(KIND.ONLY_SIGNS, "🚢")]),
    ("((", [(KIND.ONLY_SIGNS, "((")]),
    ("(" * (MAX_DEPTH + 1) + "tug" + ")" * (MAX_DEPTH + 1), [(KIND.DEPTH, "(")]),
    (" ".join(f"t{n}*" for n in range(MAX_PREFIX_TERMS + 2)), [(KIND.PREFIX_LIMIT, "*")]),
    (" ".join(f'"tug t{n}"' for n in range(MAX_PHRASES + 1)), [(KIND.PHRASE_LIMIT, '"')]),
    (
        " ".join(f'"tug mole t{n}"~2' for n in range(MAX_PHRASES // 3 + 1)),
        [(KIND.PHRASE_LIMIT, '"')],
    ),
    (" ".join(f'"t{n}"' for n in range(MAX_PHRASES + 2)), []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_ignored_parts_have_their_reason(text: str, expected: list[tuple[KIND, str]]) -> None:
    """The results page can say what did not count, as typed, and why."""
    assert ignored_parts(text) == tuple(IgnoredPart(*part) for part in expected)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "tug", "tug AND ferry", "tug NOT ferry", "NOT", "the tug", "tug – ferry", "tug - ferry",
        "tug, ferry; … !", "what? tug.", "(tug) OR [ferry]", '"deep sea"~3', "tug*", '6" pipe 12" main',
        "title:(tug ferry)", "date: 2017", "date: tomorrow", "“deep 'blue' sea”", 'צה"ל', "AT/T",
    ],
)  # fmt: skip
def test_nothing_is_reported_without_need(text: str) -> None:
    """Punctuation, stop words and well-formed queries make no message."""
    assert ignored_parts(text) == ()


@pytest.mark.parametrize(
    "text", ["🚢", "%%%", "((", '" "', "-", "* *", "…", "?!", "()", "&& ||", "🚢 OR ⚓", "NOT %"]
)
def test_signs_alone_are_a_query_for_nothing(text: str) -> None:
    """A text without a word asks for something that is not there, rather than for everything."""
    assert parse(f"  {text} ") == Signs(text)
    assert write(parse(text)) == text
