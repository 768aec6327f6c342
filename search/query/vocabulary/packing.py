"""The file of a vocabulary: sections of 32-bit numbers, and the text of its words.

A file is mapped into memory and searched as it is, so workers share it and none parses it.
"""

from array import array
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

from search.query.vocabulary.subsequences import HASH_BITS, PREFIX_LENGTH, stored_hashes
from search.query.vocabulary.word_list import WordList
from search.query.vocabulary.words import spelling_key

__all__ = ["MAX_NUMBER", "Sections", "pack", "unpack"]

_MAGIC = 0x444C5731
_HEADER_NUMBERS = 3 + 7
_NUMBER_BYTES = 4
_NUMBER_BITS = 32
MAX_NUMBER = (1 << _NUMBER_BITS) - 1
_POSTINGS_PER_BUCKET = 8


class Sections(NamedTuple):
    """The parts of a file; all but the text are sequences of unsigned 32-bit numbers.

    Words are sorted by key and numbered. `ends` are the ends of the words in `text`, with their
    separators, preceded by 0. `suggested` is a word's frequency if it is suggested, or 0.
    `respelt` are the numbers of words that are not their own key. `groups` are the first words of
    each prefix, followed by the number of words.

    `postings` has for each subsequence of each prefix the number of the group in the lower bits,
    and bits of the subsequence's hash in the others. They are in buckets, by the first bits of the
    hash; `buckets` are the places where these begin, followed by the number of postings.
    """

    ends: memoryview
    frequencies: memoryview
    suggested: memoryview
    respelt: memoryview
    groups: memoryview
    buckets: memoryview
    postings: memoryview
    text: memoryview


def pack(words: WordList) -> bytes:
    """Return the content of a vocabulary's file."""
    pairs = sorted((spelling_key(word), word) for word in words.frequencies)
    suggested = set(words.suggested)
    encoded = [word.encode() + b"\n" for _, word in pairs]
    prefixes = [key[:PREFIX_LENGTH] for key, _ in pairs]
    frequencies = array("I", [min(words.frequencies[word], MAX_NUMBER) for _, word in pairs])
    groups = array("I", accumulate((len(list(same)) for _, same in groupby(prefixes)), initial=0))
    numbers = [
        array("I", accumulate(map(len, encoded), initial=0)),
        frequencies,
        array(
            "I",
            [
                frequency if word in suggested else 0
                for (_, word), frequency in zip(pairs, frequencies, strict=True)
            ],
        ),
        array("I", [number for number, (key, word) in enumerate(pairs) if key != word]),
        groups,
        *_postings([prefixes[first] for first in groups[:-1]]),
    ]
    body = b"".join(
        [array("I", map(len, numbers)).tobytes(), *(part.tobytes() for part in numbers), *encoded]
    )
    checksum = xxh3_64_intdigest(body)
    header = array("I", [_MAGIC, checksum & MAX_NUMBER, checksum >> _NUMBER_BITS])
    return header.tobytes() + body


def unpack(data: memoryview) -> Sections:
    """Return the sections of a file.

    Raises:
        ValueError: the file is not complete, or was changed.

    """
    header = data[: _HEADER_NUMBERS * _NUMBER_BYTES]
    if len(header) < _HEADER_NUMBERS * _NUMBER_BYTES:
        raise ValueError("the vocabulary is incomplete")
    magic, low, high, *lengths = header.cast("I")
    body = data[3 * _NUMBER_BYTES :]
    if magic != _MAGIC or xxh3_64_intdigest(body) != high << _NUMBER_BITS | low:
        raise ValueError("the vocabulary was changed since it was written")
    if len(header) + sum(lengths) * _NUMBER_BYTES > len(data):
        raise ValueError("the vocabulary is incomplete")
    start = len(header)
    parts = []
    for length in lengths:
        end = start + length * _NUMBER_BYTES
        parts.append(data[start:end].cast("I"))
        start = end
    sections = Sections._make([*parts, data[start:]])
    if not _fit_together(sections):
        raise ValueError("the vocabulary is damaged, or of another version")
    return sections


def _fit_together(sections: Sections) -> bool:
    """Return whether the sections have the lengths that each demands of the others."""
    words, bucket_count = len(sections.frequencies), len(sections.buckets) - 1
    return (
        len(sections.ends) == words + 1
        and len(sections.suggested) == words
        and len(sections.respelt) <= words
        and len(sections.groups) > 0
        and bucket_count.bit_count() == 1
        and bucket_count > 0
        and sections.ends[-1] == len(sections.text)
        and sections.groups[-1] == words
        and sections.buckets[-1] == len(sections.postings)
    )


def _postings(prefixes: Sequence[str]) -> tuple["array[int]", "array[int]"]:
    """Return the places of buckets, and the postings of groups with these prefixes."""
    hashes: array[int] = array("Q")
    ends: array[int] = array("Q")
    for prefix in prefixes:
        hashes.extend(stored_hashes(prefix))
        ends.append(len(hashes))
    bucket_bits = (len(hashes) // _POSTINGS_PER_BUCKET).bit_length()
    shift = HASH_BITS - bucket_bits
    places = array("I", bytes(_NUMBER_BYTES * ((1 << bucket_bits) + 1)))
    for each in hashes:
        places[(each >> shift) + 1] += 1
    places = array("I", accumulate(places))
    # Sorted by counting: `free` is the next free place of each bucket.
    free = places[:]
    postings = array("I", bytes(_NUMBER_BYTES * len(hashes)))
    group_bits = len(prefixes).bit_length()
    start = 0
    for group, end in enumerate(ends):
        for each in hashes[start:end]:
            bucket = each >> shift
            place = free[bucket]
            free[bucket] = place + 1
            postings[place] = each << group_bits & MAX_NUMBER | group
        start = end
    return places, postings
