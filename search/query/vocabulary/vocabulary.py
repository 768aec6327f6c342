"""The searchable vocabulary of an index, over the content of its file."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest, nsmallest
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.query.vocabulary.packing import MAX_NUMBER, pack, unpack
from search.query.vocabulary.subsequences import HASH_BITS, anagram_hash, hashes
from search.query.vocabulary.word_list import WordList
from search.query.vocabulary.words import MIN_BEGINNING_LENGTH, letter_count, spelling_key

__all__ = ["SimilarWord", "Vocabulary"]

_EXACT = 3
"""Characters before the first typo of a similar prefix."""
_LAST = "\U0010ffff"


class SimilarWord(NamedTuple):
    """A word with its spelling key, the edits between that and another, and its frequency."""

    word: str
    key: str
    edits: int
    frequency: int


class Vocabulary:
    """Words in exact form with their document frequencies, sorted by spelling key.

    `data` is what `pack` returned, usually a file mapped into memory.

    Raises:
        ValueError: the data is not a vocabulary.

    """

    def __init__(self, data: memoryview) -> None:
        self._sections = sections = unpack(data)
        self._group_count = len(sections.groups) - 1
        self._group_bits = self._group_count.bit_length()
        self._shift = HASH_BITS - (len(sections.buckets) - 1).bit_length() + 1
        self._numbers = range(len(sections.frequencies))

    @classmethod
    def of(cls, words: WordList) -> "Vocabulary":
        """Make a vocabulary in memory."""
        return cls(memoryview(pack(words)))

    def frequency(self, word: str) -> int:
        """Return the number of articles with a word, or 0."""
        if letter_count(word) < MIN_BEGINNING_LENGTH:
            return 0
        key = spelling_key(word)
        for number in range(bisect_left(self._numbers, key, key=self._key), len(self._numbers)):
            other = self._word(number)
            if other == word:
                return self._sections.frequencies[number]
            if spelling_key(other) != key:
                break
        return 0

    def similar(self, key: str, max_edits: int) -> Iterator[SimilarWord]:
        """Yield the words whose key is within 1 or 2 edits of a key.

        Edits are those of the optimal string alignment distance.
        """
        return self._within(key, max_edits, hashes(key, max_edits))

    def anagrams(self, key: str, max_edits: int) -> Iterator[SimilarWord]:
        """Yield the words whose key has the same letters, within a number of edits.

        Keys have at most `PREFIX_LENGTH` characters.
        """
        letters = sorted(key)
        return (
            word
            for word in self._within(key, max_edits, [anagram_hash(key)])
            if sorted(word.key) == letters
        )

    def _within(self, key: str, max_edits: int, hashes: Iterable[int]) -> Iterator[SimilarWord]:
        """Yield the words within a number of edits among those stored under hashes."""
        starts, ends, text = self._sections.groups, self._sections.ends, self._sections.text
        texts: list[memoryview] = []
        numbers: list[int] = []
        for group in self._groups(hashes):
            first, end = starts[group], starts[group + 1]
            texts.append(text[ends[first] : ends[end]])
            numbers += range(first, end)
        words = str(b"".join(texts), "utf-8").split("\n")
        words.pop()
        found = process.extract_iter(
            key, list(map(spelling_key, words)), scorer=OSA.distance, score_cutoff=max_edits
        )
        for other, edits, place in found:
            number = numbers[place]
            yield SimilarWord(words[place], other, edits, self._sections.frequencies[number])

    def highest_frequency(self, prefix: str) -> int:
        """Return the frequency of the most frequent suggested word with a prefix, or 0."""
        numbers = self._with_prefix(spelling_key(prefix))
        highest = 0
        for number, frequency in self._suggested(numbers):
            # Some words begin with the key of a prefix and not with the prefix itself.
            if frequency > highest and self._word(number).startswith(prefix):
                highest = frequency
        return highest

    def respelt(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return the most frequent words that begin with a word if spelt alike, but not as it is.

        They are sorted by frequency, then by name.
        """
        numbers = self._with_prefix(spelling_key(prefix))
        respelt = self._sections.respelt
        first, end = (bisect_left(respelt, number) for number in (numbers.start, numbers.stop))
        return self._most_frequent(
            (number for number in respelt[first:end] if not self._word(number).startswith(prefix)),
            limit,
        )

    def completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return the most frequent suggested words whose key has a prefix.

        They are sorted by frequency, then by name.
        """
        numbers = self._with_prefix(prefix)
        # The words themselves are read only for those that are frequent enough.
        lowest = min(nlargest(limit, (count for _, count in self._suggested(numbers))), default=0)
        return self._most_frequent(
            (number for number, count in self._suggested(numbers) if count >= lowest), limit
        )

    def similar_completions(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return the most frequent suggested words with a prefix that is one edit from another.

        The first characters must be equal.
        """
        numbers = [number for number, _ in self._suggested(self._with_prefix(prefix[:_EXACT]))]
        keys = list(map(self._key, numbers))
        similar = {
            beginning
            for end in (len(prefix) - 1, len(prefix), len(prefix) + 1)
            for beginning, _, _ in process.extract(
                prefix,
                {key[:end] for key in keys},
                scorer=OSA.distance,
                score_cutoff=1,
                limit=None,
            )
        }
        return self._most_frequent(
            (
                number
                for number, key in zip(numbers, keys, strict=True)
                if not similar.isdisjoint(
                    (key[: len(prefix) - 1], key[: len(prefix)], key[: len(prefix) + 1])
                )
            ),
            limit,
        )

    def _suggested(self, numbers: range) -> Iterator[tuple[int, int]]:
        """Return those words of a range that are suggested, with their frequencies."""
        counts = self._sections.suggested[numbers.start : numbers.stop]
        return ((number, count) for number, count in zip(numbers, counts, strict=True) if count)

    def _most_frequent(self, numbers: Iterable[int], limit: int) -> Sequence[tuple[str, int]]:
        """Return the most frequent words, sorted by frequency, then by name."""
        frequencies = self._sections.frequencies
        pairs = ((self._word(number), frequencies[number]) for number in numbers)
        return nsmallest(limit, pairs, key=lambda pair: (-pair[1], pair[0]))

    def _with_prefix(self, prefix: str) -> range:
        """Return the numbers of words whose key has a prefix."""
        first = bisect_left(self._numbers, prefix, key=self._key)
        return range(first, bisect_left(self._numbers, prefix + _LAST, first, key=self._key))

    def _groups(self, hashes: Iterable[int]) -> set[int]:
        """Return the groups that are stored under any of the hashes."""
        places, postings = self._sections.buckets, self._sections.postings
        shift, group_bits, group_count = self._shift, self._group_bits, self._group_count
        groups: set[int] = set()
        for each in hashes:
            bucket = each >> shift
            # A posting with the same bits of the hash leaves only the number of its group.
            fingerprint = each << group_bits & MAX_NUMBER
            for posting in postings[places[bucket] : places[bucket + 1]]:
                group = posting ^ fingerprint
                if group < group_count:
                    groups.add(group)
        return groups

    def _key(self, number: int) -> str:
        return spelling_key(self._word(number))

    def _word(self, number: int) -> str:
        ends = self._sections.ends
        return str(self._sections.text[ends[number] : ends[number + 1] - 1], "utf-8")
