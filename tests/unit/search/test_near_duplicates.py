"""Sketches: the smallest and largest hash of a text's shingles."""

import random

from xxhash import xxh3_64_intdigest

from search.analysis.near_duplicates import sketch

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
