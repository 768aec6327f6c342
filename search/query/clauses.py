"""What of a query always holds, what may be given up, and how much of it must match."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from search.analysis.analyzer import analyzer
from search.query.syntax import And, Node, Not, Word, is_free_text, leaves

__all__ = ["MAX_STRICT_CLAUSES", "RELAX_BELOW_MATCHES", "QueryClauses", "split_clauses"]

RELAX_BELOW_MATCHES = 10
"""`match=auto` gives words up when fewer articles of the whole index hold them all."""
MAX_STRICT_CLAUSES = 6
"""Clauses of a query that `match=auto` counts; a longer text is a question or a passage, of which any word may match."""
_MAX_PAIRS = 12


@dataclass(frozen=True, slots=True)
class QueryClauses:
    """A query's parts: `must` ones always hold, of the `should` as many as `match` demands.

    `counts` says how often each clause stands in the query; `bigrams` are the words that stand side by side in it.
    """

    must: tuple[Node, ...]
    should: tuple[Node, ...]
    counts: tuple[int, ...] = ()
    bigrams: tuple[tuple[str, str], ...] = ()


def split_clauses(tree: Node | None) -> QueryClauses:
    """Take a query apart: exclusions, fields and dates are required, other words, phrases and groups are clauses."""
    if tree is None:
        return QueryClauses((), ())
    parts = tree.children if isinstance(tree, And) else (tree,)
    free = [
        part for part in parts if not isinstance(part, Not) and any(map(is_free_text, leaves(part)))
    ]
    first = {_form(part): part for part in reversed(free)}
    repeats = Counter(map(_form, free))
    pairs = dict.fromkeys(
        (one.text, other.text)
        for one, other in pairwise(parts)
        if isinstance(one, Word)
        and isinstance(other, Word)
        and one.field is None
        and other.field is None
    )
    return QueryClauses(
        must=tuple(dict.fromkeys(part for part in parts if part not in free)),
        should=tuple(first[form] for form in repeats),
        counts=tuple(repeats.values()),
        bigrams=tuple(pairs)[:_MAX_PAIRS],
    )


def _form(part: Node) -> Node:
    """Return what two forms of one word share: `oils` is `oil` again."""
    return Word(analyzer("en").stem(part.text)) if isinstance(part, Word) else part
