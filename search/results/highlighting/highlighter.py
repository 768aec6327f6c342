"""The highlighter: marks a query's words and phrases, by the tokens that the engines match.

The engines' own highlighters analyse text themselves, while our index contains ready tokens.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import NamedTuple

from search.analysis.analyzer import analyzer
from search.analysis.plain_text import plain_text
from search.model.article import Article
from search.model.results import Highlights
from search.query.clauses import split_clauses
from search.query.loosening import syllable_pairs
from search.query.syntax import Node, Phrase, Prefix, Word, is_free_text, is_optional, leaves
from search.results.highlighting.fragments import (
    FRAGMENT_LENGTH,
    MAX_EXTENT,
    beginning,
    best_windows,
    escaped,
    fragment,
    to_html,
)
from search.results.highlighting.highlighted_terms import FieldTerms
from search.results.highlighting.spans import Span

__all__ = ["FRAGMENT_LENGTH", "Highlighter", "Span"]

_CHUNK_SIZE = 100_000
"""Characters of a long text that are analysed at once.

In fragments, a phrase across two chunks is not highlighted.
"""
_FREE_TEXT_FIELDS = ("title", "deck", "body", "author")
_BATCH_SIZE = 10
_MAX_TOGETHER = 20_000
"""Articles and characters of a body up to which texts are looked up together.

This bounds the memory.
"""


class Highlighter:
    """Highlights one query's words; created once per search, for the languages of the index."""

    def __init__(self, tree: Node | None, languages: Iterable[str]) -> None:
        self._terms: list[Word | Prefix | Phrase] = [
            leaf
            for leaf in leaves(tree, positive=True)
            if isinstance(leaf, Word | Prefix | Phrase) and not is_optional(leaf)
        ]
        is_stop_word = analyzer("en").is_stop_word
        # A stop word is highlighted next to its neighbours, with which it is a name.
        if any(isinstance(leaf, Word) and is_stop_word(leaf.text) for leaf in leaves(tree)):
            self._terms += map(Phrase, split_clauses(tree).names)
        # A long Korean word may have matched by its parts.
        self._terms += syllable_pairs(tree)
        self._analyzers = [analyzer(language) for language in languages] or [analyzer("en")]
        self._by_field: dict[str, FieldTerms] = {}
        self._by_terms: dict[tuple[int, ...], FieldTerms] = {}

    def _field_terms(self, field: str) -> FieldTerms:
        found = self._by_field.get(field)
        if found is None:
            has_free_text = field in _FREE_TEXT_FIELDS
            terms = [
                term
                for term in self._terms
                if term.field == field or (has_free_text and is_free_text(term))
            ]
            # Most queries name no field, so several fields have the same terms.
            key = tuple(map(id, terms))
            if key not in self._by_terms:
                self._by_terms[key] = FieldTerms(terms, self._analyzers)
            found = self._by_field[field] = self._by_terms[key]
        return found

    def spans(self, text: str, language: str, field: str = "body") -> list[Span]:
        """Return the spans to highlight in a field, from left to right and without overlaps."""
        return self._field_terms(field).spans([text], [language])[0]

    def spans_of(
        self, texts: Sequence[str], language: str, field: str = "body"
    ) -> list[list[Span]]:
        """Return the spans to highlight in several texts of one language, which are few."""
        return self._field_terms(field).spans(texts, [language] * len(texts))

    def marks(self, field: str) -> bool:
        """Return whether anything can be highlighted in a field."""
        return not self._field_terms(field).is_empty

    def mark(self, text: str, language: str, field: str) -> str:
        """Return the whole text as HTML with highlights."""
        terms = self._field_terms(field)
        (spans,) = terms.spans([text], [language]) if text else ([],)
        return _marked(text, spans) if spans else escape(text)

    def fragments(self, text: str, language: str) -> tuple[str, ...]:
        """Return the best fragments of a body as HTML, or its beginning if nothing matches."""
        spans = (
            self.spans(text, language)
            if len(text) <= _CHUNK_SIZE
            else self._first_spans(text, language)
        )
        return _fragments(text, spans)

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
            found += self._highlights(articles[first : first + _BATCH_SIZE])
        return found

    def _highlights(self, articles: Sequence[Article]) -> Iterable[Highlights]:
        languages = [article.language for article in articles]
        bodies = [plain_text(article.body) for article in articles]
        texts = [
            ("title", [article.title for article in articles]),
            ("deck", [article.deck for article in articles]),
            ("author", [article.byline or ", ".join(article.authors) for article in articles]),
            ("source", [article.source for article in articles]),
        ]
        lists = [
            ("author", [article.authors for article in articles]),
            ("region", [article.regions for article in articles]),
            ("theme", [article.themes for article in articles]),
            ("report", [article.reports for article in articles]),
        ]
        short_bodies = [text if len(text) <= _MAX_TOGETHER else "" for text in bodies]
        columns = [_Column(field, values, languages) for field, values in texts]
        columns += [_Column.of_lists(field, values, languages) for field, values in lists]
        *spans, of_bodies = self._spans([*columns, _Column("body", short_bodies, languages)])
        marked = iter(_marked_columns(columns, spans))
        return map(
            Highlights,
            *islice(marked, len(texts)),
            *(
                [tuple(islice(column, len(of_article))) for of_article in values]
                for (_, values), column in zip(lists, map(iter, marked), strict=True)
            ),
            [
                _fragments(text, spans) if text == short else self.fragments(text, language)
                for text, short, spans, language in zip(
                    bodies, short_bodies, of_bodies, languages, strict=True
                )
            ],
        )

    def _spans(self, columns: Sequence["_Column"]) -> list[list[list[Span]]]:
        """Return the spans to highlight in the texts of each column."""
        by_terms: dict[FieldTerms, list[int]] = {}
        found: list[list[list[Span]]] = []
        for number, column in enumerate(columns):
            found.append([[]] * len(column.texts))
            terms = self._field_terms(column.field)
            if not terms.is_empty:
                by_terms.setdefault(terms, []).append(number)
        for terms, numbers in by_terms.items():
            spans = iter(
                terms.spans(
                    [text for number in numbers for text in columns[number].texts],
                    [language for number in numbers for language in columns[number].languages],
                )
            )
            for number in numbers:
                found[number] = list(islice(spans, len(columns[number].texts)))
        return found


class _Column(NamedTuple):
    """The texts of several articles in one field, each with its language."""

    field: str
    texts: Sequence[str]
    languages: Sequence[str]

    @classmethod
    def of_lists(
        cls, field: str, lists: Iterable[Sequence[str]], languages: Iterable[str]
    ) -> "_Column":
        """Return the column of all values of a field with several values per article."""
        pairs = [
            (text, language)
            for texts, language in zip(lists, languages, strict=True)
            for text in texts
        ]
        return cls(field, [text for text, _ in pairs], [language for _, language in pairs])


def _marked_columns(
    columns: Sequence[_Column], spans: Sequence[Sequence[list[Span]]]
) -> Iterator[list[str]]:
    """Yield the whole texts of each column as HTML with highlights."""
    html = iter(escaped([text for column in columns for text in column.texts]))
    for column, of_column in zip(columns, spans, strict=True):
        yield [
            _marked(text, of_text) if of_text else plain
            for text, of_text, plain in zip(column.texts, of_column, html, strict=False)
        ]


def _marked(text: str, spans: list[Span]) -> str:
    return to_html(text, spans, 0, len(text))


def _fragments(text: str, spans: list[Span]) -> tuple[str, ...]:
    if not spans:
        return beginning(text)
    return tuple([fragment(text, spans, window) for window in best_windows(text, spans)])
