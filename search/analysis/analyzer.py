"""Text to tokens with places: the one truth for queries, indexes and marks, whatever the engine.

Every token has an *exact* form (accents, case and typographic variants folded; what phrases and prefixes compare)
and a *stem* (what plain words compare). Engines get ready tokens, joined by spaces, so two engines cannot disagree.

Tokens never cross white space, so each run of non-space characters is analysed once and remembered: analysing an
article is then one dictionary look-up a word.
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
"""Characters of a token that count; what follows is cut, in articles and in queries alike."""

_MEMO_LIMIT = 200_000
_RUNS_OF_LATE = 65_536
"""Twice as many are remembered at most, some 400 bytes each. Half of it let searches take an eighth longer, with 106,000 distinct runs."""
_MAX_MEMO_LENGTH = 40

# Characters inside a word that carry no sound: soft hyphen, zero-width (non-)joiner, word joiner, tatweel.
_SILENT = "\u00ad\u200c\u200d\u2060\u0640"
_APOSTROPHES = "'\u2019\u2018\u02bc\uff07`\u00b4"
_HYPHENS = "-\u2010\u2011"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_LETTER = rf"[[\p{{L}}\p{{N}}\p{{M}}{_SILENT}]--[{_UNSPACED}]]"


def _token_pattern(any_letter: str, letter: str, unspaced: str) -> str:
    """Write the pattern of a token for an alphabet: any letter, any sign of a word, any sign of scripts without spaces."""
    return rf"""
      (?P<initials> (?: {any_letter} \. ){{2,}} (?: {any_letter} (?! {letter} ) )? (?: (?<=\.) | (?! \. {any_letter} ) ) )
    | (?P<number> \d+ (?: [.,:/] \d+ )+ (?! {letter} ) )
    | (?P<unspaced> {unspaced} )
    | (?P<word> {letter}+ (?: [{_APOSTROPHES}] {letter}+ )* )
    """


_TOKEN = regex.compile(
    _token_pattern(r"\p{L}", _LETTER, f"[{_UNSPACED}]"), regex.VERBOSE | regex.VERSION1
)
# The same for ASCII alone, where the standard library's matcher is several times as fast; `(?!)` never matches.
_ASCII_TOKEN = re.compile(_token_pattern("[A-Za-z]", "[A-Za-z0-9]", "(?!)"), re.VERBOSE | re.ASCII)
# Signs around a word that cannot change its token; a dot can (`U.S.`), unless what is left holds none.
_AROUND = '.,;:!?"()[]<>*'
_ASCII_NUMBER = re.compile(r"[0-9]+(?:[.,:/][0-9]+)+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNSPACED_RUN = regex.compile(rf"[{_UNSPACED}]+", regex.VERSION1)

# Letters that Unicode does not decompose into a base letter and a mark.
_BASE_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŋ": "n",
        "ŧ": "t", "ƒ": "f", "ə": "a", "’": "'", "‘": "'", "ʼ": "'", "＇": "'", "`": "'", "´": "'", "ـ": None,
        "\u00ad": None, "\u200c": None, "\u200d": None, "\u2060": None,
        "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
    }
)  # fmt: skip

# Canonical combining classes (Unicode ch. 4.3) of marks that readers leave out: Hebrew and Arabic points (10-36) and the
# marks above, below and through letters (200 and up). Marks that make another letter (virama 9, voicing 8) stay.
_POINTS = range(10, 37)
_ATTACHED = 200

# Initialisms that read like a stop word in lower case: written in capitals they are names.
_COUNTRY = {"us": "u.s"}
_NAMES = _COUNTRY | {"who": "w.h.o", "it": "i.t"}

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def _is_shouted(text: str) -> bool:
    """Whether text is all in capitals: it writes every pronoun like an initialism, so only `US` is taken for a name."""
    return text.isupper() and " " in text.strip()


class Token(Struct, frozen=True, gc=False):
    """A token and its place: `text[start:end]`, in characters.

    Many thousands are remembered; Python's collector of cycles need not visit them, for they hold nothing but text and numbers.
    `exact` is empty for the joined form of a hyphenated compound (`postwar` over `post-war`), which only its stem finds.
    """

    start: int
    end: int
    exact: str
    stem: str


def fold(text: str) -> str:
    """Fold case, accents and typographic variants: `Élysée’s` to `elysee's`."""
    if text.isascii():
        return text.lower().replace("`", "'")
    # An acute accent that stands alone is an apostrophe here; Unicode would make it a space and a mark.
    text = text.replace("´", "'")
    text = "".join(
        mark
        for mark in unicodedata.normalize("NFKD", text).casefold()
        if not (place := unicodedata.combining(mark))
        or (place not in _POINTS and place < _ATTACHED)
    )
    return unicodedata.normalize("NFC", text.translate(_BASE_LETTERS))


def is_unspaced(text: str) -> bool:
    """Whether all of `text` is of a script written without spaces, whose words are looked for as phrases."""
    return _UNSPACED_RUN.fullmatch(text) is not None


_TokensByRun = dict[str, tuple[Token, ...]]


class TokenCache:
    """Tokens by the run of non-space characters they stand in; offsets count from its start."""

    def __init__(
        self, stemmer: Stemmer.Stemmer | None, *, shouted: bool, of_late: int = _RUNS_OF_LATE
    ) -> None:
        self._stem = stemmer.stemWord if stemmer else str
        self._initialisms = _COUNTRY if shouted else _NAMES
        self._of_late = of_late
        # Tokens by run and runs by stem, of late; and tokens by run before. What is of late and full takes the place of what was before,
        # so that runs which are met often stay. All three are replaced at once, and left to those who still read them.
        self._memory: tuple[_TokensByRun, dict[str, list[str]], _TokensByRun] = ({}, {}, {})

    def __getitem__(self, run: str) -> tuple[Token, ...]:
        return self._memory[0].get(run) or self._learned(run)

    def _learned(self, run: str) -> tuple[Token, ...]:
        by_run, by_stem, before = self._memory
        tokens = before.get(run) or self.analyse(run)
        if len(run) <= _MAX_MEMO_LENGTH:
            if len(by_run) >= self._of_late:
                self._memory = by_run, by_stem, _ = {}, {}, by_run
            for token in tokens:
                by_stem.setdefault(token.stem, []).append(run)
            # Last: whoever meets it there relies on its stems.
            by_run[run] = tokens
        return tokens

    def holding(self, runs: Iterable[str], stems: Iterable[str]) -> set[str]:
        """Return those of the runs that hold one of the stems, and those whose tokens are not remembered."""
        distinct = set(runs)
        memory = by_run, by_stem, _ = self._memory
        missed = distinct.difference(by_run)
        for run in missed:
            self._learned(run)
        # Where it was replaced meanwhile, it lacks some of those just learnt.
        found = missed.difference(by_run) if self._memory is memory else missed
        for stem in stems:
            found.update(distinct.intersection(by_stem.get(stem, ())))
        return found

    def analyse(self, run: str) -> tuple[Token, ...]:
        """Analyse without cached_per_generation."""
        if simple := self.simple(run):
            return (Token(len(run) - len(run.lstrip(_AROUND)), len(run.rstrip(_AROUND)), *simple),)
        tokens: list[Token] = []
        compound: list[Token] = []
        for match in (_ASCII_TOKEN if run.isascii() else _TOKEN).finditer(run):
            token = self._token(match)
            if not token.exact:
                continue
            joined = (
                compound
                and token.start == compound[-1].end + 1
                and run[token.start - 1] in _HYPHENS
            )
            if not joined:
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
        written = match[0]
        start, end = match.span()
        kind = match.lastgroup
        if kind == "word" and written.isalnum() and written.isascii():
            return Token(start, end, *self._plain(written))
        # Some letters decompose into a space and a mark; a token holds no space.
        folded = fold(written).replace(" ", "")[:MAX_TOKEN_LENGTH]
        if kind == "initials":
            exact = folded.replace(".", "")
            return Token(start, end, exact, _NAMES.get(exact, self._stem(exact)))
        if kind == "number":
            exact = _without_thousands(folded)
            return Token(start, end, exact, exact)
        word = folded.removesuffix("'s").replace("'", "")
        return Token(start, end, folded, self._stem(word) or word)

    def simple(self, run: str) -> tuple[str, str] | None:
        """Return the exact form and the stem of a run that holds one plain word or number, as most do; else None."""
        word = run.strip(_AROUND)
        if word.isascii():
            if word.isalnum():
                return self._plain(word)
            if _ASCII_NUMBER.fullmatch(word):
                exact = _without_thousands(word[:MAX_TOKEN_LENGTH])
                return exact, exact
        return None

    def _plain(self, word: str) -> tuple[str, str]:
        """Return the exact form and the stem of a word of ASCII letters and digits alone."""
        exact = word.lower()[:MAX_TOKEN_LENGTH]
        stem = self._initialisms.get(exact) if word.isupper() else None
        return exact, stem or self._stem(exact) or exact


def _without_thousands(number: str) -> str:
    """Write `1,000` as `1000`; other signs in a number stay."""
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number


class Forms(NamedTuple):
    """A text's tokens in both forms, each joined by spaces, ready for an index; order is position."""

    stems: str
    exact: str


class _FormsMemo(dict[str, tuple[str, str]]):
    """The exact forms and the stems of a run of non-space characters, by the run."""

    def __init__(self, memo: TokenCache) -> None:
        self._memo = memo

    def __missing__(self, run: str) -> tuple[str, str]:
        forms = self._memo.simple(run)
        if forms is None:
            tokens = self._memo.analyse(run)
            exact = " ".join([token.exact for token in tokens if token.exact])
            forms = exact, " ".join([token.stem for token in tokens])
        if forms[0] == forms[1]:
            # Equal forms share one string: half of all words then cost half the memory to reach.
            forms = forms[0], forms[0]
        if len(run) <= _MAX_MEMO_LENGTH:
            if len(self) >= _MEMO_LIMIT:
                self.clear()
            self[run] = forms
        return forms


class Analyzer:
    """Tokens of one language; get it from `analyzer()`, so that what it learned is shared."""

    def __init__(self, language: str) -> None:
        name = _SNOWBALL.get(language.partition("-")[0].lower())
        # Its own cache would only be sorted over and over: words are remembered here.
        stemmer = Stemmer.Stemmer(name, 0) if name else None
        self._plain = TokenCache(stemmer, shouted=False)
        self._shouted = TokenCache(stemmer, shouted=True)
        self._forms = (_FormsMemo(self._plain), _FormsMemo(self._shouted))

    def runs(self, text: str) -> TokenCache:
        """Tokens by run of non-space characters, right for the runs of `text`; offsets count from the run's start."""
        return self._shouted if _is_shouted(text) else self._plain

    def tokens(self, text: str) -> list[Token]:
        """All tokens of `text` in order; a compound's joined form follows its parts."""
        memo = self.runs(text)
        found: list[Token] = []
        place = 0
        for run in text.split(" "):
            found += [
                Token(place + each.start, place + each.end, each.exact, each.stem)
                for each in memo[run]
            ]
            place += len(run) + 1
        return found

    def forms(self, text: str) -> Forms:
        """Both forms of `text`."""
        runs = text.split()
        if not runs:
            return Forms("", "")
        exact, stems = zip(*map(self._forms[_is_shouted(text)].__getitem__, runs), strict=True)
        return Forms(" ".join(stems), " ".join(exact))

    def stems(self, text: str) -> str:
        """The stems of `text`, joined by spaces."""
        return self.forms(text).stems

    def exact(self, text: str) -> str:
        """The exact forms of `text`, joined by spaces."""
        return self.forms(text).exact

    def stem(self, word: str) -> str:
        """The stem of a query's word; a compound such as `F-16` counts as its joined form."""
        tokens = self._plain[word]
        return tokens[-1].stem if tokens else ""

    def is_stop_word(self, word: str) -> bool:
        """Whether a query's word is ignored beside other words."""
        tokens = self._plain[word]
        return (
            len(tokens) == 1
            and tokens[0].exact in STOP_WORDS
            and tokens[0].stem not in _NAMES.values()
        )


@cache
def analyzer(language: str) -> Analyzer:
    """Return the analyzer of a language (BCP 47; languages without a Snowball stemmer keep words as they are)."""
    return Analyzer(language)
