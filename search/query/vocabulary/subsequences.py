"""Subsequences of spelling keys, by which similar keys are found (symmetric deletion, SymSpell).

An edit is an insertion, a deletion, a substitution or a swap of neighbours, so it takes at most one
character from either key. Two keys within a few edits, and also the prefixes of both, therefore
have a common subsequence that is shorter than the longer prefix by at most as many characters.
A key is stored under the subsequences of its prefix, and found by those of another one.
"""

from collections.abc import Sequence
from itertools import combinations

from xxhash import xxh3_64_intdigest

__all__ = ["HASH_BITS", "PREFIX_LENGTH", "anagram_hash", "hashes", "stored_hashes"]

HASH_BITS = 64
PREFIX_LENGTH = 7
"""Characters that are compared; with 6, searches take twice as long, and files are smaller."""
_MAX_EDITS = 2
_LONGEST = PREFIX_LENGTH - _MAX_EDITS
"""The length of the longest subsequences, which are the only ones of long keys."""


def stored_hashes(prefix: str) -> list[int]:
    """Return the hashes under which keys with a prefix are stored."""
    characters = [character.encode() for character in prefix]
    found = [anagram_hash(prefix)]
    for shorter in range(max(len(prefix) - _MAX_EDITS, 0), min(len(prefix), _LONGEST) + 1):
        found += _hashes(characters, shorter, len(prefix))
    return found


def hashes(key: str, max_edits: int) -> list[int]:
    """Return hashes, under one of which every key within 1 or 2 edits is stored."""
    characters = [character.encode() for character in key[:PREFIX_LENGTH]]
    lengths = range(max(len(key) - max_edits, 0), len(key) + max_edits + 1)
    found: list[int] = []
    for other in sorted({min(length, PREFIX_LENGTH) for length in lengths}):
        shorter = min(max(len(characters), other) - max_edits, _LONGEST)
        found += _hashes(characters, max(shorter, 0), other)
    return found


def anagram_hash(prefix: str) -> int:
    """Return the hash under which keys with the same letters are stored, if they are short."""
    return xxh3_64_intdigest("".join(sorted(prefix)).encode())


def _hashes(characters: Sequence[bytes], length: int, other_length: int) -> list[int]:
    """Return the hashes of the subsequences of a length, for prefixes of another length."""
    subsequences = set(map(b"".join, combinations(characters, length)))
    return [xxh3_64_intdigest(each, other_length) for each in subsequences]
