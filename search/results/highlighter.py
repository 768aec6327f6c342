"""Marks: where a query's words and phrases stand in a text, by the same tokens that matched."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from search.analysis.analyzer import Analyzer, Token, TokenCache, analyzer
from search.analysis.plain_text import plain_text
from search.model.article import Article
from search.model.results import Highlights
from search.query.parser import Node, Phrase, Prefix, Word, is_free_text, leaves
from search.query.proximity import proximity_matches

__all__ = ["FRAGMENT_LENGTH", "Highlighter", "Span"]

FRAGMENT_LENGTH = 220
"""Characters that a fragment aims at."""
_FRAGMENTS = 2
_CANDIDATES = 25
_PIECE = 100_000
"""Characters of a long text that are looked at together; a phrase over their border is not marked in fragments."""
_LEAD_IN = 60
_SENTENCE_REACH = 110
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W\d_a-z])|\n\s*\n|[。！？]")
_SPACE = re.compile(r"\s+")

_FREE_TEXT_FIELDS = ("title", "deck", "body", "author")


class Span(NamedTuple):
    """`text[start:end]`, in characters."""

    start: int
    end: int


class _FieldTerms:
    """What is marked in one field."""

    def __init__(self, terms: Iterable[Word | Prefix | Phrase], analyzers: list[Analyzer]) -> None:
        self.stems: set[str] = set()
        self.exact: set[str] = set()
        self.prefixes: tuple[str, ...] = ()
        self.phrases: list[tuple[tuple[str, ...], int]] = []
        self._marks: dict[TokenCache, _TokenHighlights] = {}
        for term in terms:
            match term:
                case Word(text) if term.field in (None, "title"):
                    self.stems.update(words.stem(text) for words in analyzers)
                case Word(text):
                    self.exact.update(_exact(text))
                case Prefix(text):
                    self.prefixes += tuple(_exact(text)[-1:])
                case Phrase(words, slop):
                    forms = tuple(form for word in words for form in _exact(word))
                    if len(forms) == 1:
                        self.exact.update(forms)
                    elif forms:
                        self.phrases.append((forms, slop))

    def has_words(self) -> bool:
        return bool(self.stems or self.exact or self.prefixes)

    def takes(self, token: Token) -> bool:
        return (
            token.stem in self.stems
            or token.exact in self.exact
            or (bool(self.prefixes) and token.exact.startswith(self.prefixes))
        )

    def marks(self, tokens: TokenCache) -> "_TokenHighlights":
        if tokens not in self._marks:
            self._marks[tokens] = _TokenHighlights(self, tokens)
        return self._marks[tokens]


class _TokenHighlights(dict[str, tuple[Span, ...]]):
    """What is marked in a run of non-space characters, by the run."""

    def __init__(self, wanted: _FieldTerms, tokens: TokenCache) -> None:
        self._wanted = wanted
        self._tokens = tokens

    def __missing__(self, run: str) -> tuple[Span, ...]:
        marks = self[run] = tuple(
            Span(token.start, token.end) for token in self._tokens[run] if self._wanted.takes(token)
        )
        return marks

    def in_runs(self, runs: list[str]) -> dict[str, tuple[Span, ...]]:
        """Return the marks of those of the runs that have any."""
        wanted = self._wanted
        by_stem = not wanted.exact and not wanted.prefixes
        candidates = self._tokens.holding(runs, wanted.stems) if by_stem else set(runs)
        return {run: marks for run in candidates if (marks := self[run])}


def _exact(text: str) -> list[str]:
    return [token.exact for token in analyzer("en").tokens(text) if token.exact]


class Highlighter:
    """Marks one query's words; made once a search, for the languages of the index."""

    def __init__(self, tree: Node | None, languages: Iterable[str]) -> None:
        self._terms = [
            leaf for leaf in leaves(tree, positive=True) if isinstance(leaf, Word | Prefix | Phrase)
        ]
        self._analyzers = [analyzer(language) for language in languages] or [analyzer("en")]
        self._wanted: dict[str, _FieldTerms] = {}

    def _in_field(self, field: str) -> _FieldTerms:
        if field not in self._wanted:
            terms = (
                term
                for term in self._terms
                if term.field == field or (is_free_text(term) and field in _FREE_TEXT_FIELDS)
            )
            self._wanted[field] = _FieldTerms(terms, self._analyzers)
        return self._wanted[field]

    def spans(self, text: str, language: str, field: str = "body") -> list[Span]:
        """Find what is marked in a field's text, from left to right; no two overlap."""
        wanted = self._in_field(field)
        found: list[Span] = []
        if wanted.has_words():
            found += _word_spans(wanted, text, language)
        if wanted.phrases:
            tokens = [token for token in analyzer(language).tokens(text) if token.exact]
            forms = [token.exact for token in tokens]
            for phrase, slop in wanted.phrases:
                found += _phrase_spans(phrase, slop, tokens, forms)
        return _apart(found)

    def mark(self, text: str, language: str, field: str) -> str:
        """Return the whole text as HTML, marked."""
        return _marked(text, self.spans(text, language, field), 0, len(text))

    def fragments(self, text: str, language: str) -> tuple[str, ...]:
        """Return the best pieces of a body as HTML; its beginning when nothing in it is marked."""
        spans = (
            self.spans(text, language) if len(text) <= _PIECE else self._first_spans(text, language)
        )
        if not spans:
            start = len(text) - len(text.lstrip())
            return (_cut(text, [], Span(start, _end(text, start, start))),) if text.strip() else ()
        return tuple(_cut(text, spans, window) for window in _best_windows(text, spans))

    def _first_spans(self, text: str, language: str) -> list[Span]:
        """Find what is marked in a long text until there is enough to choose fragments from."""
        found: list[Span] = []
        start = 0
        while start < len(text):
            end = text.find(" ", start + _PIECE)
            piece = text[start : end + 1 or len(text)]
            found += (
                Span(span.start + start, span.end + start) for span in self.spans(piece, language)
            )
            if found and found[-1].start - found[0].start > _CANDIDATES * (
                FRAGMENT_LENGTH + _SENTENCE_REACH
            ):
                break
            start += len(piece)
        return found

    def highlights(self, article: Article) -> Highlights:
        """Mark all that is shown of an article."""
        language = article.language

        def marked(field: str, text: str) -> str:
            return self.mark(text, language, field)

        def each_marked(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(self.mark(value, language, field) for value in values)

        return Highlights(
            title=marked("title", article.title),
            deck=marked("deck", article.deck),
            byline=marked("author", article.byline or ", ".join(article.authors)),
            source=marked("source", article.source),
            authors=each_marked("author", article.authors),
            regions=each_marked("region", article.regions),
            themes=each_marked("theme", article.themes),
            reports=each_marked("report", article.reports),
            body=self.fragments(plain_text(article.body), language),
        )


def _word_spans(wanted: _FieldTerms, text: str, language: str) -> Iterator[Span]:
    runs = text.split(" ")
    marks = wanted.marks(analyzer(language).runs(text)).in_runs(runs)
    if not marks:
        return
    place = seen = 0
    # Few runs are marked, so the lengths of those between are added up at once.
    for number in [number for number, run in enumerate(runs) if run in marks]:
        place += sum(map(len, runs[seen:number])) + number - seen
        seen = number
        for start, end in marks[runs[number]]:
            yield Span(place + start, place + end)


def _phrase_spans(
    phrase: tuple[str, ...], slop: int, tokens: list[Token], forms: list[str]
) -> Iterator[Span]:
    if not set(phrase) <= set(forms):
        return
    length = len(phrase)
    if slop == 0:
        for at in range(len(forms) - length + 1):
            if forms[at] == phrase[0] and tuple(forms[at : at + length]) == phrase:
                yield Span(tokens[at].start, tokens[at + length - 1].end)
        return
    for places in proximity_matches(forms, phrase, slop):
        yield from (Span(tokens[place].start, tokens[place].end) for place in places)


def _apart(spans: list[Span]) -> list[Span]:
    """Sort, and join what overlaps."""
    apart: list[Span] = []
    for span in sorted(spans):
        if apart and span.start < apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return apart


def _best_windows(text: str, spans: list[Span]) -> list[Span]:
    """Choose the windows with the most different words; the earlier of equals; in the text's order."""
    candidates: list[tuple[float, Span, frozenset[str]]] = []
    skipped_to = 0
    for number, span in enumerate(spans):
        if span.start < skipped_to:
            continue
        if len(candidates) == _CANDIDATES:
            break
        start = _start(text, span.start)
        end = _end(text, start, span.end)
        skipped_to = start + FRAGMENT_LENGTH // 2
        inside: list[str] = []
        for other in spans[number:]:
            if other.end > end:
                break
            inside.append(text[other.start : other.end].lower())
        candidates.append(
            (4.0 * len(set(inside)) + min(len(inside), 6), Span(start, end), frozenset(inside))
        )
    chosen: list[Span] = []
    seen: frozenset[str] = frozenset()
    while candidates and len(chosen) < _FRAGMENTS:
        best = max(candidates, key=lambda each: (each[0] + 3 * len(each[2] - seen), -each[1].start))
        chosen.append(best[1])
        seen |= best[2]
        candidates = [
            each
            for each in candidates
            if each[1].end <= best[1].start or each[1].start >= best[1].end
        ]
    return sorted(chosen)


def _start(text: str, place: int) -> int:
    """Where a fragment about `place` begins: its sentence when that is near, else a word shortly before."""
    reach = max(0, place - _SENTENCE_REACH)
    starts = [match.end() for match in _SENTENCE_END.finditer(text, reach, place)]
    if starts:
        return starts[-1] if place - starts[-1] >= _LEAD_IN // 2 or len(starts) == 1 else starts[-2]
    if reach == 0:
        return len(text) - len(text.lstrip())
    space = text.find(" ", place - _LEAD_IN, place)
    return space + 1 if space >= 0 else place


def _end(text: str, start: int, at_least: int) -> int:
    """Where a fragment ends: at a word, before the next paragraph when that is not too soon."""
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


def _cut(text: str, spans: list[Span], window: Span) -> str:
    start, end = window
    fragment = _SPACE.sub(" ", _marked(text, spans, start, end)).strip()
    before = (
        ""
        if not text[:start].strip() or _SENTENCE_END.search(text, max(0, start - 4), start + 1)
        else "… "
    )
    after = "" if not text[end:].strip() or text[end - 1] in ".!?…。”" else " …"
    return before + fragment + after


def _marked(text: str, spans: list[Span], start: int, end: int) -> str:
    pieces: list[str] = []
    place = start
    for span in spans:
        if span.start >= start and span.end <= end:
            pieces += (
                escape(text[place : span.start]),
                "<mark>",
                escape(text[span.start : span.end]),
                "</mark>",
            )
            place = span.end
    pieces.append(escape(text[place:end]))
    return "".join(pieces)
