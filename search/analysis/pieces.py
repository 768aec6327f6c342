"""Pieces: what is written in one piece is searched in one piece.

A piece is a word with all that hangs together with it: an elided article (`l'école`), a hyphenated
compound (`anti-war`), an amount with its unit (`2.5m`), an initialism (`U.S.`, `AT&T`). The index
gets its tokens; a query gets the alternatives, any of which an article must have.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import regex
from msgspec import Struct

from search.analysis.elision import ROMANCE_LANGUAGES, elided_length, is_elided_name
from search.analysis.folding import fold
from search.analysis.initialisms import (
    COUNTRIES,
    NAMES,
    is_initialism_plural,
    singular_initialism,
)
from search.analysis.korean import index_stems, is_korean, query_stems
from search.analysis.numbers import exact_number, join_thousands, number_stem, places_in_spaced
from search.analysis.token_pattern import AFFIX_BREAK, HYPHEN, tokens_in

__all__ = ["MAX_TOKEN_LENGTH", "Alternatives", "Piece", "PieceReader", "Token"]

MAX_TOKEN_LENGTH = 100
"""Characters of a token; longer ones are truncated, in articles and in queries alike."""

_MAX_COMPOUND_PARTS = 6
"""Parts up to which a compound is searched in one piece."""
_MIN_UNIT_LENGTH = 2
"""Letters from which a unit behind a number is a word too: `10 km` finds `10km`."""
# Designations such as F-16, COVID-19 and G-20: their parts are not searched one by one.
_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,4}-\d{1,4}[A-Za-z]?", re.ASCII)
_NOT_IN_WORDS = dict.fromkeys(map(ord, ' "\u201c\u201d\u201e'))
_DIGITS_AND_UNIT = regex.compile(r"(\d+)(\p{L}[\p{L}\p{M}]*)")
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
"""Endings of ordinal numbers, which are no units."""

_MAX_ELISIONS = 3
"""Elided words before one word (`d'un'altra`); what follows is one word, at a bounded cost."""

Alternatives = tuple[tuple[str, ...], ...]
"""Groups of stems; an article matches if it has all stems of any group."""

_Match = re.Match[str] | regex.Match[str]


class Token(Struct, frozen=True, gc=False):
    """A token at `text[start:end]`, in characters.

    `exact` is empty for a form that only its stem matches, as `postwar` for `post-war`. `stem` is
    empty for a token that only phrases match, as the article of `l'école`. `gc=False`: many
    thousands are cached, and none can be part of a cycle.
    """

    start: int
    end: int
    exact: str
    stem: str

    def moved(self, offset: int) -> "Token":
        """Return the token in a text that has `offset` characters more before it."""
        return Token(self.start + offset, self.end + offset, self.exact, self.stem)


class Piece(NamedTuple):
    """A piece at `text[start:end]`; `is_unspaced` marks a sign of a script without spaces."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    alternatives: Alternatives
    is_unspaced: bool = False

    def moved(self, offset: int) -> "Piece":
        """Return the piece in a text that has `offset` characters more before it."""
        tokens = tuple(token.moved(offset) for token in self.tokens)
        return self._replace(start=self.start + offset, end=self.end + offset, tokens=tokens)

    def in_longer_text(self, places: Sequence[int]) -> "Piece":
        """Return the piece in a text that has the characters of its own at these places."""

        def placed(start: int, end: int) -> tuple[int, int]:
            return places[start], places[end - 1] + 1

        tokens = tuple(
            Token(*placed(token.start, token.end), token.exact, token.stem) for token in self.tokens
        )
        start, end = placed(self.start, self.end)
        return self._replace(start=start, end=end, tokens=tokens)


class PieceReader:
    """Reads the pieces of a run of non-space characters in one language.

    In a text all in capitals, pronouns look like initialisms, so only `US` is a name there.
    """

    def __init__(
        self, language: str, stem: Callable[[str], str], *, all_caps: bool = False
    ) -> None:
        self._language = language
        self._stem_word = stem
        self._names = COUNTRIES if all_caps else NAMES

    def pieces(self, run: str) -> list[Piece]:
        """Return the pieces of a run in their order.

        Spaces between thousands are left out first, as in the texts that engines index.
        """
        joined = join_thousands(run)
        if len(joined) < len(run):
            places = places_in_spaced(run)
            return [piece.in_longer_text(places) for piece in self.pieces(joined)]
        pieces: list[Piece] = []
        compound: list[Piece] = []
        if "\u200c" in run:
            run = AFFIX_BREAK.sub("-", run)
        for match in tokens_in(run):
            is_word = match.lastgroup == "word"
            piece = self._word(match[0], match.start()) if is_word else self._piece(match)
            if not piece.tokens[0].exact:
                continue
            continues_compound = (
                compound
                and not piece.is_unspaced
                and not compound[-1].is_unspaced
                and piece.start == compound[-1].end + 1
                and HYPHEN.match(run, piece.start - 1) is not None
            )
            if not continues_compound:
                pieces += self._joined(run, compound) if len(compound) > 1 else compound
                compound.clear()
            compound.append(piece)
        return pieces + self._joined(run, compound)

    def forms(self, word: str) -> tuple[str, str]:
        """Return the exact form and the stem of a word of ASCII letters and digits."""
        exact = word.lower()[:MAX_TOKEN_LENGTH]
        if exact in self._names and word.isupper():
            return exact, self._names[exact]
        if word[-1] == "s":
            if is_initialism_plural(word):
                return exact, exact[:-1]
            return exact, self._stem(exact)
        return exact, self._stem_word(exact) or exact

    def number(self, number: str) -> tuple[str, str]:
        """Return the exact form and the stem of a number with separators."""
        folded = fold(number)
        exact = exact_number(folded)[:MAX_TOKEN_LENGTH]
        return exact, number_stem(exact, folded, self._language)[:MAX_TOKEN_LENGTH]

    def _stem(self, exact: str) -> str:
        word = exact.removesuffix("'s").replace("'", "")
        if word[-1:] == "s" and word[-2:-1].isdigit() and word[0].isalpha():
            # The stemmer keeps the plural s of `f16s`, which has no vowel.
            return word[:-1]
        return self._stem_word(word) or word

    def _joined(self, run: str, parts: list[Piece]) -> list[Piece]:
        """Join the parts of a hyphenated compound; the joined form follows them."""
        if len(parts) <= 1:
            return list(parts)
        start, end = parts[0].start, parts[-1].end
        tokens = [token for part in parts for token in part.tokens]
        exact = "".join([token.exact for token in tokens])[:MAX_TOKEN_LENGTH].replace("'", "")
        joined = Token(start, end, "", self._stem(exact))
        if len(parts) > _MAX_COMPOUND_PARTS:
            last = parts[-1]
            return [*parts[:-1], last._replace(tokens=(*last.tokens, joined))]
        alternatives: Alternatives = ((joined.stem,),)
        if not _DESIGNATION.fullmatch(run[start:end]):
            alternatives += (tuple(stem for part in parts for stem in part.alternatives[0]),)
        return [Piece(start, end, (*tokens, joined), alternatives)]

    def _piece(self, match: "_Match") -> Piece:
        text = match[0]
        start, end = match.span()
        match match.lastgroup:
            case "amount":
                return self._amount(match)
            case "initials":
                exact = _exact(text).replace(".", "")
                stem = NAMES.get(exact) or self._stem(exact)
                if is_initialism_plural(text.replace(".", "")):
                    stem = exact[:-1]
            case "signs":
                exact = stem = _exact(text)
                tokens = [Token(start, end, exact, stem)]
                if match.end("name") < end:
                    tokens.append(Token(*match.span("name"), "", _exact(match["name"])))
                return Piece(start, end, tuple(tokens), ((stem,),))
            case "ampersand":
                exact = _exact(text)
                singular = text.removesuffix("s") if is_initialism_plural(text) else text
                stem = _exact(singular).removesuffix("'s")
            case "dotted":
                name = self._word(text[1:], start + 1)
                dotted = fold(text)
                dotted_tokens = *name.tokens, Token(start, end, "", dotted)
                return Piece(start, end, dotted_tokens, ((dotted,),))
            case "unspaced":
                exact = stem = _exact(text)
                return Piece(
                    start, end, (Token(start, end, exact, stem),), ((stem,),), is_unspaced=True
                )
            case "fraction":
                exact = stem = fold(text)
            case _:
                return self._word(text, start)
        return Piece(start, end, (Token(start, end, exact, stem),), ((stem,),))

    def _amount(self, match: "_Match") -> Piece:
        """Return a number with the currency before it and the unit behind it."""
        start, end = match.span("amount")
        exact, stem = self.number(match["number"])
        tokens = [Token(*match.span("number"), exact, stem)]
        whole = stem
        if match["unit"]:
            unit = fold(match["unit"])[:MAX_TOKEN_LENGTH]
            tokens.append(Token(*match.span("unit"), unit, self._unit_stem(unit)))
            whole = (whole + unit)[:MAX_TOKEN_LENGTH]
            tokens.append(Token(match.start("number"), end, "", whole))
        alternatives = self._with_unit_apart(whole, stem, fold(match["unit"] or ""))
        if is_korean(whole):
            nouns = index_stems(whole)
            tokens += (Token(match.start("number"), end, "", noun) for _, _, noun in nouns)
            alternatives = query_stems(whole)
        if match["currency"]:
            currency = fold(match["currency"])
            tokens.insert(0, Token(*match.span("currency"), currency, ""))
            whole = (currency + whole)[:MAX_TOKEN_LENGTH]
            tokens.append(Token(start, end, "", whole))
            alternatives = ((whole,), *alternatives[1:])
        return Piece(start, end, tuple(tokens), alternatives)

    def _with_unit_apart(self, whole: str, number: str, unit: str) -> Alternatives:
        """Return the groups of stems of a number with its unit: `10km` finds `10 km`."""
        unit_stem = self._unit_stem(unit)
        if not unit_stem or unit in _ORDINAL:
            return ((whole,),)
        return (whole,), (number, unit_stem)

    def _unit_stem(self, unit: str) -> str:
        return self._stem(unit) if len(unit) >= _MIN_UNIT_LENGTH else ""

    def _word(self, text: str, start: int, elisions: int = 0) -> Piece:
        """Return a word from which a number of elided ones have been split."""
        end = start + len(text)
        if text.isascii() and text.isalnum():
            exact, stem = self.forms(text)
            if exact[0] > "9" and exact[-1] != "s":
                # Most words are of this kind.
                return Piece(start, end, (Token(start, end, exact, stem),), ((stem,),))
        else:
            length = elided_length(text) if elisions < _MAX_ELISIONS else 0
            if length:
                return self._elision(text, start, length, elisions + 1)
            # Gershayim are left out as in the spelling without them.
            exact = _exact(text).replace("''", "")
            stem = self._word_stem(text, exact)
        token = Token(start, end, exact, stem)
        if is_korean(exact):
            return _korean(token, exact)
        if amount := _DIGITS_AND_UNIT.fullmatch(exact):
            digits, unit = amount.groups()
            parts = [Token(start, start + len(digits), "", digits)]
            if unit_stem := self._unit_stem(unit):
                parts.append(Token(start + len(digits), end, "", unit_stem))
            return Piece(start, end, (token, *parts), self._with_unit_apart(stem, digits, unit))
        alternatives: Alternatives = ((stem,),)
        if singular := singular_initialism(text, exact):
            alternatives = tuple(dict.fromkeys(((stem,), (singular,), (exact,))))
        return Piece(start, end, (token,), alternatives)

    def _word_stem(self, text: str, exact: str) -> str:
        if is_initialism_plural(text):
            return exact[:-1]
        possessor = text[: -len("'s")]
        if exact.endswith("'s") and possessor.isascii() and possessor.isalnum():
            return self.forms(possessor)[1]
        return self._stem(exact)

    def _elision(self, text: str, start: int, length: int, elisions: int) -> Piece:
        end = start + len(text)
        elided = fold(text[: length - 1])
        rest = self._word(text[length:], start + length, elisions)
        article = Token(start, start + length, elided, "")
        joined = Token(start, end, "", self._stem(elided + rest.tokens[0].exact))
        is_romance = self._language in ROMANCE_LANGUAGES
        if not is_romance and not is_elided_name(text, length):
            # Only phrases see the parts, so that they are compared alike in every language.
            parts = tuple(Token(token.start, token.end, token.exact, "") for token in rest.tokens)
            return Piece(start, end, (article, *parts, joined), ((joined.stem,),))
        # In running text (`l'école`), nobody searches for the joined form.
        tokens = (article, *rest.tokens)
        if not is_romance or text[length].isupper():
            tokens += (joined,)
        return Piece(start, end, tokens, (*rest.alternatives, (joined.stem,)))


def _exact(text: str) -> str:
    """Return the exact form of a word.

    Some letters decompose into a space and a mark; a token never contains a space.
    """
    return fold(text).translate(_NOT_IN_WORDS)[:MAX_TOKEN_LENGTH]


def _korean(token: Token, exact: str) -> Piece:
    """Return a word with the nouns under its particles."""
    # Decomposed syllables have more characters than the exact form, on which spans are counted.
    is_composed = token.end - token.start == len(exact)
    nouns = tuple(
        Token(token.start + start, token.start + end, "", stem)
        if is_composed
        else Token(token.start, token.end, "", stem)
        for start, end, stem in index_stems(exact)
    )
    return Piece(token.start, token.end, (token, *nouns), query_stems(exact))
