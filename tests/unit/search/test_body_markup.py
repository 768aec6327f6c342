"""The paragraphs of a body, read fast, are those that a page renders."""

import random
from itertools import pairwise

import pytest

from search.analysis.body_markup import (
    body_parts,
    body_parts_before,
    paragraphs,
    parse_body,
    shown_text,
)

PIECES = (
    "tug", "a b", "*tug*", "_x_", "**b** c", "[link](https://x.org/a_b)", "![image](x.png)", "`code`",
    "<b>raw</b>", "<https://x.org>", "&amp;", "&", "\\*", "# Heading", "> quoted", "- item",
    "1. first", "2) second", "+ plus", "=====", "---", "    indented", "\tTab", "  two", "x  ",
    "\u00a0nbsp", "ثلاثة", "港口", "a\u2028b", "| a | b |", "#no", "-no", "1.5", "~~~", "```",
)  # fmt: skip
JOINTS = ("\n\n", "\n", " ", "\n \n", "\n\n\n", "\n\t\n")


def _whole(body: str) -> list[str]:
    return [text for text in map(shown_text, parse_body(body)) if text]


@pytest.mark.parametrize("seed", range(40))
def test_paragraphs_are_those_of_the_whole_body(seed: int) -> None:
    """Bodies of random markup have the same paragraphs, however they are read."""
    dice = random.Random(seed)
    for _ in range(50):
        body = "".join(
            dice.choice(PIECES) + dice.choice(JOINTS) for _ in range(dice.randrange(1, 9))
        )
        assert paragraphs(body) == _whole(body), repr(body)


def test_a_long_body_is_read_in_parts() -> None:
    """Its parts have all paragraphs, and reading can go on from the beginning of each."""
    body = "\n\n".join(f"Paragraph {number} of *many* words." for number in range(5_000))
    parts = list(body_parts(body))
    assert len(parts) > 3
    assert [text for part in parts for text in part.paragraphs] == _whole(body)
    for number, part in enumerate(parts):
        assert list(body_parts(body, part.start)) == parts[number:]


@pytest.mark.parametrize("seed", range(20))
def test_parts_are_the_same_in_both_directions(seed: int) -> None:
    """From any part, the parts before it are those that reading from the beginning gave."""
    dice = random.Random(seed)
    body = "".join(
        dice.choice(("word ", "x")) * dice.choice((5, 400, 30_000)) + dice.choice(JOINTS)
        for _ in range(dice.randrange(1, 30))
    )
    parts = list(body_parts(body))
    ends = [*(part.start for part in parts), len(body)]
    assert all(end - start <= 100_000 for start, end in pairwise(ends))
    for number, end in enumerate(ends):
        assert list(body_parts_before(body, end)) == parts[:number][::-1]
        assert list(body_parts(body, end)) == parts[number:]


def test_an_endless_paragraph_is_divided_at_a_space() -> None:
    """Neither a text without blank lines nor one without spaces is read at once."""
    words = "word " * 60_000
    parts = list(body_parts(words))
    assert len(parts) > 3
    assert {text.strip()[-4:] for part in parts for text in part.paragraphs} == {"word"}
    lengths = [len("".join(part.paragraphs)) for part in body_parts("x" * 250_000)]
    assert max(lengths) == 100_000
    assert sum(lengths) == 250_000
