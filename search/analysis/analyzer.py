"""The analyzer: text to tokens with offsets, for queries, indexes and highlighting on every engine.

Every token has an *exact* form (accents, case and typographic variants folded), which phrases and
prefixes compare, and a *stem*, which plain words compare. Engines receive these forms joined by
spaces, so all engines agree on what a token is.

Tokens never cross white space, so the tokens of each run of non-space characters are cached, and
analysing an article costs one dictionary lookup per word.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import regex
import Stemmer
from msgspec import Struct

from search.analysis.stopwords import STOP_WORDS

__all__ = [
    "MAX_TOKEN_LENGTH",
    "Analyzer",
    "Forms",
    "Token",
    "TokenCache",
    "analyzer",
    "fold",
    "is_unspaced",
]

MAX_TOKEN_LENGTH = 100
"""Characters of a token; longer ones are truncated, in articles and in queries alike."""

_FORMS_CACHE_SIZE = 200_000
_TOKEN_CACHE_SIZE = 65_536
"""Runs per generation of the cache, about 400 bytes each; the cache holds up to two generations.

With half of this, searches of an archive with 106,000 distinct runs took an eighth longer.
"""
_MAX_CACHED_LENGTH = 40

# Characters inside a word that are not letters: soft hyphen, zero-width (non-)joiner, word joiner,
# tatweel.
_SILENT = "\u00ad\u200c\u200d\u2060\u0640"
_APOSTROPHES = "'\u2019\u2018\u02bc\uff07`\u00b4"
_HYPHENS = "-\u2010\u2011"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_LETTER = rf"[[\p{{L}}\p{{N}}\p{{M}}{_SILENT}]--[{_UNSPACED}]]"


def _token_pattern(any_letter: str, letter: str, unspaced: str) -> str:
    """Return the pattern of a token.

    `any_letter` matches a letter, `letter` a character of a word, and `unspaced` a character of a
    script that is written without spaces.
    """
    return rf"""
      (?P<initials>
        (?: {any_letter} \. ){{2,}} (?: {any_letter} (?! {letter} ) )?
        (?: (?<=\.) | (?! \. {any_letter} ) )
      )
    | (?P<number> \d+ (?: [.,:/] \d+ )+ (?! {letter} ) )
    | (?P<unspaced> {unspaced} )
    | (?P<word> {letter}+ (?: [{_APOSTROPHES}] {letter}+ )* )
    """


_TOKEN = regex.compile(
    _token_pattern(r"\p{L}", _LETTER, f"[{_UNSPACED}]"), regex.VERBOSE | regex.VERSION1
)
# The same for ASCII, for which the standard library is several times as fast as `regex`; `(?!)`
# never matches.
_ASCII_TOKEN = re.compile(_token_pattern("[A-Za-z]", "[A-Za-z0-9]", "(?!)"), re.VERBOSE | re.ASCII)
# Punctuation around a word that cannot change its token. A dot can (`U.S.`), unless the rest of the
# run contains none.
_PUNCTUATION = '.,;:!?"()[]<>*'
_ASCII_NUMBER = re.compile(r"[0-9]+(?:[.,:/][0-9]+)+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNSPACED_RUN = regex.compile(rf"[{_UNSPACED}]+", regex.VERSION1)

# Letters that Unicode does not decompose into a base letter and a mark.
_BASE_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "ħ": "h", "ŋ": "n", "ŧ": "t", "ƒ": "f", "ə": "a",
        "’": "'", "‘": "'", "ʼ": "'", "＇": "'", "`": "'", "´": "'",
        "ـ": None, "\u00ad": None, "\u200c": None, "\u200d": None, "\u2060": None,
        "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
    }
)  # fmt: skip

# Canonical combining classes (Unicode, chapter 4.3) of marks that are often omitted: Hebrew and
# Arabic points (10-36), and marks above, below and through letters (200 and up). Marks that change
# the letter (virama 9, voicing 8) stay.
_POINTS = range(10, 37)
_ATTACHED = 200

# Initialisms that are stop words in lower case: in capitals they are names.
_COUNTRY = {"us": "u.s"}
_NAMES = _COUNTRY | {"who": "w.h.o", "it": "i.t"}

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def _is_all_caps(text: str) -> bool:
    """Return whether several words are all in capitals.

    There, pronouns look like initialisms, so only `US` is treated as a name.
    """
    return text.isupper() and " " in text.strip()


class Token(Struct, frozen=True, gc=False):
    """A token at `text[start:end]`, in characters.

    `exact` is empty for the joined form of a hyphenated compound (`postwar` for `post-war`), which
    only its stem matches. `gc=False`: many thousands are cached, and none can be part of a cycle.
    """

    start: int
    end: int
    exact: str
    stem: str


def fold(text: str) -> str:
    """Fold case, accents and typographic variants: `Élysée’s` to `elysee's`."""
    if text.isascii():
        return text.lower().replace("`", "'")
    # Treat a spacing acute accent as an apostrophe; NFKD would turn it into a space and a mark.
    text = text.replace("´", "'")
    text = "".join(
        character
        for character in unicodedata.normalize("NFKD", text).casefold()
        if not (combining_class := unicodedata.combining(character))
        or (combining_class not in _POINTS and combining_class < _ATTACHED)
    )
    return unicodedata.normalize("NFC", text.translate(_BASE_LETTERS))


def is_unspaced(text: str) -> bool:
    """Return whether all of `text` is in a script written without spaces.

    Words of these scripts are searched as phrases of characters.
    """
    return _UNSPACED_RUN.fullmatch(text) is not None


_TokensByRun = dict[str, tuple[Token, ...]]


class TokenCache:
    """Tokens by run of non-space characters; offsets are relative to the run.

    A two-generation cache: when the current generation is full, it becomes the previous one, and
    runs of the previous one are copied when they are used again. So frequent runs stay cached.
    """

    def __init__(
        self,
        stemmer: Stemmer.Stemmer | None,
        *,
        all_caps: bool,
        generation_size: int = _TOKEN_CACHE_SIZE,
    ) -> None:
        self._stem = stemmer.stemWord if stemmer else str
        self._initialisms = _COUNTRY if all_caps else _NAMES
        self._generation_size = generation_size
        # The current generation (tokens by run, runs by stem) and the previous one (tokens by run).
        # They are replaced together, never cleared, because other threads may be reading them.
        self._generations: tuple[_TokensByRun, dict[str, list[str]], _TokensByRun] = ({}, {}, {})

    def __getitem__(self, run: str) -> tuple[Token, ...]:
        return self._generations[0].get(run) or self._add(run)

    def _add(self, run: str) -> tuple[Token, ...]:
        by_run, by_stem, previous = self._generations
        tokens = previous.get(run) or self.analyse(run)
        if len(run) <= _MAX_CACHED_LENGTH:
            if len(by_run) >= self._generation_size:
                self._generations = by_run, by_stem, _ = {}, {}, by_run
            for token in tokens:
                by_stem.setdefault(token.stem, []).append(run)
            # Add the run last: a thread that finds it relies on its stems.
            by_run[run] = tokens
        return tokens

    def containing(self, runs: Iterable[str], stems: Iterable[str]) -> set[str]:
        """Return the runs that contain one of the stems, with possible false positives."""
        distinct = set(runs)
        generations = by_run, by_stem, _ = self._generations
        missed = distinct.difference(by_run)
        for run in missed:
            self._add(run)
        # If the generations were rotated meanwhile, some of the runs just added are missing from
        # this one, so all of them are candidates.
        candidates = missed.difference(by_run) if self._generations is generations else missed
        for stem in stems:
            candidates.update(distinct.intersection(by_stem.get(stem, ())))
        return candidates

    def analyse(self, run: str) -> tuple[Token, ...]:
        """Return the tokens of a run, without caching."""
        if simple := self.simple(run):
            return (
                Token(
                    len(run) - len(run.lstrip(_PUNCTUATION)), len(run.rstrip(_PUNCTUATION)), *simple
                ),
            )
        tokens: list[Token] = []
        compound: list[Token] = []
        for match in (_ASCII_TOKEN if run.isascii() else _TOKEN).finditer(run):
            token = self._token(match)
            if not token.exact:
                continue
            continues_compound = (
                compound
                and token.start == compound[-1].end + 1
                and run[token.start - 1] in _HYPHENS
            )
            if not continues_compound:
                self._close(compound, tokens)
            compound.append(token)
            tokens.append(token)
        self._close(compound, tokens)
        return tuple(tokens)

    def _close(self, compound: list[Token], tokens: list[Token]) -> None:
        if len(compound) > 1:
            joined = "".join([token.exact for token in compound])[:MAX_TOKEN_LENGTH].replace(
                "'", ""
            )
            tokens.append(Token(compound[0].start, compound[-1].end, "", self._stem(joined)))
        compound.clear()

    def _token(self, match: "re.Match[str] | regex.Match[str]") -> Token:
        text = match[0]
        start, end = match.span()
        kind = match.lastgroup
        if kind == "word" and text.isalnum() and text.isascii():
            return Token(start, end, *self._plain(text))
        # Some letters decompose into a space and a mark; a token never contains a space.
        folded = fold(text).replace(" ", "")[:MAX_TOKEN_LENGTH]
        if kind == "initials":
            exact = folded.replace(".", "")
            return Token(start, end, exact, _NAMES.get(exact, self._stem(exact)))
        if kind == "number":
            exact = _without_thousands(folded)
            return Token(start, end, exact, exact)
        word = folded.removesuffix("'s").replace("'", "")
        return Token(start, end, folded, self._stem(word) or word)

    def simple(self, run: str) -> tuple[str, str] | None:
        """Return both forms of a run that is one plain ASCII word or number, or None.

        Most runs are of this kind, and this is much faster than `analyse`.
        """
        word = run.strip(_PUNCTUATION)
        if word.isascii():
            if word.isalnum():
                return self._plain(word)
            if _ASCII_NUMBER.fullmatch(word):
                exact = _without_thousands(word[:MAX_TOKEN_LENGTH])
                return exact, exact
        return None

    def _plain(self, word: str) -> tuple[str, str]:
        """Return the exact form and the stem of a word of ASCII letters and digits."""
        exact = word.lower()[:MAX_TOKEN_LENGTH]
        stem = self._initialisms.get(exact) if word.isupper() else None
        return exact, stem or self._stem(exact) or exact


def _without_thousands(number: str) -> str:
    """Remove thousands separators (`1,000` becomes `1000`); other punctuation stays."""
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number


class Forms(NamedTuple):
    """A text's tokens in both forms, joined by spaces in the order of the text."""

    stems: str
    exact: str


class _FormsCache(dict[str, tuple[str, str]]):
    """Exact forms and stems by run of non-space characters, for indexing."""

    def __init__(self, tokens: TokenCache) -> None:
        self._tokens = tokens

    def __missing__(self, run: str) -> tuple[str, str]:
        forms = self._tokens.simple(run)
        if forms is None:
            tokens = self._tokens.analyse(run)
            exact = " ".join([token.exact for token in tokens if token.exact])
            forms = exact, " ".join([token.stem for token in tokens])
        if forms[0] == forms[1]:
            # Equal forms share one string, which halves the memory for half of all words.
            forms = forms[0], forms[0]
        if len(run) <= _MAX_CACHED_LENGTH:
            if len(self) >= _FORMS_CACHE_SIZE:
                self.clear()
            self[run] = forms
        return forms


class Analyzer:
    """Tokenizes text of one language; get the shared instance from `analyzer()`."""

    def __init__(self, language: str) -> None:
        name = _SNOWBALL.get(language.partition("-")[0].lower())
        # Without the stemmer's own cache, which is often sorted: words are cached here.
        stemmer = Stemmer.Stemmer(name, 0) if name else None
        self._mixed_case = TokenCache(stemmer, all_caps=False)
        self._all_caps = TokenCache(stemmer, all_caps=True)
        self._forms = (_FormsCache(self._mixed_case), _FormsCache(self._all_caps))

    def runs(self, text: str) -> TokenCache:
        """Return the tokens by run for the runs of `text`; offsets are relative to the run."""
        return self._all_caps if _is_all_caps(text) else self._mixed_case

    def tokens(self, text: str) -> list[Token]:
        """Return all tokens of `text` in order; a compound's joined form follows its parts."""
        by_run = self.runs(text)
        tokens: list[Token] = []
        offset = 0
        for run in text.split(" "):
            tokens += [
                Token(offset + token.start, offset + token.end, token.exact, token.stem)
                for token in by_run[run]
            ]
            offset += len(run) + 1
        return tokens

    def forms(self, text: str) -> Forms:
        """Return both forms of `text`."""
        runs = text.split()
        if not runs:
            return Forms("", "")
        exact, stems = zip(*map(self._forms[_is_all_caps(text)].__getitem__, runs), strict=True)
        return Forms(" ".join(stems), " ".join(exact))

    def stems(self, text: str) -> str:
        """Return the stems of `text`, joined by spaces."""
        return self.forms(text).stems

    def exact(self, text: str) -> str:
        """Return the exact forms of `text`, joined by spaces."""
        return self.forms(text).exact

    def stem(self, word: str) -> str:
        """Return the stem of a word, for a compound such as `F-16` of its joined form."""
        tokens = self._mixed_case[word]
        return tokens[-1].stem if tokens else ""

    def is_stop_word(self, word: str) -> bool:
        """Return whether a word is ignored in a query that has other words."""
        tokens = self._mixed_case[word]
        return (
            len(tokens) == 1
            and tokens[0].exact in STOP_WORDS
            and tokens[0].stem not in _NAMES.values()
        )


@cache
def analyzer(language: str) -> Analyzer:
    """Return the analyzer of a language (BCP 47).

    Words of a language without a Snowball stemmer are their own stems.
    """
    return Analyzer(language)
