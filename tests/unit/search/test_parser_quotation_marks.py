"""Quotation marks of all kinds, marks of inches and gershayim."""

import pytest

from search.query.parser import parse
from search.query.syntax import Node, Phrase, Word, leaves


def words_and_phrases(text: str) -> list[str]:
    """Return the leaves of a text, phrases in brackets."""

    def shown(leaf: Node) -> str:
        if isinstance(leaf, Phrase):
            return f"[{' '.join(leaf.words)}]"
        assert isinstance(leaf, Word)
        return leaf.text

    return [shown(leaf) for leaf in leaves(parse(text))]


PAIRS = ['""', "“”", "„“", "„”", "““", "””", "«»", "»«", "»»", "‹›", "›‹", "「」", "『』",
         "《》", "〈〉", "〝〟", "｢｣", "＂＂", "״״", '“"', '"”']  # fmt: skip


@pytest.mark.parametrize("pair", [*map(tuple, PAIRS), ("''", "''"), ("’’", "’’"), ("``", "''")])
def test_any_pair_of_quotation_marks_makes_a_phrase(pair: tuple[str, str]) -> None:
    """Keyboards and languages have marks of their own, and all of them mean the same."""
    first, last = pair
    phrase = ["glass", "[deep lake]", "water"]
    assert words_and_phrases(f"glass {first}deep lake{last} water") == phrase
    assert words_and_phrases(f"glass {first} deep lake {last} water") == phrase


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('“deep "blue" lake” water', ["[deep blue lake]", "water"]),
        ("«deep “blue” lake» water", ["[deep blue lake]", "water"]),
        ('"deep «blue» lake" water', ["[deep blue lake]", "water"]),
        ("«deep» «blue lake»", ["[deep]", "[blue lake]"]),
        # A mark without a counterpart leaves the others as they are.
        ('“deep "blue lake"', ["deep", "[blue lake]"]),
        ('deep" "blue lake"', ["deep", "[blue lake]"]),
        ('deep» "blue lake"', ["deep", "[blue lake]"]),
        ('"deep “blue lake”', ["deep", "[blue lake]"]),
        ("deep」 「blue lake」", ["deep", "[blue lake]"]),
        ('deep lake"', ["deep", "lake"]),
        ("«deep lake", ["deep", "lake"]),
        ("'deep lake'", ["deep", "lake"]),
        ("wharf's ''deep", ["wharf's", "deep"]),
    ],
)  # fmt: skip
def test_a_mark_closes_what_its_own_kind_opened(text: str, expected: list[str]) -> None:
    """Marks inside others, and marks without a counterpart, lose neither words nor phrases."""
    assert words_and_phrases(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('8" cable 16" drum', ["8", "cable", "16", "drum"]),
        ("8'' cable 16'' drum", ["8", "cable", "16", "drum"]),
        ("8” cable 16” drum", ["8", "cable", "16", "drum"]),
        ("8“ Kabel 16“ Rolle", ["8", "Kabel", "16", "Rolle"]),
        ("8″ cable 16″ drum", ["8", "cable", "16", "drum"]),
        ('½" cable ٨" drum', ["½", "cable", "٨", "drum"]),
        ('cable 8" "steel drum"', ["cable", "8", "[steel drum]"]),
        ('8"x16" board', ["8", "x16", "board"]),
        # Behind a number, a mark closes a phrase that is open.
        ('"cable 8" "drum 16" steel', ["[cable 8]", "[drum 16]", "steel"]),
        ("„Airbus 320“ und „alte Bahn“", ["[Airbus 320]", "und", "[alte Bahn]"]),
        ('"8" cable" plus "16" drum"', ["[8 cable]", "plus", "[16 drum]"]),
        ("G20“trade talks”", ["G20", "[trade talks]"]),
    ],
)
def test_inches_open_no_phrase(text: str, expected: list[str]) -> None:
    """`8" cable 16" drum` is four words, not a phrase about cables between two numbers."""
    assert words_and_phrases(text) == expected


@pytest.mark.parametrize("sign", ['"', "״", "”", "“", "„"])
def test_gershayim_are_part_of_a_hebrew_word(sign: str) -> None:
    """The mark of an acronym neither opens nor closes a phrase, whichever sign is typed for it."""
    acronym = f"מנכ{sign}ל"
    assert parse(f'"{acronym} חדש" נמל') == parse(f'"{acronym} חדש"  נמל')
    phrase, port = leaves(parse(f'"{acronym} חדש" נמל'))
    assert isinstance(phrase, Phrase)
    assert (phrase.words[-1], port) == ("חדש", Word("נמל"))
    assert not any(isinstance(leaf, Phrase) for leaf in leaves(parse(f"{acronym} נמל {acronym}")))
