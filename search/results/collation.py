"""The order of names: the Unicode Collation Algorithm, the same on every engine and machine.

Its default table (DUCET) orders accented letters with their base letters, lower case before upper
case, and one script after the other. It is the order of many languages and a compromise for the
others: facet values mix languages, and lists are remembered for all readers of a generation, so the
order does not depend on a reader's language.
"""

from functools import cache, lru_cache

from pyuca.collator import Collator_10_0_0

__all__ = ["name_key"]

_CACHE_SIZE = 65_536
"""Keys of names, about 250 bytes each."""
_ASCII_CODES = range(128)
_LEVELS = 3
"""Base letters, accents, case."""


@lru_cache(_CACHE_SIZE)
def name_key(name: str) -> tuple[str, str]:
    """Return the key by which names are sorted; names that differ have different keys.

    Equivalent spellings have the same weights, so the name itself decides last.
    """
    if name.isascii():
        return "".join([f"{name.translate(weights)}\0" for weights in _ascii_weights()]), name
    # A string of the weights takes a sixth of the memory of a tuple.
    return "".join(map(chr, _collator().sort_key(name))), name


@cache
def _collator() -> Collator_10_0_0:
    """Read the table on first use, in 0.1 s: most commands sort no names."""
    return Collator_10_0_0()


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
