"""The syntax tree of a query: its nodes, and `write`, which turns a tree back into text."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from search.analysis.token_pattern import are_separable, is_unspaced

__all__ = [
    "And",
    "Dates",
    "Leaf",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Signs",
    "Word",
    "flatten_or",
    "is_free_text",
    "is_optional",
    "leaves",
    "write",
]


@dataclass(frozen=True, slots=True)
class Word:
    """Any form of a word.

    With a field, whole words of the field's values; only the title is stemmed. An optional word is
    a stop word that is part of a name (`Vitamin A`): next to its neighbours it adds to the score,
    but it never decides what matches. A part of a hyphenated `compound` is also found by the
    compound's closed form.
    """

    text: str
    field: str | None = None
    is_optional: bool = False
    compound: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with the text."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact words in this order, with at most `slop` other words between them."""

    words: tuple[str, ...]
    slop: int = 0
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """Days from `first` to `last`, both inclusive; None leaves an end open."""

    first: dt.date | None
    last: dt.date | None
    text: str


@dataclass(frozen=True, slots=True)
class Signs:
    """A whole query without a letter or digit: it matches nothing, since signs are not indexed."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Excludes articles that match the child."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Matches if every child matches."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Matches if any child matches.

    The children of a synonym group mean the same, so several matches score no more than one.
    """

    children: tuple["Node", ...]
    is_synonym_group: bool = False


Leaf = Word | Prefix | Phrase | Dates | Signs
Node = Leaf | Not | And | Or


def leaves(node: Node | None, *, positive: bool = False) -> Iterator[Leaf]:
    """Yield the leaves from left to right; with `positive`, without excluded ones."""
    match node:
        case None:
            return
        case Not(child):
            if not positive:
                yield from leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child, positive=positive)
        case _:
            yield node


def is_free_text(leaf: Leaf) -> bool:
    """Return whether a leaf searches all fields.

    Only words, phrases and groups of this kind may be dropped by `match=auto`.
    """
    return not isinstance(leaf, Dates | Signs) and leaf.field is None


def is_optional(node: Node) -> bool:
    """Return whether a node is an optional word, which never decides what matches."""
    return isinstance(node, Word) and node.is_optional


def flatten_or(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield alternatives, those of nested alternatives one by one."""
    for node in nodes:
        if isinstance(node, Or):
            yield from node.children
        else:
            yield node


def write(node: Node | None) -> str:
    """Write a tree as text that parses to the same tree."""
    match node:
        case None:
            return ""
        case And(children):
            return " ".join(
                _write_operand(child) if isinstance(child, And) else write(child)
                for child in children
            )
        case Or(children):
            return " OR ".join(_write_operand(child) for child in children)
        case Not(child):
            return "-" + (_write_group(child) if isinstance(child, Not) else _write_operand(child))
        case Dates(text=text):
            return f"date:{text}"
        case Signs(text):
            return text
    prefix = f"{node.field}:" if node.field else ""
    match node:
        case Word(text):
            return prefix + text
        case Prefix(text):
            return f"{prefix}{text}*"
        case Phrase():
            return prefix + _write_phrase(node)


def _write_phrase(phrase: Phrase) -> str:
    text = _join(phrase.words)
    if not phrase.slop and len(phrase.words) > 1 and is_unspaced(text):
        # A run of such signs is a phrase without quotation marks, too.
        return text
    return f'"{text}"' + (f"~{phrase.slop}" if phrase.slop else "")


def _write_group(node: Node) -> str:
    return f"({write(node)})"


def _write_operand(node: Node) -> str:
    return _write_group(node) if isinstance(node, And | Or) else write(node)


def _join(words: tuple[str, ...]) -> str:
    """Join words with spaces, except in scripts written without spaces."""
    text = words[0]
    for previous, word in pairwise(words):
        joined = is_unspaced(previous) and is_unspaced(word) and are_separable(previous, word)
        text += word if joined else f" {word}"
    return text
