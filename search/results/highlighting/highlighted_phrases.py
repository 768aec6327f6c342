"""The phrases of a query, and where texts have them.

A phrase is looked for around one of its words, the rarest in the texts of a page: only the few
words next to it are analysed.
"""

from collections.abc import Iterable, Iterator, Sequence

from search.analysis.pieces import MAX_TOKEN_LENGTH, Token
from search.analysis.token_cache import TokenCache
from search.query.loosening import windows
from search.query.proximity import proximity_matches
from search.query.syntax import Phrase
from search.results.highlighting.letters import Letters, letters_of
from search.results.highlighting.page_texts import PageTexts
from search.results.highlighting.spans import Span

__all__ = ["HighlightedPhrase"]

_MAX_COUNTED = 3
"""Words of a phrase that are counted to find a rare one; the longest are."""
_POSSESSIVE = b"'s"
"""The one ending that a token may lack in a text: `2.5m's` is `2.5` and `m`."""
_ASCII_WORD_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class HighlightedPhrase:
    """A phrase of exact forms, with at most `slop` other words between them."""

    def __init__(self, words: tuple[str, ...], slop: int) -> None:
        self._words = words
        self._slop = slop
        self._parts = windows(Phrase(words)) if not slop else ()
        self._letters = [letters_of(word).encode() for word in words]
        self._is_ascii = all(map(str.isascii, words))
        self._has_candidates = (
            self._is_ascii
            and all(self._letters)
            and all(len(word) < MAX_TOKEN_LENGTH for word in words)
        )
        """False if any text may have the phrase."""

    def find(self, page: PageTexts) -> None:
        """Add the spans to highlight to those of the texts."""
        if not self._has_candidates:
            self._find_in_whole(page, range(len(page.texts)))
            return
        letters = page.letters
        for number, runs in letters.runs_at(self._candidates(letters)).items():
            text, tokens = page.texts[number], page.tokens(number)
            for start, end in self._places(text, tokens, [offset for offset, _ in runs]):
                if letters.may_have(self._letters, number, start, end):
                    page.add(number, self._spans_in(_Tokens(text, tokens, start, end)))
        self._find_in_whole(page, letters.left_out)

    def _find_in_whole(self, page: PageTexts, numbers: Iterable[int]) -> None:
        for number in numbers:
            text = page.texts[number]
            if not self._is_ascii and text.isascii():
                continue
            tokens = _Tokens(text, page.tokens(number), 0, len(text))
            found = list(self._spans_in(tokens))
            if not found:
                # A long text without spaces may have matched by its parts.
                for part in self._parts:
                    found += _spans_of(part.words, 0, tokens)
            page.add(number, found)

    def _candidates(self, letters: Letters) -> list[int]:
        """Return the starts of runs in order, of which one is in each place with the phrase.

        These have one word of the phrase, or characters that may stand for any letters.
        """
        distinct = sorted(set(self._letters), key=len, reverse=True)[:_MAX_COUNTED]
        counts = {part: letters.count(part) for part in distinct}
        rarest = min(counts, key=counts.__getitem__)
        index = self._letters.index(rarest)
        neighbours = self._letters[max(0, index - 1) : index + 2]
        for part in neighbours:
            if part not in counts:
                counts[part] = letters.count(part)
        split = {part for part, count in counts.items() if letters.is_split(part, count)}
        starts = set(letters.other_runs)
        if all(count or part in split for part, count in counts.items()):
            places = letters.word_starts(letters.places(rarest))
            if not self._slop and split.isdisjoint(neighbours):
                places = list(self._fitting(letters.folded, places, index))
            starts.update(map(letters.run_start, places))
            if rarest in split:
                starts.update(letters.split_in([rarest]))
        return sorted(starts)

    def _fitting(self, folded: bytes, places: Iterable[int], index: int) -> Iterator[int]:
        """Yield the places of a word where the words before and after it may be the phrase's."""
        word = self._letters[index]
        before = (self._letters[index - 1], _POSSESSIVE) if index else ()
        after = self._letters[index + 1] if index + 1 < len(self._letters) else b""
        if not (word + b"".join(before[:1]) + after).isalpha():
            yield from places
            return
        for place in places:
            end = place + len(word)
            if not (
                folded[end : end + 1].isalpha()
                or (
                    before
                    and folded[place - 1 : place] == b" "
                    and folded[place - 2 : place - 1].isalpha()
                    and not folded.endswith(before, 0, place - 1)
                )
                or (
                    after
                    and folded[end : end + 1] == b" "
                    and folded[end + 1 : end + 2].isalpha()
                    and not folded.startswith(after, end + 1)
                )
            ):
                yield place

    def _places(
        self, text: str, tokens: TokenCache, offsets: Iterable[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield the parts of a text that have the phrase if it includes one of some runs."""
        width = len(self._words) + self._slop - 1
        start, end = 0, -1
        for offset in offsets:
            first = _start_before(text, offset, width, tokens)
            if first > end:
                if end >= 0:
                    yield start, end
                start = first
            end = max(end, _end_after(text, offset, width, tokens))
        if end >= 0:
            yield start, end

    def _spans_in(self, tokens: "_Tokens") -> Iterator[Span]:
        return _spans_of(self._words, self._slop, tokens)


class _Tokens:
    """The tokens with an exact form in a part of a text."""

    def __init__(self, text: str, tokens: TokenCache, start: int, end: int) -> None:
        self.forms: list[str] = []
        self._places: list[tuple[int, Token]] = []
        runs = text[start:end].split(" ")
        # A long run is not cached.
        by_run = {run: tokens[run] for run in runs}
        for run in runs:
            for token in by_run[run]:
                if token.exact:
                    self.forms.append(token.exact)
                    self._places.append((start, token))
            start += len(run) + 1

    def span(self, first: int, last: int) -> Span:
        """Return the span from one token to another."""
        start, token = self._places[first]
        offset, other = self._places[last]
        return Span(start + token.start, offset + other.end)


def _start_before(text: str, start: int, count: int, tokens: TokenCache) -> int:
    """Return where at least a number of tokens begin that end before the run at `start`."""
    while start and count > 0:
        end = start - 1
        start = text.rfind(" ", 0, end) + 1
        count -= _exact_count(text[start:end], tokens)
    return start


def _end_after(text: str, start: int, count: int, tokens: TokenCache) -> int:
    """Return where at least a number of tokens end that begin after the run at `start`."""
    end = text.find(" ", start)
    while end >= 0 and count > 0:
        start = end + 1
        end = text.find(" ", start)
        count -= _exact_count(text[start : end if end >= 0 else None], tokens)
    return end if end >= 0 else len(text)


def _exact_count(run: str, tokens: TokenCache) -> int:
    """Return a number of tokens that a run has at least; 0 if it has none."""
    return int(run[:1] in _ASCII_WORD_SIGNS) or sum([bool(token.exact) for token in tokens[run]])


def _spans_of(words: Sequence[str], slop: int, tokens: _Tokens) -> Iterator[Span]:
    forms = tokens.forms
    if not set(words) <= set(forms):
        return
    length = len(words)
    if slop == 0:
        for first in range(len(forms) - length + 1):
            if forms[first] == words[0] and forms[first : first + length] == list(words):
                yield tokens.span(first, first + length - 1)
        return
    for positions in proximity_matches(forms, words, slop):
        for position in positions:
            yield tokens.span(position, position)
