"""Telling words of a search: chosen from a sample of texts, counted exactly."""

from collections.abc import Iterator
from typing import NamedTuple

from search.model.overview import TellingWord
from search.model.query import Match, SearchQuery
from search.query.rewriter import RewrittenQuery
from search.query.syntax import Node, Phrase, Prefix, Word, leaves
from search.results.overview.combined_searches import WrittenSearch, combined, required
from search.results.overview.source import OverviewSource
from search.results.overview.telling_words import Candidate, Reference, telling_words
from search.results.overview.text_sample import read_sample

__all__ = ["FoundWords", "ignored_stems", "words_of_search"]

_MAX_WORDS = 20


class FoundWords(NamedTuple):
    """Telling words, and the number of texts that they were taken from: the best or the newest."""

    words: tuple[TellingWord, ...]
    texts: int
    are_newest: bool


def words_of_search(source: OverviewSource, query: SearchQuery) -> FoundWords:
    """Return the telling words of a search.

    If the search is relaxed, they are those of the articles that match all of it: the search with
    a word added requires every word.
    """
    if query.match is Match.AUTO and source.spec(query).is_relaxed:
        query = query.matching(Match.ALL)
    rewritten = source.rewriter.rewrite(query)
    sample = read_sample(source.sample(query))
    reference = Reference(source.stem_frequencies, source.texts_by_language(), includes_sample=True)
    ignored = ignored_stems(source, rewritten.searched, query)
    candidates = telling_words(sample, reference, ignored, _MAX_WORDS)
    words = tuple(_counted(source, query, rewritten, candidates))
    return FoundWords(words, sample.texts, not source.spec(query).clauses.should)


def ignored_stems(source: OverviewSource, searched: Node | None, query: SearchQuery) -> set[str]:
    """Return the stems of the words of a search and of the values that it selects."""
    texts = [chosen.value for chosen in query.filters if not chosen.excluded]
    for leaf in leaves(searched):
        if isinstance(leaf, Word | Prefix):
            texts.append(leaf.text)
        elif isinstance(leaf, Phrase):
            texts += leaf.words
    return set().union(*map(source.stems, texts))


def _counted(
    source: OverviewSource,
    query: SearchQuery,
    rewritten: RewrittenQuery,
    candidates: list[Candidate],
) -> Iterator[TellingWord]:
    """Yield words with their totals, next to the search and alone; one request.

    A word that no match has, because its text is of another language, is left out.
    """
    nodes = required(rewritten.tree, query.match)
    literal = source.rewriter.literal
    narrowed: list[WrittenSearch | None] = []
    alone: list[WrittenSearch] = []
    words: list[str] = []
    for candidate in candidates:
        word = Word(candidate.word)
        by_itself = combined((word,), SearchQuery(), (), literal)
        if by_itself is not None:
            words.append(candidate.word)
            alone.append(by_itself)
            narrowed.append(combined((*nodes, word), query, rewritten.synonyms, literal))
    linked = [each for each in narrowed if each is not None]
    totals = iter(source.written_counts([*alone, *linked]))
    archive_totals = [next(totals) for _ in alone]
    for text, search, archive_total in zip(words, narrowed, archive_totals, strict=True):
        if search is None:
            yield TellingWord(text, None, archive_total, None)
        elif total := next(totals):
            yield TellingWord(text, total, archive_total, search.query)
