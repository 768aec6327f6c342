"""Caches of the tokens of runs of non-space characters.

Tokens never cross white space, so analysing an article costs one dictionary lookup per word.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from search.analysis.pieces import Piece, PieceReader, Token

__all__ = ["MAX_CACHED_LENGTH", "Forms", "FormsCache", "TokenCache"]

_FORMS_CACHE_SIZE = 200_000
_TOKEN_CACHE_SIZE = 49_152
"""Runs per generation of the cache, about 300 bytes each; the cache holds up to two generations.

With 32,768, searches of an archive with 106,000 distinct runs took an eighth longer than with
65,536.
"""
MAX_CACHED_LENGTH = 40
"""Characters of a run; archives have hardly any longer ones, but queries could fill the memory."""

# Punctuation around a word that cannot change its token. A dot can (`U.S.`), unless the rest of the
# run contains none.
_PUNCTUATION = '.,;:!?"()[]<>*'
_ASCII_NUMBER = re.compile(r"[0-9]+(?:[.,:/][0-9]+)+")

_TokensByRun = dict[str, tuple[Token, ...]]
_RunsByStem = dict[str, tuple[str, ...]]


class TokenCache:
    """Tokens by run of non-space characters; offsets are relative to the run.

    A two-generation cache: when the current generation is full, it becomes the previous one, and
    runs of the previous one are copied when they are used again. So frequent runs stay cached.
    """

    def __init__(self, reader: PieceReader, generation_size: int = _TOKEN_CACHE_SIZE) -> None:
        self._reader = reader
        self._generation_size = generation_size
        # The current generation (tokens by run, runs by stem) and the previous one (tokens by run).
        # They are replaced together, never cleared, because other threads may be reading them.
        self._generations: tuple[_TokensByRun, _RunsByStem, _TokensByRun] = ({}, {}, {})

    def __getitem__(self, run: str) -> tuple[Token, ...]:
        return self._generations[0].get(run) or self._add(run)

    def _add(self, run: str) -> tuple[Token, ...]:
        by_run, by_stem, previous = self._generations
        tokens = previous.get(run) or self.analyse(run)
        if len(run) <= MAX_CACHED_LENGTH:
            if len(by_run) >= self._generation_size:
                self._generations = by_run, by_stem, _ = {}, {}, by_run
            for token in tokens:
                # Tuples take half the memory of lists. Nothing is looked up by the empty stem.
                if token.stem:
                    by_stem[token.stem] = (*by_stem.get(token.stem, ()), run)
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
            exact, stem = simple
            # Equal strings are shared, which saves a seventh of the cache's memory.
            exact = run if exact == run else exact
            stem = exact if stem == exact else stem
            start = len(run) - len(run.lstrip(_PUNCTUATION))
            return (Token(start, len(run.rstrip(_PUNCTUATION)), exact, stem),)
        return tuple(token for piece in self.pieces(run) for token in piece.tokens)

    def pieces(self, run: str) -> list[Piece]:
        """Return the pieces of a run, without caching."""
        return self._reader.pieces(run)

    def simple(self, run: str) -> tuple[str, str] | None:
        """Return both forms of a run that is one plain ASCII word or number, or None.

        Most runs are of this kind, and this is much faster than `analyse`.
        """
        word = run.strip(_PUNCTUATION)
        if word.isascii():
            if word.isalnum():
                # A dot may belong to the word, and a number may have a unit.
                if run[0] == "." or (word[0] <= "9" and not word.isdigit()):
                    return None
                return self._reader.forms(word)
            if _ASCII_NUMBER.fullmatch(word):
                return self._reader.number(word)
        return None


class Forms(NamedTuple):
    """A text's tokens in both forms, joined by spaces in the order of the text."""

    stems: str
    exact: str


class FormsCache(dict[str, tuple[str, str]]):
    """Exact forms and stems by run of non-space characters, for indexing."""

    def __init__(self, tokens: TokenCache) -> None:
        self._tokens = tokens

    def __missing__(self, run: str) -> tuple[str, str]:
        forms = self._tokens.simple(run)
        if forms is None:
            tokens = self._tokens.analyse(run)
            exact = " ".join([token.exact for token in tokens if token.exact])
            forms = exact, " ".join([token.stem for token in tokens if token.stem])
        exact, stem = forms
        # Equal strings are shared: less memory, of which each look-up reads less.
        exact = run if exact == run else exact
        forms = exact, (exact if stem == exact else run if stem == run else stem)
        if len(run) <= MAX_CACHED_LENGTH:
            if len(self) >= _FORMS_CACHE_SIZE:
                self.clear()
            self[run] = forms
        return forms
