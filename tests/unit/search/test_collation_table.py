"""The packed table of the Unicode Collation Algorithm."""

import random

import pytest
from pyuca.collator import Collator_10_0_0

from search.results.collation_table import PackedCollator

_MARKS = "\u0301\u0323\u0327\u0338\u0654"
_SAMPLE = "aZ9 .-éßœŁĐ·lИӀ張Ωا؟ไเກꙮ𝔸𠀀\u0fb2\u0f71\u0f80\ud7fb가" + _MARKS


@pytest.fixture(scope="module")
def collators() -> tuple[PackedCollator, Collator_10_0_0]:
    return PackedCollator(), Collator_10_0_0()


def test_keys_equal_those_of_the_original_table(
    collators: tuple[PackedCollator, Collator_10_0_0],
) -> None:
    """Characters, sequences and combining marks have the weights that pyuca gives them."""
    packed, original = collators
    chance = random.Random(1)
    texts = ["".join(chance.choices(_SAMPLE, k=chance.randint(1, 8))) for _ in range(2_000)]

    assert [packed.sort_key(text) for text in texts] == [original.sort_key(t) for t in texts]


def test_every_character_has_its_own_weights(
    collators: tuple[PackedCollator, Collator_10_0_0],
) -> None:
    """No character of the basic plane is lost or confused with another."""
    packed, original = collators

    for code in range(0x10000):
        assert packed.table.find_prefix([code])[1] == original.table.find_prefix([code])[1]
