"""Splits a parsed query into clauses that always hold and clauses that may be relaxed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis.analyzer import analyzer
from search.analysis.token_pattern import HYPHEN
from search.query.syntax import And, Node, Not, Word, is_free_text, leaves

__all__ = ["MAX_STRICT_CLAUSES", "RELAX_BELOW_MATCHES", "QueryClauses", "split_clauses"]

RELAX_BELOW_MATCHES = 10
"""`match=auto` relaxes a query when fewer articles of the whole index match all of its clauses."""
MAX_STRICT_CLAUSES = 6
"""Clauses up to which `match=auto` counts how many match.

A longer text is a question or a passage, of which any word may match.
"""
_MAX_BIGRAMS = 12


@dataclass(frozen=True, slots=True)
class QueryClauses:
    """The clauses of a query, in the terms of a boolean query.

    `must` clauses always hold; how many of the `should` clauses must hold depends on the match
    mode. `counts` is the number of times each `should` clause occurs in the query. `bigrams` are
    pairs of adjacent words. `strict` are the clauses before long phrases were loosened, if any.
    """

    must: tuple[Node, ...]
    should: tuple[Node, ...]
    counts: tuple[int, ...] = ()
    bigrams: tuple[tuple[str, str], ...] = ()
    strict: "QueryClauses | None" = None

    @property
    def full(self) -> "QueryClauses":
        """The clauses that a full match has."""
        return self.strict or self

    def are_relaxed(self, minimum_should_match: int) -> bool:
        """Return whether an article with this number of clauses may lack one."""
        return self.strict is not None or minimum_should_match < len(self.should)


def split_clauses(tree: Node | None) -> QueryClauses:
    """Split a query: exclusions, fields and dates must hold; words, phrases and groups should."""
    if tree is None:
        return QueryClauses((), ())
    children = tree.children if isinstance(tree, And) else (tree,)
    parts = [part for child in children for part in _parts(child)]
    optional = [
        part for part in parts if not isinstance(part, Not) and any(map(is_free_text, leaves(part)))
    ]
    first_by_form = {_form(part): part for part in reversed(optional)}
    counts = Counter(map(_form, optional))
    bigrams = dict.fromkeys(
        (left.text, right.text)
        for left, right in pairwise(parts)
        if isinstance(left, Word)
        and isinstance(right, Word)
        and left.field is None
        and right.field is None
    )
    return QueryClauses(
        must=tuple(dict.fromkeys(part for part in parts if part not in optional)),
        should=tuple(first_by_form[form] for form in counts),
        counts=tuple(counts.values()),
        bigrams=tuple(bigrams)[:_MAX_BIGRAMS],
    )


def _parts(node: Node) -> Iterable[Node]:
    """Return the parts of a hyphenated compound, so that an article may have some of them.

    Stop words among them are ignored; a compound of stop words (`well-being`) is one clause.
    """
    if isinstance(node, Word) and node.field is None:
        words = analyzer("en")
        if any(len(group) > 1 for group in words.alternatives(node.text)):
            parts = [
                Word(part, None, node.text)
                for part in HYPHEN.split(node.text)
                if not words.is_stop_word(part)
            ]
            return parts or [node]
    return [node]


def _form(part: Node) -> Node:
    """Return a key that forms of one word share: `oils` repeats `oil`."""
    return replace(part, text=analyzer("en").stem(part.text)) if isinstance(part, Word) else part
