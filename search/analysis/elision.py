"""Elision: articles and prepositions that lose their vowel and join the next word (`l'école`)."""

import unicodedata

from search.analysis.folding import APOSTROPHES, fold

__all__ = ["ROMANCE_LANGUAGES", "elided_length", "is_elided_name"]

ROMANCE_LANGUAGES = frozenset(
    "ca co fr frp fur gcf it lij lmo nap oc pcd pms rcf rm scn vec wa".split()
)
"""Languages in which any of the words below is elided; in others the names of people and places."""

_BEFORE_ANY_LETTER = frozenset("dl")
"""In names, a consonant may follow: `D'Souza`."""
_BEFORE_VOWELS = frozenset(
    # French, Catalan, Occitan.
    "c j m n s t qu jusqu lorsqu puisqu quoiqu "
    # Italian: articles, prepositions with articles, pronouns, numbers.
    "v un gl all dall dell nell sull coll pell agl dagl degl negl sugl quegl quest quell bell sant "
    "com cos dov tutt mezz senz anch quand vent trent quarant cinquant sessant settant ottant "
    "novant cent mill".split()
)
_ONLY_IN_ROMANCE_LANGUAGES = frozenset("cjmnstv")
_VOWELS = frozenset("aeiouyh")


def elided_length(word: str) -> int:
    """Return the number of characters of `word` up to the word after an elided one, or 0.

    The answer is the same in every language, because phrases are compared in every language.
    """
    place = next((place for place, sign in enumerate(word) if sign in APOSTROPHES), 0)
    rest = word[place + 1 :]
    if not place or not rest or rest in ("s", "S") or not rest[0].isalpha():
        return 0
    elided = fold(word[:place])
    if elided in _BEFORE_ANY_LETTER or (elided in _BEFORE_VOWELS and _begins_with_vowel(rest)):
        return place + 1
    return 0


def is_elided_name(word: str, length: int) -> bool:
    """Return whether the word of an elision is searched by itself in every language.

    Single letters before an apostrophe have other uses outside Romance languages (`T'ang`).
    """
    return fold(word[: length - 1]) not in _ONLY_IN_ROMANCE_LANGUAGES


def _begins_with_vowel(word: str) -> bool:
    return unicodedata.normalize("NFKD", word)[0].lower() in _VOWELS or word[0] in "œŒæÆøØ"
