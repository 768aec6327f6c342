"""The analyzer: text to tokens with offsets, for queries, indexes and highlighting on every engine.

Every token has an *exact* form (accents, case and typographic variants folded), which phrases and
prefixes compare, and a *stem*, which plain words compare. Engines receive these forms joined by
spaces, so all engines agree on what a token is.
"""

from functools import cache, lru_cache

import Stemmer

from search.analysis.initialisms import NAMES
from search.analysis.numbers import join_thousands
from search.analysis.pieces import Alternatives, Piece, PieceReader, Token
from search.analysis.stopwords import STOP_WORDS
from search.analysis.token_cache import MAX_CACHED_LENGTH, Forms, FormsCache, TokenCache

__all__ = ["Analyzer", "analyzer"]

_CACHED_PIECES = 4096
"""Runs of queries whose pieces are cached, about 600 bytes each."""

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


class Analyzer:
    """Tokenizes text of one language; get the shared instance from `analyzer()`."""

    def __init__(self, language: str) -> None:
        primary = language.partition("-")[0].lower()
        name = _SNOWBALL.get(primary)
        # Without the stemmer's own cache, which is often sorted: words are cached here.
        stem = Stemmer.Stemmer(name, 0).stemWord if name else str
        self._reader = PieceReader(primary, stem)
        self._mixed_case = TokenCache(self._reader)
        self._all_caps = TokenCache(PieceReader(primary, stem, all_caps=True))
        self._pieces = lru_cache(_CACHED_PIECES)(self._mixed_case.pieces)
        self._forms = (FormsCache(self._mixed_case), FormsCache(self._all_caps))

    def runs(self, text: str) -> TokenCache:
        """Return the tokens by run for the runs of `text`; offsets are relative to the run."""
        return self._all_caps if _is_all_caps(text) else self._mixed_case

    def tokens(self, text: str) -> list[Token]:
        """Return all tokens of `text` in order; a compound's joined form follows its parts."""
        by_run = self.runs(text)
        tokens: list[Token] = []
        offset = 0
        for run in text.split(" "):
            tokens += [token.moved(offset) for token in by_run[run]]
            offset += len(run) + 1
        return tokens

    def forms(self, text: str) -> Forms:
        """Return both forms of `text`."""
        runs = join_thousands(text).split()
        if not runs:
            return Forms("", "")
        exact, stems = zip(*map(self._forms[_is_all_caps(text)].__getitem__, runs), strict=True)
        return Forms(" ".join(stems), " ".join(exact))

    def stems(self, text: str) -> str:
        """Return the stems of `text`, joined by spaces."""
        return self.forms(text).stems

    def exact(self, text: str) -> str:
        """Return the exact forms of `text`, joined by spaces."""
        forms = self._forms[_is_all_caps(text)]
        return " ".join([forms[run][0] for run in join_thousands(text).split()])

    def pieces(self, text: str) -> list[Piece]:
        """Return the pieces of a query's text, with offsets in the text."""
        if " " not in text:
            return list(self._pieces_of(text)) if text else []
        pieces: list[Piece] = []
        offset = 0
        for run in text.split(" "):
            if run:
                pieces_of_run = self._pieces_of(run)
                pieces += (
                    [piece.moved(offset) for piece in pieces_of_run] if offset else pieces_of_run
                )
            offset += len(run) + 1
        return pieces

    def alternatives(self, word: str) -> Alternatives:
        """Return the groups of stems by which a typed word is found."""
        pieces = self._pieces_of(word)
        if len(pieces) == 1:
            return pieces[0].alternatives
        stems = tuple(stem for piece in pieces for stem in piece.alternatives[0])
        return (stems,) if stems else ()

    def _pieces_of(self, run: str) -> list[Piece]:
        # Readers may send long runs, which would fill the memory.
        return self._pieces(run) if len(run) <= MAX_CACHED_LENGTH else self._mixed_case.pieces(run)

    def stem(self, word: str) -> str:
        """Return the stem of a word, for a compound such as `F-16` of its joined form."""
        if word.isascii() and word.isalpha() and word.islower():
            return self._reader.forms(word)[1]
        alternatives = self.alternatives(word)
        return " ".join(alternatives[0]) if alternatives else ""

    def is_stop_word(self, word: str) -> bool:
        """Return whether a word is ignored in a query that has other words."""
        tokens = self._mixed_case[word]
        return (
            len(tokens) == 1
            and tokens[0].exact in STOP_WORDS
            and tokens[0].stem not in NAMES.values()
        )


@cache
def analyzer(language: str) -> Analyzer:
    """Return the analyzer of a language (BCP 47).

    Words of a language without a Snowball stemmer are their own stems.
    """
    return Analyzer(language)
