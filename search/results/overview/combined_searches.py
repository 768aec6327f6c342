"""Searches made of others: with a word added, of both, or of one without the other.

Each is written as text that is searched literally: every clause is required, and no synonym is
added that the first searches do not have. So a search with a word added has exactly those matches
that have the word.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from search.model.results import Synonym
from search.query.clauses import split_clauses
from search.query.parser import parse
from search.query.syntax import And, Node, Not, Or, Word, flatten_or, write

__all__ = ["Expansion", "WrittenSearch", "combined", "negated", "required"]

Expansion = Callable[[SearchQuery], tuple[Node | None, tuple[Synonym, ...]]]
"""Parses a query's text literally and adds its synonyms."""


@dataclass(frozen=True, slots=True)
class WrittenSearch:
    """A search, the tree that is searched, and the synonyms in it."""

    query: SearchQuery
    searched: Node | None
    synonyms: tuple[Synonym, ...] = ()


def required(tree: Node | None, match: Match) -> tuple[Node, ...]:
    """Return nodes that match together what a tree matches in a match mode."""
    if tree is None:
        return ()
    if match is not Match.ANY:
        return tree.children if isinstance(tree, And) else (tree,)
    clauses = split_clauses(tree)
    should = clauses.should
    any_of = (Or(tuple(flatten_or(should))),) if should[1:] else should
    return (*clauses.must, *any_of)


def negated(searched: Node | None, match: Match) -> tuple[Node, ...] | None:
    """Return a node that matches what a tree with its synonyms does not; None of an empty one.

    The synonyms are written out, since those of an excluded word are not added.
    """
    nodes = required(_plain(searched), match)
    if not nodes:
        return None
    return (Not(nodes[0] if len(nodes) == 1 else And(nodes)),)


def combined(
    nodes: Iterable[Node],
    filters: SearchQuery,
    synonyms: Iterable[Synonym],
    expand: Expansion,
) -> WrittenSearch | None:
    """Return the search for what matches all nodes, with these synonyms at most.

    None if its text is too long, if the search takes no more filters, or if the nodes are read
    otherwise when they are written together.
    """
    children = tuple(nodes)
    tree = children[0] if len(children) == 1 else And(children)
    text = write(tree)
    if len(text) > MAX_TEXT_LENGTH or _deciding(parse(text)) != _deciding(tree):
        return None
    match = filters.match if isinstance(tree, Word) else Match.ALL
    query = replace(filters, text=text, match=match, as_typed=False, page=1, cursor=None)
    searched, found = expand(query)
    known = set(synonyms)
    for other in [synonym.also for synonym in found if synonym not in known]:
        if query.is_full:
            return None
        query = query.without_synonym(other)
    if query.without_synonyms != filters.without_synonyms:
        searched, found = expand(query)
    return WrittenSearch(query, searched, found)


def _plain(node: Node | None) -> Node | None:
    """Return a tree without synonym groups, which are alternatives like others."""
    match node:
        case And(children):
            return And(tuple(plain for child in children if (plain := _plain(child))))
        case Or(children):
            return Or(tuple(plain for child in children if (plain := _plain(child))))
        case _:
            return node


def _deciding(node: Node | None) -> Node | None:
    """Return a tree without the optional words, which never decide what matches."""
    match node:
        case And(children):
            left = tuple(kept for child in children if (kept := _deciding(child)))
            return left[0] if len(left) == 1 else And(left) if left else None
        case Not(child):
            return Not(kept) if (kept := _deciding(child)) else None
        case Word(is_optional=True):
            return None
        case _:
            return node
