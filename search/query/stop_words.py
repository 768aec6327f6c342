"""Stop words of a query: dropped, searched when there is nothing else, or part of a name.

A name is recognised by its capitals. The decision rests only on words that stay in the query, so
the written query is parsed to the same tree.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from search.analysis.analyzer import Analyzer
from search.query.clauses import MAX_STRICT_CLAUSES
from search.query.syntax import (
    And,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    flatten_or,
    is_free_text,
    is_optional,
    leaves,
)

__all__ = ["drop_stop_words"]

_PRONOUNS = {"IT", "WHO"}
_ADVERBS = frozenset(
    """
    above across again against below beyond down further less more most off once out over own same
    under up within
    """.split()
)
"""Stop words that seldom begin a sentence other than as a part of a name or a compound."""


def drop_stop_words(tree: Node, analyzer: Analyzer) -> Node:
    """Drop stop words, unless the query consists of nothing but stop words.

    Those that are part of a name stay as optional words.
    """
    all_leaves = list(leaves(tree))
    texts = [leaf.text for leaf in all_leaves if isinstance(leaf, Word) and leaf.field is None]
    stop_words = set(filter(analyzer.is_stop_word, texts))
    if not stop_words:
        return tree
    if _is_in_capitals(all_leaves, stop_words):
        # In a sentence in capitals, these initialisms are pronouns.
        stop_words |= _PRONOUNS

    def is_stop_word(node: Node) -> bool:
        return isinstance(node, Word) and node.field is None and node.text in stop_words

    if all(is_stop_word(leaf) for leaf in all_leaves if is_free_text(leaf)):
        return tree

    pruned = _without(_with_names(tree, is_stop_word), is_stop_word)
    assert pruned is not None
    return pruned


def _is_in_capitals(all_leaves: Sequence[Leaf], stop_words: set[str]) -> bool:
    """Return whether a text is in capitals, which a word that stays in the query has to show."""
    texts = [text for leaf in all_leaves for text in _texts(leaf)]
    return not any(map(_has_lower_case, texts)) and any(
        text != text.lower() for text in texts if text not in stop_words | _PRONOUNS
    )


def _without(node: Node, is_stop_word: Callable[[Node], bool]) -> Node | None:
    match node:
        case Not(child):
            return Not(pruned) if (pruned := _without(child, is_stop_word)) else None
        case And(children) | Or(children):
            remaining = [pruned for child in children if (pruned := _without(child, is_stop_word))]
            if isinstance(node, Or):
                remaining = list(flatten_or(remaining))
            if len(remaining) > 1:
                return type(node)(tuple(remaining))
            return remaining[0] if remaining else None
        case Word(is_optional=True):
            return node
        case _:
            return None if is_stop_word(node) else node


def _with_names(tree: Node, is_stop_word: Callable[[Node], bool]) -> Node:
    """Make those stop words of a short query optional that are part of a name.

    They have a capital, and so has every other word, or the word after them, or a name or some
    other word precedes them: the first capital of a sentence alone means nothing, except that of an
    adverb (`Down syndrome`).
    """
    if not isinstance(tree, And):
        return tree
    is_small = [is_stop_word(child) for child in tree.children]
    words = sum(
        isinstance(child, Word) and child.field is None and not small
        for child, small in zip(tree.children, is_small, strict=True)
    )
    if words > MAX_STRICT_CLAUSES:
        return tree
    candidates = [
        small and isinstance(child, Word) and _is_capitalised(child.text)
        for child, small in zip(tree.children, is_small, strict=True)
    ]
    if not any(candidates):
        return tree
    others = [
        [
            text
            for leaf in leaves(child, positive=True)
            if is_free_text(leaf) and not is_stop_word(leaf)
            for text in _texts(leaf)
        ]
        for child in tree.children
    ]
    texts = [text for each in others for text in each]
    if len(texts) > MAX_STRICT_CLAUSES:
        return tree
    all_capitals = any(text[0].isupper() for text in texts) and not any(
        text[0].islower() for text in texts
    )
    any_lower_case = any(map(_has_lower_case, texts))
    seen = 0
    children: list[Node] = []
    following = (*tree.children[1:], None)
    for child, own, is_candidate, after in zip(
        tree.children, others, candidates, following, strict=True
    ):
        if is_candidate and isinstance(child, Word):
            if all_capitals:
                # In a text in capitals they mean nothing.
                is_name = any_lower_case or _has_lower_case(child.text)
            else:
                is_name = (
                    0 < seen == len(texts)
                    if _is_first_person(child.text)
                    else seen > 0
                    or (bool(children) and is_optional(children[-1]))
                    or _begins_name(after, is_stop_word)
                    or (bool(texts) and child.text.lower() in _ADVERBS)
                )
            children.append(replace(child, is_optional=is_name))
        else:
            children.append(child)
        seen += len(own)
    return And(tuple(children))


def _begins_name(node: Node | None, is_stop_word: Callable[[Node], bool]) -> bool:
    """Return whether a word has a capital and is no pronoun that would be dropped."""
    if not isinstance(node, Word) or node.field is not None or not node.text[0].isupper():
        return False
    return not is_stop_word(node) or (
        _is_capitalised(node.text) and not _is_first_person(node.text)
    )


def _texts(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Word(text) | Prefix(text):
            return (text,)
        case Phrase(words):
            return words
        case _:
            return ()


def _has_lower_case(text: str) -> bool:
    return text != text.upper()


def _is_capitalised(text: str) -> bool:
    return text[0].isupper() and (len(text) == 1 or not text.isupper())


def _is_first_person(text: str) -> bool:
    """Return whether a word is `I` or begins with it, as `I'm`; a numeral is at the end."""
    return text[0] == "I" and not text[1:2].isalpha()
