"""Query rewriting: parsing, spelling correction and synonyms, the same for every engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from search.analysis.analyzer import analyzer
from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from search.model.results import CacheUse, Correction, Synonym
from search.query.minimum_match import MinimumMatch
from search.query.near_phrases import bounded
from search.query.parser import parse
from search.query.spelling import Frequencies, Speller, may_be_wrong
from search.query.synonyms import Synonyms
from search.query.syntax import Node, Phrase, Word, is_free_text, leaves, write
from search.query.terms import Terms
from search.query.vocabulary.words import MIN_BEGINNING_LENGTH, is_word, letter_count

__all__ = ["QueryRewriter", "RewrittenQuery"]

_CACHE_SIZE = 1024
"""Rewritten texts, about 2 kB each; the pages and filters of one search share one."""


@dataclass(frozen=True, slots=True)
class RewrittenQuery:
    """A query's text after rewriting.

    `tree` is the parsed text, `searched` the same tree with its synonyms. `corrected` is the text
    that replaces the typed one, or "" if the typed text is searched. `suggested_texts` are other
    spellings to offer.
    """

    tree: Node | None
    searched: Node | None
    synonyms: tuple[Synonym, ...]
    corrected: str
    suggested_texts: tuple[str, ...]

    @property
    def free_text(self) -> str:
        """The words that are searched in all fields, as typed, including those of phrases."""
        words: list[str] = []
        for leaf in leaves(self.tree, positive=True):
            if not is_free_text(leaf):
                continue
            if isinstance(leaf, Phrase):
                words += leaf.words
            elif isinstance(leaf, Word):
                words.append(leaf.text)
        return " ".join(words)

    @property
    def parts(self) -> tuple[str, ...]:
        """Texts that each search for one part: a word, also of a phrase, or a word of a field."""
        texts: dict[str, None] = {}
        for leaf in leaves(self.tree, positive=True):
            if isinstance(leaf, Phrase) and leaf.field is None:
                texts |= dict.fromkeys(write(Word(word)) for word in leaf.words)
            elif not (isinstance(leaf, Word) and leaf.is_optional):
                texts[write(leaf)] = None
        return tuple(texts)

    @property
    def query_string(self) -> str:
        """The text that parses to the tree."""
        return write(self.tree)

    @property
    def searched_string(self) -> str:
        """The text that finds the same without rewriting: as corrected, with its synonyms."""
        return write(self.searched) if self.synonyms else self.corrected


class QueryRewriter:
    """Rewrites texts for one generation; the result depends on text and index, never on filters."""

    def __init__(self, terms: Terms, minimum_match: MinimumMatch, synonyms: Synonyms) -> None:
        self._minimum_match = minimum_match
        self._synonyms = synonyms
        self._parse = lru_cache(_CACHE_SIZE)(partial(_parse, terms, minimum_match))
        self._rewrite = lru_cache(_CACHE_SIZE)(
            partial(_rewrite, terms, minimum_match, synonyms, self._parse)
        )

    @property
    def cache(self) -> CacheUse:
        """How often the rewritten query was in the cache."""
        return CacheUse(*self._rewrite.cache_info()[:2])

    def rewrite(self, query: SearchQuery) -> RewrittenQuery:
        """Rewrite a query's text."""
        unfiltered = SearchQuery(
            text=query.text,
            match=query.match,
            without_synonyms=query.without_synonyms,
            as_typed=query.as_typed,
        )
        return self._rewrite(unfiltered)

    def corrections(
        self, query: SearchQuery, rewritten: RewrittenQuery, total: int
    ) -> tuple[Correction, ...]:
        """Return other spellings with their totals under the query's filters, if above 0.

        `total` is that of the text that is searched.
        """
        corrections = (
            Correction(
                text,
                total
                if text == rewritten.corrected
                else self._minimum_match.count(self._searched(text, query), query),
            )
            for text in rewritten.suggested_texts
        )
        return tuple(correction for correction in corrections if correction.total)

    def literal(self, query: SearchQuery) -> tuple[Node | None, tuple[Synonym, ...]]:
        """Parse a query's text and add its synonyms, without correcting the spelling."""
        return self._synonyms.expand(self._parse(query.text), query.without_synonyms)

    def _searched(self, text: str, query: SearchQuery) -> Node | None:
        return self._synonyms.expand(self._parse(text), query.without_synonyms)[0]


def _parse(terms: Terms, minimum_match: MinimumMatch, text: str) -> Node | None:
    """Parse a text, with its near phrases of very common words bounded."""

    def count(tree: Node) -> int:
        return minimum_match.count(tree, SearchQuery(match=Match.ALL))

    return bounded(parse(text), terms.document_frequencies, count)


def _rewrite(
    terms: Terms,
    minimum_match: MinimumMatch,
    synonyms: Synonyms,
    parsed: Callable[[str], Node | None],
    query: SearchQuery,
) -> RewrittenQuery:
    tree = parsed(query.text)
    searched, expansions = synonyms.expand(tree, query.without_synonyms)
    frequencies = terms.document_frequencies
    if not may_be_wrong(tree, frequencies, terms.article_count):
        return RewrittenQuery(tree, searched, expansions, "", ())
    speller = terms.speller()
    texts = tuple(speller.texts(query.text, tree, frequencies))
    if not query.as_typed and not minimum_match.count(searched, query):
        for text in _alternatives(query.text, tree, texts, speller, frequencies):
            other_tree = parsed(text)
            other_searched, expansions_of_other = synonyms.expand(
                other_tree, query.without_synonyms
            )
            if minimum_match.count(other_searched, query):
                offered = tuple(dict.fromkeys((*texts, text)))
                return RewrittenQuery(
                    other_tree, other_searched, expansions_of_other, text, offered
                )
    return RewrittenQuery(tree, searched, expansions, "", texts)


def _alternatives(
    text: str,
    tree: Node | None,
    corrected: Sequence[str],
    speller: Speller,
    document_frequencies: Frequencies,
) -> Sequence[str]:
    """Return the texts to search in place of one without matches, the likeliest first."""
    last = _unfinished(text, tree)
    if not last:
        return corrected
    unfinished = f"{text}*"
    if speller.is_rather_unfinished(last, document_frequencies):
        return unfinished, *corrected
    return *corrected, unfinished


def _unfinished(text: str, tree: Node | None) -> str:
    """Return the last word if it may still be incomplete, or ""."""
    leaf = next(reversed(list(leaves(tree, positive=True))), None)
    if (
        not isinstance(leaf, Word)
        or leaf.is_optional
        # Of other fields, readers ask for whole words.
        or leaf.field not in (None, "title")
        or not text.endswith(leaf.text)
        or len(text) >= MAX_TEXT_LENGTH
    ):
        return ""
    tokens = [token for token in analyzer("en").tokens(leaf.text) if token.exact]
    last = tokens[-1] if tokens else None
    if last and letter_count(last.exact) >= MIN_BEGINNING_LENGTH and is_word(last.exact):
        return leaf.text[last.start : last.end]
    return ""
