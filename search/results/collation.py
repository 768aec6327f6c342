"""The order of names: the Unicode Collation Algorithm, the same on every engine and machine.

Its default table (DUCET) orders accented letters with their base letters, lower case before upper
case, and one script after the other. It is the order of many languages and a compromise for the
others: facet values mix languages, and lists are remembered for all readers of a generation, so the
order does not depend on a reader's language.
"""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate, chain

from search.results.collation_table import PackedCollator

__all__ = ["NameOrder", "name_key", "places_in_order"]

_CACHE_SIZE = 65_536
"""Keys of names, about 250 bytes each."""
_ASCII_CODES = range(128)
_LEVELS = 3
"""Base letters, accents, case."""
_SORTED_AS_WHOLE = 1_000
_GROUP_WEIGHTS = 4


@lru_cache(_CACHE_SIZE)
def name_key(name: str) -> tuple[str, str]:
    """Return the key by which names are sorted; names that differ have different keys.

    Equivalent spellings have the same weights, so the name itself decides last.
    """
    if name.isascii():
        return "".join([f"{name.translate(weights)}\0" for weights in _ascii_weights()]), name
    # A string of the weights takes a sixth of the memory of a tuple.
    return "".join(map(chr, _collator().sort_key(name))), name


class NameOrder:
    """The order of many names, sorted part by part as it is read.

    Names whose keys begin alike are a group; a group is sorted when a name of it is read first. So
    a page of 200,000 names takes 60 ms instead of a second, and its neighbours nearly nothing. The
    names themselves are not held: they are the same at each call.
    """

    def __init__(self, names: Sequence[str]) -> None:
        groups: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            beginning = (
                _ascii_beginning(name[:_GROUP_WEIGHTS])
                or _word_beginning(name[: name.find(" ") + 1])
                or name_key(name)[0][:_GROUP_WEIGHTS]
            )
            groups.setdefault(beginning, []).append(place)
        in_order = [groups[beginning] for beginning in sorted(groups)]
        self._places = array("I", chain.from_iterable(in_order))
        self._ends = list(accumulate(map(len, in_order)))
        self._unsorted = set(range(len(in_order)))

    def places(self, names: Sequence[str], first: int, last: int) -> list[int]:
        """Return the places in `names` of those from `first` up to `last` in their order."""
        group = bisect_right(self._ends, first)
        while group < len(self._ends):
            start = self._ends[group - 1] if group else 0
            if start >= last:
                break
            if group in self._unsorted:
                part = slice(start, self._ends[group])
                in_order = sorted(self._places[part], key=lambda place: name_key(names[place]))
                # Another thread may do the same, with the same result.
                self._places[part] = array("I", in_order)
                self._unsorted.discard(group)
            group += 1
        return list(self._places[first:last])


def places_in_order(names: Sequence[str], first: int, last: int) -> list[int]:
    """Return the places in `names` of those from `first` up to `last` in their order."""
    if len(names) > _SORTED_AS_WHOLE:
        return NameOrder(names).places(names, first, last)
    return sorted(range(len(names)), key=lambda place: name_key(names[place]))[first:last]


@lru_cache(_CACHE_SIZE)
def _word_beginning(word: str) -> str:
    """Return the first weights of names that begin with a word and a space, "" if they vary.

    No sequence of characters with weights of its own contains a space.
    """
    weights = name_key(word)[0].partition("\0")[0][:_GROUP_WEIGHTS]
    return weights if len(weights) == _GROUP_WEIGHTS else ""


@lru_cache(_CACHE_SIZE)
def _ascii_beginning(characters: str) -> str:
    """Return the first weights of names that begin with ASCII characters, "" if they vary.

    The only sequences with weights of their own that contain an ASCII character, l and a middle
    dot, begin with the weight of the letter.
    """
    return _word_beginning(characters) if characters.isascii() else ""


@cache
def _collator() -> PackedCollator:
    """Read the table on first use, in 0.2 s: most commands sort no names."""
    return PackedCollator()


@cache
def _ascii_weights() -> tuple[dict[int, str], ...]:
    """Return the weights of ASCII characters by level.

    No sequence of them has weights of its own, so an ASCII name's key takes 3 µs instead of 15.
    """
    elements = {code: _collator().collation_elements(chr(code)) for code in _ASCII_CODES}
    return tuple(
        {
            code: "".join(chr(element[level]) for element in of_character if element[level])
            for code, of_character in elements.items()
        }
        for level in range(_LEVELS)
    )
