"""Decides which authors are persons, and which of their names is the family name.

BibTeX and RIS both depend on it. An author is a person only if nothing speaks against it: a name
that is printed as it stands is right in every bibliography, an organisation that was taken apart
in none.
"""

from dataclasses import dataclass
from functools import lru_cache

import regex
from nameparser import ParsedName, parse

from web.legal_text import legal_line
from web.presenters.citations.family_first import may_begin_with_family_name
from web.presenters.citations.organisations import is_organisation_word

__all__ = ["AuthorName", "author_name"]

_LETTERS = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}.'’ʼ‘ʻ`·‐‑-]*")
"""A word that a person's name can contain."""
_PARTICLES = frozenset(
    "van von der den de del della dello dei degli delle di da dal dalla das do dos du la le los las"
    " el al e y i zu zum zur af av ter ten bin bint binti ibn ben abu abi wa vom auf tot het 't op"
    " d'".split()
)
"""Lower-case words within a family name."""
_ARTICLES = frozenset("The Le La Les Il Lo El Los Las Der Die Das De Het O Os As Al".split())
_PREFIX = regex.compile(r"\p{Ll}{1,4}['’ʼ‘-]\p{Lu}")
"""As in `d'Angelo`, `dell'Anna` and `al-Masri`."""
_INITIALS = regex.compile(r"(?:\p{Lu}\.?-?){1,2}")
_TWO_SURNAMES = frozenset("es pt ca gl eu ast".split())
"""Languages in which a person has two family names."""
_IBERIAN_LETTER = regex.compile(r"[áíóúñ]", regex.IGNORECASE)
_MIN_WORDS = 2
_MAX_WORDS = 6


@dataclass(frozen=True, slots=True)
class AuthorName:
    """An author's name; `family` is empty unless it is known for certain."""

    text: str
    is_person: bool = False
    given: str = ""
    family: str = ""
    suffix: str = ""


@lru_cache(maxsize=10_000)
def author_name(text: str, language: str) -> AuthorName:
    """Return an author's name in its parts; `language` is the article's."""
    text = legal_line(text)
    name, comma, after_comma = text.partition(", ")
    words = name.split()
    if not (_MIN_WORDS <= len(words) <= _MAX_WORDS and all(map(_LETTERS.fullmatch, words))):
        return AuthorName(text)
    parsed = parse(text)
    # A comma may be before `Jr.` or `PhD`; any other makes a list, or comes after a family name.
    if (comma and parsed.suffix != after_comma) or not _is_person(words, parsed):
        return AuthorName(text)
    before, _, suffix = text.rpartition(parsed.family)
    suffix = suffix.strip(", ")
    if not before.strip() or suffix != parsed.suffix or _is_in_doubt(words, parsed, language):
        return AuthorName(text, is_person=True)
    given, family = before.split(), parsed.family
    # The parser does not know every particle: `Ngũgĩ wa Thiong'o`.
    while given[1:] and given[-1] in _PARTICLES:
        family = f"{given.pop()} {family}"
    return AuthorName(text, is_person=True, given=" ".join(given), family=family, suffix=suffix)


def _is_person(words: list[str], parsed: ParsedName) -> bool:
    titles, degrees = parsed.title.split(), parsed.suffix.replace(",", "").split()
    names = [word for word in words[len(titles) :] if word not in degrees]
    return (
        len(names) >= _MIN_WORDS
        and bool(parsed.given and parsed.family)
        and not (parsed.nickname or parsed.maiden)
        and words[0] not in _ARTICLES
        and names[0][0].isupper()
        and names[-1] not in _PARTICLES
        # As in medical journals, `Moss I`, where the family name is first.
        and not _INITIALS.fullmatch(names[-1])
        and not any(map(is_organisation_word, words))
        and all(map(_can_be_name, names))
        and not any(map(_is_acronym, names[1:]))
        and not _is_acronym(names[0], longest_initials=2)
    )


def _can_be_name(word: str) -> bool:
    return word[0].isupper() or word in _PARTICLES or _PREFIX.match(word) is not None


def _is_acronym(word: str, longest_initials: int = 1) -> bool:
    """Return whether a word is in capitals; `J.` and, as the first word, `JK` are initials."""
    letters = [character for character in word if character.isalpha()]
    return (
        len(letters) > longest_initials and word.isupper() and "." not in word and "-" not in word
    )


def _is_in_doubt(words: list[str], parsed: ParsedName, language: str) -> bool:
    """Return whether it is uncertain which words are the family name."""
    main = [word for word in words if word not in _PARTICLES]
    is_iberian = len(main) > _MIN_WORDS and not any(map(_INITIALS.fullmatch, main))
    return (
        may_begin_with_family_name(words, language)
        or not parsed.family_base
        or (
            is_iberian
            and (
                language.partition("-")[0] in _TWO_SURNAMES
                or any(map(_IBERIAN_LETTER.search, words))
            )
        )
    )
