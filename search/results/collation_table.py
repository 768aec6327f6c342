"""The table of the Unicode Collation Algorithm in a tenth of the memory of pyuca's own.

pyuca parses the table and applies the algorithm. Its trie has an object for each of 33,000
characters and a list for each weight; here all weights are in one array.
"""

from array import array
from collections.abc import Sequence

from pyuca.collator import Collator_10_0_0

__all__ = ["PackedCollator", "PackedTable"]

_Elements = list[list[int]]
_LEVELS = 3
_MAX_LENGTH = 3
"""Characters of the longest sequence in the table."""
_PAGE_BITS = 8
_PAGE_SIZE = 1 << _PAGE_BITS


class PackedTable:
    """Sequences of characters with weights of their own, with the interface of pyuca's `Trie`."""

    def __init__(self) -> None:
        self._weights = array("H")
        self._starts = array("I", [0])
        """The position in `_weights` of each entry's elements, and the end of the last."""
        self._pages: dict[int, array[int]] = {}
        """By the high bits of a character: the number of each character's entry, 0 for none."""
        self._sequences: dict[int, dict[tuple[int, ...], int]] = {}
        """By the first character: the entries of several characters."""

    def add(self, key: Sequence[int], value: _Elements) -> None:
        """Add a sequence of characters and its collation elements."""
        if not value:
            return
        for element in value:
            self._weights.extend(element)
        self._starts.append(len(self._weights))
        entry = len(self._starts) - 1
        first = key[0]
        if len(key) > 1:
            assert len(key) <= _MAX_LENGTH
            self._sequences.setdefault(first, {})[tuple(key)] = entry
            return
        page = self._pages.setdefault(first >> _PAGE_BITS, array("I", bytes(4 * _PAGE_SIZE)))
        page[first % _PAGE_SIZE] = entry

    def find_prefix(self, key: list[int]) -> tuple[list[int], _Elements | None, list[int]]:
        """Return the longest beginning of a text that has elements, these, and the text's rest."""
        first = key[0]
        if first in self._sequences:
            for length in range(min(_MAX_LENGTH, len(key)), 1, -1):
                entry = self._sequences[first].get(tuple(key[:length]))
                if entry:
                    return key[:length], self._elements(entry), key[length:]
        page = self._pages.get(first >> _PAGE_BITS)
        entry = page[first % _PAGE_SIZE] if page else 0
        return ([first], self._elements(entry), key[1:]) if entry else ([], None, key)

    def _elements(self, entry: int) -> _Elements:
        weights = self._weights[self._starts[entry - 1] : self._starts[entry]].tolist()
        if len(weights) == _LEVELS:
            return [weights]
        return [weights[at : at + _LEVELS] for at in range(0, len(weights), _LEVELS)]


# pyuca has no types, so its class is of type Any.
class PackedCollator(Collator_10_0_0):  # type: ignore[misc]
    """pyuca's collator with a packed table."""

    def load(self, filename: str) -> None:
        """Read the table; pyuca calls this once, with the path of its file."""
        self.table = PackedTable()
        super().load(filename)
