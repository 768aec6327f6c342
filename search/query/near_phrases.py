"""Bounds what near phrases of very common words cost.

Whether three or more words are near each other can only be verified article by article on an
engine that finds no more than pairs. So where their pairs are near each other in too many articles,
the pairs are searched instead, and displayed as what the text was understood as.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from search.analysis.analyzer import analyzer
from search.query.proximity import MAX_SLOP, near_pairs
from search.query.syntax import And, Node, Not, Or, Phrase, leaves

__all__ = ["MAX_CANDIDATES", "bounded"]

MAX_CANDIDATES = 3_000
"""Articles of a query that may be read to verify its near phrases."""

_FREE_WORDS = 2
"""Words up to which a near phrase needs no verification."""

_Frequencies = Callable[[Sequence[str]], Mapping[str, int]]


def bounded(
    tree: Node | None, frequencies: _Frequencies, count: Callable[[Node], int]
) -> Node | None:
    """Replace near phrases by their pairs, once more than MAX_CANDIDATES articles have those.

    `frequencies` returns in about how many articles words occur; `count` counts the matches of a
    tree.
    """
    near = list(dict.fromkeys(_near_phrases(tree)))
    if not near:
        return tree
    left = MAX_CANDIDATES
    replaced: dict[Phrase, Node] = {}
    for phrase in near:
        rarest = min(frequencies(phrase.words).values())
        pairs = _pairs(phrase)
        candidates = rarest if rarest <= left else count(pairs)
        if candidates > left:
            replaced[phrase] = pairs
        else:
            left -= candidates
    return _replaced(tree, replaced) if replaced and tree else tree


def _near_phrases(tree: Node | None) -> Iterator[Phrase]:
    for leaf in leaves(tree):
        if isinstance(leaf, Phrase) and leaf.slop and len(leaf.words) > _FREE_WORDS:
            yield leaf


def _pairs(phrase: Phrase) -> Node:
    """Return the pairs of a near phrase, and its other words, as phrases."""
    forms = [form for word in phrase.words for form in analyzer("en").exact(word).split()]
    pairs, slop = near_pairs(forms, phrase.slop)
    paired = {form for pair in pairs for form in pair}
    others = [(form,) for form in dict.fromkeys(forms) if form not in paired]
    return And(
        (
            *(replace(phrase, words=pair, slop=min(slop, MAX_SLOP)) for pair in pairs),
            *(replace(phrase, words=other, slop=0) for other in others),
        )
    )


def _replaced(tree: Node, replaced: Mapping[Phrase, Node]) -> Node:
    match tree:
        case And(children):
            return And(tuple(_spliced(children, replaced)))
        case Or(children):
            return replace(tree, children=tuple(_replaced(child, replaced) for child in children))
        case Not(child):
            return Not(_replaced(child, replaced))
        case Phrase():
            return replaced.get(tree, tree)
        case _:
            return tree


def _spliced(children: Sequence[Node], replaced: Mapping[Phrase, Node]) -> Iterator[Node]:
    for child in children:
        node = _replaced(child, replaced)
        if isinstance(child, Phrase) and isinstance(node, And):
            yield from node.children
        else:
            yield node
