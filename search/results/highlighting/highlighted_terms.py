"""The terms of a query that are highlighted in a field, and where texts have them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from search.analysis.analyzer import Analyzer, analyzer
from search.analysis.pieces import Token
from search.analysis.token_cache import TokenCache
from search.query.syntax import Phrase, Prefix, Word
from search.results.highlighting.candidate_runs import CandidateRuns, is_english
from search.results.highlighting.highlighted_phrases import HighlightedPhrase
from search.results.highlighting.letters import Run
from search.results.highlighting.page_texts import PageTexts
from search.results.highlighting.spans import Span, merged

__all__ = ["FieldTerms"]


class FieldTerms:
    """The terms that are highlighted in one field."""

    def __init__(self, terms: Iterable[Word | Prefix | Phrase], analyzers: list[Analyzer]) -> None:
        self._stems: set[str] = set()
        self._exact: set[str] = set()
        self._prefixes: tuple[str, ...] = ()
        self._phrases: list[HighlightedPhrase] = []
        self._by_cache: dict[TokenCache, _HighlightedRuns] = {}
        for term in terms:
            match term:
                case Word(text) if term.field in (None, "title"):
                    self._stems.update(
                        stem
                        for words in analyzers
                        for group in words.alternatives(text)
                        for stem in group
                    )
                case Word(text):
                    self._add_phrase(_exact(text), 0)
                case Prefix(text):
                    self._prefixes += tuple(_exact(text)[-1:])
                case Phrase(words, slop):
                    self._add_phrase([form for word in words for form in _exact(word)], slop)
        self._has_words = bool(self._stems or self._exact or self._prefixes)
        self._candidate_runs = (
            CandidateRuns.of(self._stems, self._exact, self._prefixes) if self._has_words else None
        )
        self.is_empty = not (self._has_words or self._phrases)
        """True if nothing is highlighted in the field."""

    def _add_phrase(self, forms: list[str], slop: int) -> None:
        if len(forms) == 1:
            self._exact.update(forms)
        elif forms:
            self._phrases.append(HighlightedPhrase(tuple(forms), slop))

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[list[Span]]:
        """Return the spans to highlight in each text, sorted and without overlaps.

        The texts of a page are searched together, and share most of their words.
        """
        if self.is_empty:
            return [[] for _ in texts]
        page = PageTexts(texts, languages)
        if self._has_words:
            whole = self._without_candidates(page)
            if len(whole) < len(texts):
                self._find_among_candidates(page, whole)
            if whole:
                self._find_in_whole(page, whole)
        for phrase in self._phrases:
            phrase.find(page)
        # The spans of words are sorted, and those of different runs do not overlap.
        return list(map(merged, page.spans)) if self._phrases else page.spans

    def _without_candidates(self, page: PageTexts) -> Collection[int]:
        """Return the texts in which any run may have a term."""
        if self._candidate_runs is None:
            return range(len(page.texts))
        others = {language for language in set(page.languages) if not is_english(language)}
        if not (self._stems and others):
            return page.letters.left_out
        whole = {number for number, language in enumerate(page.languages) if language in others}
        return whole if len(whole) == len(page.texts) else whole | page.letters.left_out

    def _find_among_candidates(self, page: PageTexts, excluded: Collection[int]) -> None:
        if self._candidate_runs is None:
            return
        by_tokens: dict[TokenCache, list[tuple[int, list[Run]]]] = {}
        candidates = page.letters.runs_at(self._candidate_runs.find(page.letters))
        for number, runs in candidates.items():
            if number not in excluded:
                by_tokens.setdefault(page.tokens(number), []).append((number, runs))
        for tokens, texts in by_tokens.items():
            highlighted = self._highlighted_runs(tokens)
            highlighted.look_up({run for _, runs in texts for _, run in runs})
            for number, runs in texts:
                page.add(number, highlighted.spans_among(runs))

    def _find_in_whole(self, page: PageTexts, numbers: Iterable[int]) -> None:
        by_tokens: dict[TokenCache, dict[int, list[str]]] = {}
        for number in numbers:
            runs = page.texts[number].split(" ")
            by_tokens.setdefault(page.tokens(number), {})[number] = runs
        for tokens, texts in by_tokens.items():
            highlighted = self._highlighted_runs(tokens)
            highlighted.look_up(set().union(*texts.values()))
            for number, runs in texts.items():
                page.add(number, highlighted.spans_in(runs))

    def _highlighted_runs(self, tokens: TokenCache) -> "_HighlightedRuns":
        runs = self._by_cache.get(tokens)
        if runs is None:
            runs = self._by_cache[tokens] = _HighlightedRuns(self, tokens)
        return runs

    def among(self, tokens: TokenCache, runs: set[str]) -> Iterator[tuple[str, list[Span]]]:
        """Yield the runs with tokens to highlight, and the spans of these in the run."""
        only_stems = not self._exact and not self._prefixes
        for run in tokens.containing(runs, self._stems) if only_stems else runs:
            spans = [Span(token.start, token.end) for token in tokens[run] if self._matches(token)]
            if spans:
                yield run, merged(spans)

    def _matches(self, token: Token) -> bool:
        return (
            token.stem in self._stems
            or (bool(token.exact) and token.exact in self._exact)
            or (bool(self._prefixes) and token.exact.startswith(self._prefixes))
        )


class _HighlightedRuns:
    """The runs of non-space characters with highlighted tokens, of those looked up so far."""

    def __init__(self, terms: FieldTerms, tokens: TokenCache) -> None:
        self._terms = terms
        self._tokens = tokens
        self._spans: dict[str, list[Span]] = {}

    def look_up(self, runs: set[str]) -> None:
        """Find the highlighted tokens of runs."""
        self._spans.update(self._terms.among(self._tokens, runs))

    def spans_among(self, runs: Iterable[Run]) -> list[Span]:
        """Return the spans to highlight in some runs of a text."""
        spans = self._spans
        return [
            Span(offset + start, offset + end)
            for offset, run in runs
            if run in spans
            for start, end in spans[run]
        ]

    def spans_in(self, runs: Sequence[str]) -> list[Span]:
        """Return the spans to highlight in a text that consists of the runs."""
        found: list[Run] = []
        offset = previous = 0
        # Few runs are highlighted, so the lengths of all runs between two are added at once.
        for index in [index for index, run in enumerate(runs) if run in self._spans]:
            offset += sum(map(len, runs[previous:index])) + index - previous
            previous = index
            found.append((offset, runs[index]))
        return self.spans_among(found)


def _exact(text: str) -> list[str]:
    return [token.exact for token in analyzer("en").tokens(text) if token.exact]
