"""Initialisms: plurals (`MPs`), and those that would be stop words in lower case (`US`, `WHO`)."""

import re

__all__ = ["COUNTRIES", "NAMES", "is_initialism_plural", "singular_initialism"]

COUNTRIES = {"us": "u.s"}
"""Stems of initialisms that are names even in a text all in capitals."""
NAMES = COUNTRIES | {"who": "w.h.o", "it": "i.t"}
"""Stems of initialisms that are stop words in lower case: in capitals they are names."""

_MIN_PLURAL_LENGTH = 3
# Without a vowel, or with one just before the s, the English stemmer keeps the s.
_LOWER_CASE_PLURAL = re.compile(r"[bcdfghj-np-tvwxz]{2,4}[aeiou]?s")
_SINGULAR = frozenset("bbs cbs cms css dds dns dss gps hms lbs mrs nhs pbs pms sms tls wps".split())
"""Words of this form that are initialisms or abbreviations themselves."""


def is_initialism_plural(word: str) -> bool:
    """Return whether a word, as written, is an initialism with a plural s: `MPs`, `PhDs`."""
    return len(word) >= _MIN_PLURAL_LENGTH and word[-1] == "s" and word[-2].isupper()


def singular_initialism(word: str, exact: str) -> str:
    """Return the initialism that a typed word may be the plural of, or "".

    Case does not matter to readers, so `mps` is `MPs`. In capitals it is another initialism.
    """
    if word.isupper() or exact in _SINGULAR or not _LOWER_CASE_PLURAL.fullmatch(exact):
        return ""
    return exact[:-1] if exact[-2] != "s" else ""
