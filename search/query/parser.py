"""Parser of the query language: text to a syntax tree.

    query   := clause*                      every clause must match, as far as `match` demands
    clause  := operand ("OR" operand)*      OR binds its neighbours: `a b OR c` is `a (b OR c)`
    operand := ["-"] primary
    primary := "(" query ")" | [field ":"] value
    value   := word | word "*" | '"' words '"' ["~" number] | period [".." period]
                                            (periods only after `date:`)

No text raises an error: invalid syntax is searched as words, and operators without operands are
ignored. `parse(write(parse(text))) == parse(text)` for every text. Tantivy's query parser and
OpenSearch's `simple_query_string` are not used, because they do not return a tree that can be
corrected, expanded and written back.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from search.analysis.analyzer import Analyzer, Piece, analyzer
from search.analysis.numbers import join_thousands
from search.model.periods import Period
from search.query.syntax import (
    And,
    Dates,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    is_free_text,
    leaves,
)

__all__ = ["MAX_PREFIX_TERMS", "TEXT_FIELDS", "parse"]

TEXT_FIELDS = ("title", "author", "region", "theme", "report", "source")
"""Fields whose words can be searched by name."""

MAX_PREFIX_TERMS = 20
"""Prefix terms per query; further ones are searched as words, and displayed as such.

Each prefix term costs a walk over all indexed words with that prefix.
"""
_MAX_DEPTH = 30
_MAX_SLOP = 99
_QUOTES = '"“”„«»'
_FIELD = re.compile(rf"({'|'.join(TEXT_FIELDS)}|date):(?=[^\s()])", re.IGNORECASE)
_RUN = re.compile(rf"[^\s(){_QUOTES}]+")
_SLOP = re.compile(r"~(\d{1,4})(?![^\s()])", re.ASCII)


def parse(text: str, language: str = "en") -> Node | None:
    """Parse a query string; return None if it contains nothing to search for."""
    words = analyzer(language)
    tree = _Parser(join_thousands(text), words).query(0, top=True)
    return _drop_stop_words(tree, words) if tree else None


class _Parser:
    """Recursive-descent parser; `_position` is the index of the next character."""

    def __init__(self, text: str, analyzer: Analyzer) -> None:
        self._text = text
        self._position = 0
        self._analyzer = analyzer
        self._prefix_terms = 0

    def query(self, depth: int, *, top: bool = False) -> Node | None:
        """Parse clauses up to the closing parenthesis or the end of the text."""
        clauses: list[list[list[Node]]] = []
        after_or = False
        while self._skip_space():
            if self._take(")"):
                if top:
                    continue
                break
            if self._take_or():
                after_or = bool(clauses)
                continue
            if operand := self._operand(depth):
                if after_or:
                    clauses[-1].append(operand)
                else:
                    clauses.append([operand])
                after_or = False
        children: list[Node] = []
        for operands in clauses:
            if len(operands) == 1:
                children += operands[0]
            else:
                children.append(Or(tuple(_flatten_or(map(_conjunction, operands)))))
        return _conjunction(children) if children else None

    def _operand(self, depth: int) -> list[Node]:
        """Parse the text between two operators; `anti-war` gives several nodes."""
        is_negated = self._take_minus()
        nodes = self._primary(depth)
        return [Not(_conjunction(nodes))] if nodes and is_negated else nodes

    def _primary(self, depth: int) -> list[Node]:
        if self._take("("):
            node = self.query(depth + 1) if depth < _MAX_DEPTH else None
            return [node] if node else []
        field = None
        if match := _FIELD.match(self._text, self._position):
            field = match[1].lower()
            self._position = match.end()
            if field == "date":
                return self._dates(match[1])
        if self._peek() in _QUOTES:
            return self._phrase(field)
        return self._run(field)

    def _dates(self, field_name: str) -> list[Node]:
        """Parse the value of `date:`.

        If it is not a period, it is searched as words, together with the name of the field.
        """
        start = self._position
        text = self._quoted() if self._peek() in _QUOTES else None
        if text is None:
            match = _RUN.match(self._text, self._position)
            text = match[0] if match else ""
            self._position += len(text)
        if dates := _parse_dates(text):
            return [dates]
        self._position = max(self._position, start + 1)
        return self._words(field_name, None) + self._words(text, None)

    def _phrase(self, field: str | None) -> list[Node]:
        quoted = self._quoted()
        if quoted is None:
            return []
        slop = 0
        if match := _SLOP.match(self._text, self._position):
            slop = min(int(match[1]), _MAX_SLOP)
            self._position = match.end()
        words = tuple(_typed(quoted, piece) for piece in self._analyzer.pieces(quoted))
        if not words:
            return []
        return [Phrase(words, slop if len(words) > 1 else 0, field)]

    def _quoted(self) -> str | None:
        """Take a quoted text; skip an opening quote that is never closed."""
        start = self._position + 1
        for end in range(start, len(self._text)):
            if self._text[end] in _QUOTES:
                self._position = end + 1
                return self._text[start:end]
        self._position = start
        return None

    def _run(self, field: str | None) -> list[Node]:
        match = _RUN.match(self._text, self._position)
        if match is None:
            self._position += 1
            return []
        self._position = match.end()
        return self._words(match[0], field)

    def _words(self, run: str, field: str | None) -> list[Node]:
        """Convert a run of non-space characters to words: two for `anti-war`, none for `&`."""
        pieces = self._analyzer.pieces(run)
        nodes: list[Node] = []
        unspaced: list[str] = []
        for piece in pieces:
            word = _typed(run, piece)
            if piece.is_unspaced:
                unspaced.append(word)
                continue
            _end_unspaced(unspaced, field, nodes)
            nodes.append(Word(word, field))
        _end_unspaced(unspaced, field, nodes)
        if (
            run.endswith("*")
            and nodes
            and isinstance(nodes[-1], Word)
            and pieces[-1].end == len(run.rstrip("*"))
        ):
            self._prefix_terms += 1
            if self._prefix_terms <= MAX_PREFIX_TERMS:
                nodes[-1:] = _prefix(run, pieces[-1], field)
        return nodes

    def _skip_space(self) -> bool:
        while self._position < len(self._text) and self._text[self._position].isspace():
            self._position += 1
        return self._position < len(self._text)

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1] or " "

    def _take(self, sign: str) -> bool:
        if self._peek() == sign:
            self._position += 1
            return True
        return False

    def _take_or(self) -> bool:
        match = _RUN.match(self._text, self._position)
        if match and match[0] == "OR":
            self._position = match.end()
            return True
        return False

    def _take_minus(self) -> bool:
        """Take minus signs; return whether a single one directly precedes an operand."""
        start = self._position
        while self._peek() == "-":
            self._position += 1
        return self._position == start + 1 and not self._peek().isspace() and self._peek() != ")"


def _end_unspaced(characters: list[str], field: str | None, nodes: list[Node]) -> None:
    """End a run of characters of an unspaced script: several form a phrase."""
    if characters:
        nodes.append(
            Word(characters[0], field)
            if len(characters) == 1
            else Phrase(tuple(characters), 0, field)
        )
        characters.clear()


def _prefix(run: str, piece: Piece, field: str | None) -> list[Node]:
    """Return the last word of a piece as a prefix, after the words before it."""
    words = [
        run[token.start : token.end] for token in piece.tokens if token.exact and token.stem
    ] or [run[piece.start : piece.end]]
    return [*(Word(word, field) for word in words[:-1]), Prefix(words[-1], field)]


def _typed(run: str, piece: Piece) -> str:
    """Return a piece as typed, in a form that parses to the same piece."""
    word = run[piece.start : piece.end]
    return "or" if word == "OR" else word


def _conjunction(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _flatten_or(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Or):
            yield from node.children
        else:
            yield node


def _parse_dates(text: str) -> Dates | None:
    first_text, dots, last_text = text.partition("..")
    try:
        first = Period.parse(first_text) if first_text else None
        last = (Period.parse(last_text) if last_text else None) if dots else first
    except ValueError:
        return None
    if first is None and last is None:
        return None
    if first and last and first.first > last.first:
        return replace(_date_range(last, first), text=f"{last_text}..{first_text}")
    return replace(_date_range(first, last), text=text)


def _date_range(first: Period | None, last: Period | None) -> Dates:
    return Dates(first.first if first else None, last.last if last else None, "")


def _drop_stop_words(tree: Node, analyzer: Analyzer) -> Node:
    """Drop stop words, unless the query consists of nothing but stop words."""

    def is_stop_word(leaf: Leaf) -> bool:
        return isinstance(leaf, Word) and leaf.field is None and analyzer.is_stop_word(leaf.text)

    if all(is_stop_word(leaf) for leaf in leaves(tree) if is_free_text(leaf)):
        return tree

    def without_stop_words(node: Node) -> Node | None:
        match node:
            case Not(child):
                return Not(pruned) if (pruned := without_stop_words(child)) else None
            case And(children) | Or(children):
                remaining = [pruned for child in children if (pruned := without_stop_words(child))]
                if isinstance(node, Or):
                    remaining = list(_flatten_or(remaining))
                if len(remaining) > 1:
                    return type(node)(tuple(remaining))
                return remaining[0] if remaining else None
            case _:
                return None if is_stop_word(node) else node

    pruned_tree = without_stop_words(tree)
    assert pruned_tree is not None
    return pruned_tree
