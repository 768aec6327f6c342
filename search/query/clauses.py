"""Splits a parsed query into clauses that always hold and clauses that may be relaxed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from search.analysis.analyzer import analyzer
from search.analysis.token_pattern import HYPHEN
from search.query.syntax import And, Node, Not, Word, is_free_text, leaves

__all__ = [
    "MAX_STRICT_CLAUSES",
    "RELAX_BELOW_MATCHES",
    "QueryClauses",
    "split_clauses",
]

RELAX_BELOW_MATCHES = 10
"""`match=auto` relaxes a query when fewer articles of the whole index match all of its clauses."""
MAX_STRICT_CLAUSES = 6
"""Clauses up to which `match=auto` counts how many match.

A longer text is a question or a passage, of which any word may match.
"""
_MAX_BIGRAMS = 12
_CACHE_SIZE = 256
"""Trees of recent queries; each is split several times while it is answered."""


@dataclass(frozen=True, slots=True)
class QueryClauses:
    """The clauses of a query, in the terms of a boolean query.

    `must` clauses always hold; how many of the `should` clauses must hold depends on the match
    mode. `counts` is the number of times each `should` clause occurs in the query. `bigrams` are
    pairs of adjacent words, and `names` those with a stop word, which is either part of a name or
    in a query of nothing but stop words. `strict` are the clauses before long phrases were
    loosened, if any.
    """

    must: tuple[Node, ...]
    should: tuple[Node, ...]
    counts: tuple[int, ...] = ()
    bigrams: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    strict: "QueryClauses | None" = None

    @property
    def full(self) -> "QueryClauses":
        """The clauses that a full match has."""
        return self.strict or self

    def are_relaxed(self, minimum_should_match: int) -> bool:
        """Return whether an article with this number of clauses may lack one."""
        return self.strict is not None or minimum_should_match < len(self.should)


@lru_cache(_CACHE_SIZE)
def split_clauses(tree: Node | None) -> QueryClauses:
    """Split a query: exclusions, fields and dates must hold; words, phrases and groups should.

    A text with more than MAX_STRICT_CLAUSES clauses is a passage. Its parentheses are punctuation:
    they mark an aside, so the words in them are clauses of their own, and so are the parts of its
    hyphenated compounds.
    """
    if tree is None:
        return QueryClauses((), ())
    children = tree.children if isinstance(tree, And) else (tree,)
    ungrouped = tuple(_ungrouped(tree))
    clauses = _split(ungrouped)
    if len(clauses.should) > MAX_STRICT_CLAUSES:
        return _split([part for node in ungrouped for part in _parts(node)])
    return clauses if len(ungrouped) == len(children) else _split(children)


def _ungrouped(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for child in node.children:
            yield from _ungrouped(child)
    else:
        yield node


def _split(parts: Sequence[Node]) -> QueryClauses:
    required = [part for part in parts if not (isinstance(part, Word) and part.is_optional)]
    optional = [
        part
        for part in required
        if not isinstance(part, Not) and any(map(is_free_text, leaves(part)))
    ]
    forms = list(map(_form, optional))
    first_by_form = dict(zip(reversed(forms), reversed(optional), strict=True))
    counts = Counter(forms)
    pairs = dict.fromkeys(
        (left.text, right.text)
        for left, right in pairwise([part for node in parts for part in _parts(node)])
        if isinstance(left, Word)
        and isinstance(right, Word)
        and left.field is None
        and right.field is None
    )
    # Stop words are optional, unless the query has no other words.
    has_stop_words = len(required) < len(parts) or (
        isinstance(parts[0], Word) and analyzer("en").is_stop_word(parts[0].text)
    )
    names = _names(list(pairs)) if has_stop_words else ()
    return QueryClauses(
        must=tuple(dict.fromkeys(part for part in required if part not in optional)),
        should=tuple(first_by_form[form] for form in counts),
        counts=tuple(counts.values()),
        bigrams=tuple(pair for pair in pairs if pair not in names)[:_MAX_BIGRAMS],
        names=names[:_MAX_BIGRAMS],
    )


def _parts(node: Node) -> Iterable[Node]:
    """Return the parts of a hyphenated compound, so that an article may have some of them.

    Stop words among them are ignored; a compound of stop words (`well-being`) is one clause.
    """
    if not isinstance(node, Word) or node.text.isalnum():
        return [node]
    if node.field is None and not node.is_optional:
        words = analyzer("en")
        typed = HYPHEN.split(node.text)
        if len(typed) > 1 and any(len(group) > 1 for group in words.alternatives(node.text)):
            parts = [
                Word(part, compound=node.text) for part in typed if not words.is_stop_word(part)
            ]
            return parts or [node]
    return [node]


def _names(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs with a stop word.

    Pairs with a word in lower case are left out if the other neighbour has a capital: in `slap of
    Will Smith`, the name is not `slap Will`.
    """
    is_stop_word = analyzer("en").is_stop_word
    pairs = [pair for pair in pairs if any(map(is_stop_word, pair))]
    capitalised = [pair for pair in pairs if all(word[0].isupper() for word in pair)]
    with_capital = {word for pair in capitalised for word in pair}
    return tuple(pair for pair in pairs if pair in capitalised or with_capital.isdisjoint(pair))


def _form(part: Node) -> Node:
    """Return a key that forms of one word share: `oils` repeats `oil`."""
    if not isinstance(part, Word):
        return part
    # `dataclasses.replace` takes several times as long.
    return Word(analyzer("en").stem(part.text), part.field, part.is_optional)
