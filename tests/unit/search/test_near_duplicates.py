"""Sketches: the smallest and largest hash of a text's shingles."""

import random

from xxhash import xxh3_64_intdigest

from search.analysis.near_duplicates import NearDuplicates, sketch
from tests.conftest import article

_WORDS = ["a", "of", "minister", "grain", "exports", "ünlike", "überall", "continued", "x" * 120]


def test_a_sketch_is_the_smallest_and_largest_hash_of_all_shingles() -> None:
    """Sketches stay the same, because those in the index are compared with those of new texts."""
    chance = random.Random(7)
    for _ in range(200):
        words = chance.choices(_WORDS, k=chance.randrange(80, 300))
        encoded = [word.encode() for word in words]
        # A shingle has five words, the first of at least eight bytes but not the first of the text.
        hashes = [
            xxh3_64_intdigest(b" ".join(encoded[place : place + 5])) >> 1
            for place in range(1, len(words) - 4)
            if len(encoded[place]) >= 8
        ]
        assert sketch(" ".join(words)) == (min(hashes), max(hashes))
    assert sketch("too short for a sketch") == ()


def test_articles_are_compared_by_their_shingles() -> None:
    """A text with a few changed words is a near-duplicate, whichever articles came before."""
    chance = random.Random(7)
    words = chance.choices(_WORDS, k=300)
    first = article(1, body=" ".join(words))
    reprint = article(2, body=" ".join(["changed", *words[1:]]))
    other = article(3, body=" ".join(chance.choices(_WORDS, k=300)))
    compared = NearDuplicates()
    assert compared.are_similar(first, reprint)
    assert not compared.are_similar(first, other)
    assert not compared.are_similar(other, reprint)
    assert compared.are_similar(reprint, first)
