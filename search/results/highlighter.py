"""The highlighter: marks a query's words and phrases, by the tokens that the engines match.

The engines' own highlighters analyse text themselves, while our index contains ready tokens.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from search.analysis.analyzer import Analyzer, analyzer
from search.analysis.pieces import Token
from search.analysis.plain_text import plain_text
from search.analysis.token_cache import TokenCache
from search.model.article import Article
from search.model.results import Highlights
from search.query.clauses import split_clauses
from search.query.loosening import syllable_pairs, windows
from search.query.proximity import proximity_matches
from search.query.syntax import Node, Phrase, Prefix, Word, is_free_text, is_optional, leaves

__all__ = ["FRAGMENT_LENGTH", "Highlighter", "Span"]

FRAGMENT_LENGTH = 220
"""Target length of a fragment, in characters."""
_MAX_FRAGMENTS = 2
_MAX_CANDIDATES = 25
_CHUNK_SIZE = 100_000
"""Characters of a long text that are analysed at once.

In fragments, a phrase across two chunks is not highlighted.
"""
_CONTEXT = 60
_MAX_SENTENCE_DISTANCE = 110
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W\d_a-z])|\n\s*\n|[。！？]")
_SPACE = re.compile(r"\s+")

_FREE_TEXT_FIELDS = ("title", "deck", "body", "author")


class Span(NamedTuple):
    """`text[start:end]`, in characters."""

    start: int
    end: int


class _FieldTerms:
    """The terms that are highlighted in one field."""

    def __init__(self, terms: Iterable[Word | Prefix | Phrase], analyzers: list[Analyzer]) -> None:
        self.stems: set[str] = set()
        self.exact: set[str] = set()
        self.prefixes: tuple[str, ...] = ()
        self.phrases: list[tuple[tuple[str, ...], int]] = []
        self._by_cache: dict[TokenCache, _TokenHighlights] = {}
        for term in terms:
            match term:
                case Word(text) if term.field in (None, "title"):
                    self.stems.update(
                        stem
                        for words in analyzers
                        for group in words.alternatives(text)
                        for stem in group
                    )
                case Word(text):
                    self._add_phrase(_exact(text), 0)
                case Prefix(text):
                    self.prefixes += tuple(_exact(text)[-1:])
                case Phrase(words, slop):
                    self._add_phrase([form for word in words for form in _exact(word)], slop)

    def _add_phrase(self, forms: list[str], slop: int) -> None:
        if len(forms) == 1:
            self.exact.update(forms)
        elif forms:
            self.phrases.append((tuple(forms), slop))

    def has_words(self) -> bool:
        return bool(self.stems or self.exact or self.prefixes)

    def matches(self, token: Token) -> bool:
        return (
            token.stem in self.stems
            or (bool(token.exact) and token.exact in self.exact)
            or (bool(self.prefixes) and token.exact.startswith(self.prefixes))
        )

    def token_highlights(self, tokens: TokenCache) -> "_TokenHighlights":
        if tokens not in self._by_cache:
            self._by_cache[tokens] = _TokenHighlights(self, tokens)
        return self._by_cache[tokens]


class _TokenHighlights(dict[str, tuple[Span, ...]]):
    """Highlighted spans by run of non-space characters."""

    def __init__(self, terms: _FieldTerms, tokens: TokenCache) -> None:
        self._terms = terms
        self._tokens = tokens

    def __missing__(self, run: str) -> tuple[Span, ...]:
        spans = self[run] = tuple(
            Span(token.start, token.end)
            for token in self._tokens[run]
            if self._terms.matches(token)
        )
        return spans

    def in_runs(self, runs: list[str]) -> dict[str, tuple[Span, ...]]:
        """Return the spans of the runs that have any."""
        terms = self._terms
        only_stems = not terms.exact and not terms.prefixes
        candidates = self._tokens.containing(runs, terms.stems) if only_stems else set(runs)
        return {run: spans for run in candidates if (spans := self[run])}


def _exact(text: str) -> list[str]:
    return [token.exact for token in analyzer("en").tokens(text) if token.exact]


class Highlighter:
    """Highlights one query's words; created once per search, for the languages of the index."""

    def __init__(self, tree: Node | None, languages: Iterable[str]) -> None:
        self._terms: list[Word | Prefix | Phrase] = [
            leaf
            for leaf in leaves(tree, positive=True)
            if isinstance(leaf, Word | Prefix | Phrase) and not is_optional(leaf)
        ]
        # A stop word is highlighted next to its neighbours, with which it is a name.
        self._terms += map(Phrase, split_clauses(tree).names)
        # A long Korean word may have matched by its parts.
        self._terms += syllable_pairs(tree)
        self._analyzers = [analyzer(language) for language in languages] or [analyzer("en")]
        self._by_field: dict[str, _FieldTerms] = {}

    def _field_terms(self, field: str) -> _FieldTerms:
        if field not in self._by_field:
            terms = (
                term
                for term in self._terms
                if term.field == field or (is_free_text(term) and field in _FREE_TEXT_FIELDS)
            )
            self._by_field[field] = _FieldTerms(terms, self._analyzers)
        return self._by_field[field]

    def spans(self, text: str, language: str, field: str = "body") -> list[Span]:
        """Return the spans to highlight in a field, from left to right and without overlaps."""
        terms = self._field_terms(field)
        spans: list[Span] = []
        if terms.has_words():
            spans += _word_spans(terms, text, language)
        if terms.phrases:
            tokens = [token for token in analyzer(language).tokens(text) if token.exact]
            forms = [token.exact for token in tokens]
            for phrase, slop in terms.phrases:
                found = list(_phrase_spans(phrase, slop, tokens, forms))
                if not found and not slop:
                    # A long text without spaces may have matched by its parts.
                    for window in windows(Phrase(phrase)):
                        found += _phrase_spans(window.words, 0, tokens, forms)
                spans += found
        return _merged(spans)

    def mark(self, text: str, language: str, field: str) -> str:
        """Return the whole text as HTML with highlights."""
        return _to_html(text, self.spans(text, language, field), 0, len(text))

    def fragments(self, text: str, language: str) -> tuple[str, ...]:
        """Return the best fragments of a body as HTML, or its beginning if nothing matches."""
        spans = (
            self.spans(text, language)
            if len(text) <= _CHUNK_SIZE
            else self._first_spans(text, language)
        )
        if not spans:
            start = len(text) - len(text.lstrip())
            return (
                (_fragment(text, [], Span(start, _end(text, start, start))),)
                if text.strip()
                else ()
            )
        return tuple(_fragment(text, spans, window) for window in _best_windows(text, spans))

    def _first_spans(self, text: str, language: str) -> list[Span]:
        """Return spans of a long text, until there are enough to choose fragments from."""
        spans: list[Span] = []
        start = 0
        while start < len(text):
            end = text.find(" ", start + _CHUNK_SIZE)
            chunk = text[start : end + 1 or len(text)]
            spans += (
                Span(span.start + start, span.end + start) for span in self.spans(chunk, language)
            )
            if spans and spans[-1].start - spans[0].start > _MAX_CANDIDATES * (
                FRAGMENT_LENGTH + _MAX_SENTENCE_DISTANCE
            ):
                break
            start += len(chunk)
        return spans

    def highlights(self, article: Article) -> Highlights:
        """Highlight all displayed fields of an article."""
        language = article.language

        def highlighted(field: str, text: str) -> str:
            return self.mark(text, language, field)

        def highlighted_values(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(self.mark(value, language, field) for value in values)

        return Highlights(
            title=highlighted("title", article.title),
            deck=highlighted("deck", article.deck),
            byline=highlighted("author", article.byline or ", ".join(article.authors)),
            source=highlighted("source", article.source),
            authors=highlighted_values("author", article.authors),
            regions=highlighted_values("region", article.regions),
            themes=highlighted_values("theme", article.themes),
            reports=highlighted_values("report", article.reports),
            body=self.fragments(plain_text(article.body), language),
        )


def _word_spans(terms: _FieldTerms, text: str, language: str) -> Iterator[Span]:
    runs = text.split(" ")
    spans = terms.token_highlights(analyzer(language).runs(text)).in_runs(runs)
    if not spans:
        return
    offset = previous = 0
    # Few runs are highlighted, so the lengths of all runs between two of them are added at once.
    for index in [index for index, run in enumerate(runs) if run in spans]:
        offset += sum(map(len, runs[previous:index])) + index - previous
        previous = index
        for start, end in spans[runs[index]]:
            yield Span(offset + start, offset + end)


def _phrase_spans(
    phrase: tuple[str, ...], slop: int, tokens: list[Token], forms: list[str]
) -> Iterator[Span]:
    if not set(phrase) <= set(forms):
        return
    length = len(phrase)
    if slop == 0:
        for first in range(len(forms) - length + 1):
            if forms[first] == phrase[0] and tuple(forms[first : first + length]) == phrase:
                yield Span(tokens[first].start, tokens[first + length - 1].end)
        return
    for positions in proximity_matches(forms, phrase, slop):
        yield from (Span(tokens[position].start, tokens[position].end) for position in positions)


def _merged(spans: list[Span]) -> list[Span]:
    """Sort spans and merge overlapping ones."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


class _Window(NamedTuple):
    """A candidate for a fragment."""

    score: float
    span: Span
    words: frozenset[str]


def _best_windows(text: str, spans: list[Span]) -> list[Span]:
    """Return the windows with the most distinct words, in the order of the text.

    Of windows with equal scores, the earlier one is chosen.
    """
    candidates: list[_Window] = []
    skipped_to = 0
    for number, span in enumerate(spans):
        if span.start < skipped_to:
            continue
        if len(candidates) == _MAX_CANDIDATES:
            break
        start = _start(text, span.start)
        end = _end(text, start, span.end)
        skipped_to = start + FRAGMENT_LENGTH // 2
        words: list[str] = []
        for other in spans[number:]:
            if other.end > end:
                break
            words.append(text[other.start : other.end].lower())
        candidates.append(
            _Window(4.0 * len(set(words)) + min(len(words), 6), Span(start, end), frozenset(words))
        )
    chosen: list[Span] = []
    seen: frozenset[str] = frozenset()
    while candidates and len(chosen) < _MAX_FRAGMENTS:
        best = max(
            candidates,
            key=lambda window: (
                window.score + 3 * len(window.words - seen),
                -window.span.start,
            ),
        )
        chosen.append(best.span)
        seen |= best.words
        candidates = [
            window
            for window in candidates
            if window.span.end <= best.span.start or window.span.start >= best.span.end
        ]
    return sorted(chosen)


def _start(text: str, position: int) -> int:
    """Return the start of a fragment around `position`: of its sentence, or of a word before it.

    The start of the sentence is used only if it is near.
    """
    earliest = max(0, position - _MAX_SENTENCE_DISTANCE)
    starts = [match.end() for match in _SENTENCE_END.finditer(text, earliest, position)]
    if starts:
        has_context = position - starts[-1] >= _CONTEXT // 2
        return starts[-1] if has_context or len(starts) == 1 else starts[-2]
    if earliest == 0:
        return len(text) - len(text.lstrip())
    space = text.find(" ", position - _CONTEXT, position)
    return space + 1 if space >= 0 else position


def _end(text: str, start: int, at_least: int) -> int:
    """Return the end of a fragment: at a word, and before a new paragraph if it is long enough."""
    end = start + FRAGMENT_LENGTH
    if end < at_least:
        return at_least
    if end >= len(text):
        return len(text.rstrip())
    paragraph = text.find("\n\n", max(at_least, start + FRAGMENT_LENGTH // 2), end)
    if paragraph >= 0:
        return paragraph
    space = text.rfind(" ", at_least, end + 1)
    return (
        space if space >= 0 else max(at_least, end if not text[start:end].isascii() else at_least)
    )


def _fragment(text: str, spans: list[Span], window: Span) -> str:
    start, end = window
    fragment = _SPACE.sub(" ", _to_html(text, spans, start, end)).strip()
    begins_sentence = not text[:start].strip() or _SENTENCE_END.search(
        text, max(0, start - 4), start + 1
    )
    ends_sentence = not text[end:].strip() or text[end - 1] in ".!?…。”"
    return ("" if begins_sentence else "… ") + fragment + ("" if ends_sentence else " …")


def _to_html(text: str, spans: list[Span], start: int, end: int) -> str:
    pieces: list[str] = []
    position = start
    for span in spans:
        if span.start >= start and span.end <= end:
            pieces += (
                escape(text[position : span.start]),
                "<mark>",
                escape(text[span.start : span.end]),
                "</mark>",
            )
            position = span.end
    pieces.append(escape(text[position:end]))
    return "".join(pieces)
