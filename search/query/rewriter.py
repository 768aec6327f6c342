"""What a reader's text is searched as: read, corrected where nothing matches, widened by synonyms; the same for every engine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.caching import cached_per_generation
from search.model.query import MAX_TEXT_LENGTH, SearchQuery
from search.model.results import CacheUse, Correction, Synonym
from search.query.parser import parse
from search.query.spelling import Speller, may_be_wrong
from search.query.synonyms import Synonyms
from search.query.syntax import Node, Phrase, Word, is_free_text, leaves, write

__all__ = ["QueryRewriter", "RewrittenQuery", "TermStatistics"]

_CACHE_SIZE = 4096
_MIN_PREFIX_LENGTH = 3
"""Letters from which a word that nothing holds is taken for the beginning of one."""


class TermStatistics(Protocol):
    """What an engine tells of its words."""

    @property
    def article_count(self) -> int:
        """The number of articles."""

    def speller(self) -> Speller:
        """Return what corrects by the words of title, deck, body and authors."""

    def document_frequencies(self, words: Sequence[str]) -> Mapping[str, int]:
        """Say how many articles hold any form of each word, about."""

    def total(self, tree: Node | None, query: SearchQuery) -> int:
        """Count the matches of a tree under a query's filters."""


@dataclass(frozen=True, slots=True)
class RewrittenQuery:
    """A text as it is searched: `tree` is what the words say, `searched` has what is searched beside them.

    `corrected` is the text that is searched in the place of the reader's, "" where that is searched itself; `others` are
    texts that may be meant.
    """

    tree: Node | None
    searched: Node | None
    synonyms: tuple[Synonym, ...]
    corrected: str
    others: tuple[str, ...]

    @property
    def words(self) -> str:
        """The words that are looked for everywhere, as they were typed; those of phrases too."""
        found: list[str] = []
        for leaf in leaves(self.tree, positive=True):
            if is_free_text(leaf):
                found += (
                    leaf.words
                    if isinstance(leaf, Phrase)
                    else (leaf.text,)
                    if isinstance(leaf, Word)
                    else ()
                )
        return " ".join(found)

    @property
    def written(self) -> str:
        """The tree as text that reads to it."""
        return write(self.tree)


class QueryRewriter:
    """Reads texts for one generation; what it decides rests on text and index alone, never on filters."""

    def __init__(self, words: TermStatistics, synonyms: Synonyms) -> None:
        self._words = words
        self._synonyms = synonyms
        self._remembered = cached_per_generation(self._read, _CACHE_SIZE)

    @property
    def cache(self) -> CacheUse:
        """How often a text had been understood already."""
        return CacheUse(*self._remembered.cache_info()[:2])

    def read(self, query: SearchQuery) -> RewrittenQuery:
        """Understand a query's text."""
        bare = SearchQuery(
            text=query.text,
            match=query.match,
            without_synonyms=query.without_synonyms,
            as_typed=query.as_typed,
        )
        return self._remembered(bare)

    def corrections(self, query: SearchQuery, understood: RewrittenQuery) -> tuple[Correction, ...]:
        """Return the texts that may be meant, with their totals under the query's filters; those that find nothing are left out."""
        found = (
            Correction(text, self._words.total(self._expanded(text, query)[1], query))
            for text in understood.others
        )
        return tuple(each for each in found if each.total)

    def _expanded(
        self, text: str, query: SearchQuery
    ) -> tuple[Node | None, Node | None, tuple[Synonym, ...]]:
        tree = parse(text)
        return tree, *self._synonyms.expand(tree, query.without_synonyms)

    def _read(self, query: SearchQuery) -> RewrittenQuery:
        tree, searched, synonyms = self._expanded(query.text, query)
        words = self._words
        if not may_be_wrong(tree, words.document_frequencies, words.article_count):
            return RewrittenQuery(tree, searched, synonyms, "", ())
        others = tuple(words.speller().texts(query.text, tree, words.document_frequencies))
        if not query.as_typed and not words.total(searched, query):
            for text in (*others, *_begun(query.text, tree)):
                other, other_searched, other_synonyms = self._expanded(text, query)
                if words.total(other_searched, query):
                    return RewrittenQuery(
                        other,
                        other_searched,
                        other_synonyms,
                        text,
                        tuple(dict.fromkeys((*others, text))),
                    )
        return RewrittenQuery(tree, searched, synonyms, "", others)


def _begun(text: str, tree: Node | None) -> Iterator[str]:
    """Yield the text with its last word as a beginning, where it may be one that is still being typed."""
    last = next(reversed(list(leaves(tree, positive=True))), None)
    if (
        isinstance(last, Word)
        and len(last.text) >= _MIN_PREFIX_LENGTH
        and text.endswith(last.text)
        and len(text) < MAX_TEXT_LENGTH
    ):
        yield f"{text}*"
