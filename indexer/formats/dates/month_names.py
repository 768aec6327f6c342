"""Names of months and weekdays in 25 languages.

A name that means different months in two languages is left out.
"""

import re
from functools import cache, lru_cache

from babel.dates import get_day_names, get_month_names

from search.analysis.folding import fold

__all__ = ["is_weekday", "month_of"]

# The last ones have the names of the Levant and the Maghreb, and Austria's January.
_LANGUAGES = (
    "en", "fr", "es", "de", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro",
    "tr", "el", "ru", "uk", "bg", "ca", "id", "ar", "fa", "ar_SY", "ar_MA", "ar_DZ", "de_AT",
)  # fmt: skip
# Abbreviations and spellings that are printed, but not in CLDR.
_OTHER_NAMES = {
    "sept": 9, "mrz": 3, "febr": 2, "setiembre": 9, "sett": 9, "fevr": 2, "juill": 7, "сен": 9,
    "фев": 2, "апр": 4, "окт": 10, "ноя": 11, "agt": 8, "jänner": 1, "jän": 1,
}  # fmt: skip
_BETWEEN = re.compile(r"[\s./'’]+")
_FILLERS = frozenset(["de", "del", "of", "the", "d", "den", "di", "do", "dia", "din"])


@lru_cache(maxsize=4_000)
def month_of(words: str) -> int | None:
    """Return the month that words name, such as `Sept.`, `de março de` or `آذار/مارس`.

    The result is None if the words say anything else.
    """
    names = [name for name in _BETWEEN.split(words) if name]
    while names and names[0].lower() in _FILLERS:
        del names[0]
    while names and names[-1].lower() in _FILLERS:
        del names[-1]
    months = _months()
    folded = [fold(name) for name in names]
    if month := months.get(" ".join(folded)):
        return month
    # Arabic papers print two names for one month.
    sides = (
        [months.get(" ".join(map(fold, side.split()))) for side in words.split("/")]
        if "/" in words
        else []
    )
    return sides[0] if sides and len(set(sides)) == 1 else None


@cache
def _months() -> dict[str, int]:
    """Return month numbers by folded name, for names on which all languages agree."""
    numbers_by_name: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    numbers_by_name.setdefault(
                        " ".join(map(fold, _BETWEEN.split(name.strip(" .")))), set()
                    ).add(number)
    months = {
        name: numbers.pop()
        for name, numbers in numbers_by_name.items()
        if len(numbers) == 1 and not name.isdigit()
    }
    return {fold(name): number for name, number in _OTHER_NAMES.items()} | months


def is_weekday(word: str) -> bool:
    """Return whether a word is the name of a weekday, or short for one."""
    return fold(word.rstrip(".")) in _weekdays()


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        fold(name.rstrip("."))
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for name in get_day_names(width, context, language).values()
    )
