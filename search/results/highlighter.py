"""The highlighter: marks a query's words and phrases, by the tokens that the engines match.

The engines' own highlighters analyse text themselves, while our index contains ready tokens.
"""

from collections.abc import Iterable, Sequence
from html import escape

from search.analysis.analyzer import analyzer
from search.analysis.plain_text import plain_text
from search.model.article import Article
from search.model.results import Highlights
from search.query.clauses import split_clauses
from search.query.loosening import syllable_pairs
from search.query.syntax import Node, Phrase, Prefix, Word, is_free_text, is_optional, leaves
from search.results.fragments import (
    FRAGMENT_LENGTH,
    MAX_EXTENT,
    beginning,
    best_windows,
    fragment,
    to_html,
)
from search.results.highlighted_terms import FieldTerms, Span

__all__ = ["FRAGMENT_LENGTH", "Highlighter", "Span"]

_CHUNK_SIZE = 100_000
"""Characters of a long text that are analysed at once.

In fragments, a phrase across two chunks is not highlighted.
"""
_FREE_TEXT_FIELDS = ("title", "deck", "body", "author")
_BATCH_SIZE = 10
"""Articles whose texts are looked up at once, which bounds the memory."""


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
        self._by_field: dict[str, FieldTerms] = {}
        self._by_terms: dict[tuple[Word | Prefix | Phrase, ...], FieldTerms] = {}

    def _field_terms(self, field: str) -> FieldTerms:
        found = self._by_field.get(field)
        if found is None:
            terms = tuple(
                term
                for term in self._terms
                if term.field == field or (is_free_text(term) and field in _FREE_TEXT_FIELDS)
            )
            # Most queries name no field, so several fields have the same terms.
            if terms not in self._by_terms:
                self._by_terms[terms] = FieldTerms(terms, self._analyzers)
            found = self._by_field[field] = self._by_terms[terms]
        return found

    def spans(self, text: str, language: str, field: str = "body") -> list[Span]:
        """Return the spans to highlight in a field, from left to right and without overlaps."""
        return self._field_terms(field).spans(text, language)

    def mark(self, text: str, language: str, field: str) -> str:
        """Return the whole text as HTML with highlights."""
        terms = self._field_terms(field)
        spans = [] if terms.is_empty or not text else terms.spans(text, language)
        return to_html(text, spans, 0, len(text)) if spans else escape(text)

    def fragments(self, text: str, language: str) -> tuple[str, ...]:
        """Return the best fragments of a body as HTML, or its beginning if nothing matches."""
        spans = (
            self.spans(text, language)
            if len(text) <= _CHUNK_SIZE
            else self._first_spans(text, language)
        )
        if not spans:
            return beginning(text)
        return tuple([fragment(text, spans, window) for window in best_windows(text, spans)])

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
            if spans and spans[-1].start - spans[0].start > MAX_EXTENT:
                break
            start += len(chunk)
        return spans

    def highlights(self, articles: Sequence[Article]) -> list[Highlights]:
        """Highlight all displayed fields of several articles."""
        found: list[Highlights] = []
        for first in range(0, len(articles), _BATCH_SIZE):
            batch = [
                (article, article.byline or ", ".join(article.authors), plain_text(article.body))
                for article in articles[first : first + _BATCH_SIZE]
            ]
            self._prepare(batch)
            found += [self._highlights(*displayed) for displayed in batch]
        return found

    def _prepare(self, batch: Sequence[tuple[Article, str, str]]) -> None:
        """Look up the words of the texts of several articles that any text of a query may be in."""
        texts: dict[FieldTerms, list[tuple[str, str]]] = {}
        for field in _FREE_TEXT_FIELDS:
            texts.setdefault(self._field_terms(field), [])
        title, deck, body, author = (texts[self._by_field[field]] for field in _FREE_TEXT_FIELDS)
        for article, byline, text in batch:
            language = article.language
            title.append((article.title, language))
            deck.append((article.deck, language))
            body.append((text, language))
            author += [(name, language) for name in (byline, *article.authors)]
        for terms, of_fields in texts.items():
            terms.prepare(of_fields)

    def _highlights(self, article: Article, byline: str, body: str) -> Highlights:
        language = article.language

        def values(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple([self.mark(value, language, field) for value in values])

        return Highlights(
            title=self.mark(article.title, language, "title"),
            deck=self.mark(article.deck, language, "deck"),
            byline=self.mark(byline, language, "author"),
            source=self.mark(article.source, language, "source"),
            authors=values("author", article.authors),
            regions=values("region", article.regions),
            themes=values("theme", article.themes),
            reports=values("report", article.reports),
            body=self.fragments(body, language),
        )
