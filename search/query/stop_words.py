"""Stop words of a query: dropped, searched when there is nothing else, or part of a name.

A name is recognised by its capitals. The decision rests only on words that stay in the query, so
the written query is parsed to the same tree.
"""

from collections.abc import Callable
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
    leaves,
)

__all__ = ["drop_stop_words"]

_PRONOUNS = ("IT", "WHO")
"""Initialisms that are pronouns in a sentence in capitals."""


def drop_stop_words(tree: Node, analyzer: Analyzer) -> Node:
    """Drop stop words, unless the query consists of nothing but stop words.

    Those that are part of a name stay as optional words.
    """
    is_sentence_in_capitals = _is_sentence_in_capitals(tree, analyzer)

    def is_stop_word(leaf: Leaf) -> bool:
        return (
            isinstance(leaf, Word)
            and leaf.field is None
            and (
                analyzer.is_stop_word(leaf.text)
                or (is_sentence_in_capitals and leaf.text in _PRONOUNS)
            )
        )

    if all(is_stop_word(leaf) for leaf in leaves(tree) if is_free_text(leaf)):
        return tree

    def without_stop_words(node: Node) -> Node | None:
        match node:
            case Not(child):
                return Not(pruned) if (pruned := without_stop_words(child)) else None
            case And(children) | Or(children):
                remaining = [pruned for child in children if (pruned := without_stop_words(child))]
                if isinstance(node, Or):
                    remaining = list(flatten_or(remaining))
                if len(remaining) > 1:
                    return type(node)(tuple(remaining))
                return remaining[0] if remaining else None
            case Word(is_optional=True):
                return node
            case _:
                return None if is_stop_word(node) else node

    pruned_tree = without_stop_words(_with_names(tree, is_stop_word))
    assert pruned_tree is not None
    return pruned_tree


def _is_sentence_in_capitals(tree: Node, analyzer: Analyzer) -> bool:
    """Return whether nothing is in lower case, and there are other stop words than initialisms."""
    texts = [text for leaf in leaves(tree) if is_free_text(leaf) for text in _texts(leaf)]
    return not any(map(_has_lower_case, texts)) and any(
        analyzer.is_stop_word(leaf.text)
        for leaf in leaves(tree)
        if isinstance(leaf, Word) and leaf.field is None
    )


def _with_names(tree: Node, is_stop_word: Callable[[Leaf], bool]) -> Node:
    """Make those stop words of a short query optional that are part of a name.

    They have a capital, and so has every other word, or some other word precedes them: the first
    capital of a sentence means nothing.
    """
    if not isinstance(tree, And):
        return tree
    others = [
        [
            leaf
            for leaf in leaves(child, positive=True)
            if _is_cased(leaf) and not is_stop_word(leaf)
        ]
        for child in tree.children
    ]
    texts = [text for each in others for leaf in each for text in _texts(leaf)]
    if not texts or len(texts) > MAX_STRICT_CLAUSES:
        return tree
    all_capitals = not any(text[0].islower() for text in texts)
    any_lower_case = any(map(_has_lower_case, texts))
    seen = 0
    children: list[Node] = []
    for child, own in zip(tree.children, others, strict=True):
        if isinstance(child, Word) and is_stop_word(child) and _is_capitalised(child.text):
            if all_capitals:
                # In a text in capitals they mean nothing.
                is_name = any_lower_case or _has_lower_case(child.text)
            else:
                is_name = seen > 0 and (not _is_first_person(child.text) or seen == len(texts))
            children.append(replace(child, is_optional=is_name))
        else:
            children.append(child)
        seen += sum(len(_texts(leaf)) for leaf in own)
    return And(tuple(children))


def _texts(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Word(text) | Prefix(text):
            return (text,)
        case Phrase(words):
            return words
        case _:
            return ()


def _is_cased(leaf: Leaf) -> bool:
    return is_free_text(leaf) and any(text != text.swapcase() for text in _texts(leaf))


def _has_lower_case(text: str) -> bool:
    return text != text.upper()


def _is_capitalised(text: str) -> bool:
    return text[0].isupper() and (len(text) == 1 or not text.isupper())


def _is_first_person(text: str) -> bool:
    """Return whether a word is `I` or begins with it, as `I'm`; a numeral is at the end."""
    return text[0] == "I" and not text[1:2].isalpha()
