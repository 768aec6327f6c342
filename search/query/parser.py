"""The query language: a reader's text to a small tree, and the tree back to text.

    query   := clause*                      every clause must hold, as far as `match` demands
    clause  := operand ("OR" operand)*      OR binds its neighbours: `a b OR c` is `a (b OR c)`
    operand := ["-"] primary
    primary := "(" query ")" | [field ":"] value
    value   := word | word "*" | '"' words '"' ["~" number] | period [".." period]     (periods after `date:` only)

Nothing a reader types raises: what is no valid query is searched as words, operators without operands are ignored.
`parse(write(parse(text))) == parse(text)` for every text.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis.analyzer import Analyzer, Token, analyzer, is_unspaced
from search.model.periods import Period

__all__ = [
    "MAX_PREFIX_TERMS",
    "And",
    "Dates",
    "Leaf",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Word",
    "is_free_text",
    "leaves",
    "parse",
    "write",
]

TEXT_FIELDS = ("title", "author", "region", "theme", "report", "source")
"""Fields whose words can be asked for by name."""

MAX_PREFIX_TERMS = 20
"""Of one query, since each costs a walk over all words that begin so; further ones are searched as words, and said so."""
_DEEPEST = 30
_WIDEST_SLOP = 99
_QUOTES = '"“”„«»'
_FIELD = re.compile(rf"({'|'.join(TEXT_FIELDS)}|date):(?=[^\s()])", re.IGNORECASE)
_RUN = re.compile(rf"[^\s(){_QUOTES}]+")
_SLOP = re.compile(r"~(\d{1,4})(?![^\s()])", re.ASCII)
# Designations such as F-16, COVID-19, G-20 mean one thing; other hyphens join words (`anti-war` is `anti war`).
_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,4}-\d{1,4}[A-Za-z]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Word:
    """Any form of a word; with a field, whole words of its value (stemmed in the title alone)."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so."""

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
    """Days from `first` to `last`, both in; None is open."""

    first: dt.date | None
    last: dt.date | None
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """Leave out what the child matches."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Every child matches."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """A child matches; `same` says that the children mean one thing, so that several of them count no more than one."""

    children: tuple["Node", ...]
    same: bool = False


Leaf = Word | Prefix | Phrase | Dates
Node = Leaf | Not | And | Or


def parse(text: str, language: str = "en") -> Node | None:
    """Understand a reader's text; None when it asks for nothing."""
    parser = _Parser(text, analyzer(language))
    tree = parser.query(0, top=True)
    return _ignore_stop_words(tree, analyzer(language)) if tree else None


def leaves(node: Node | None, *, positive: bool = False) -> Iterator[Leaf]:
    """Yield the leaves from left to right; `positive` leaves out what is excluded."""
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
    """Whether a leaf looks everywhere: only such words, phrases and groups may be given up by `match=auto`."""
    return not isinstance(leaf, Dates) and leaf.field is None


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
    prefix = f"{node.field}:" if node.field else ""
    match node:
        case Word(text):
            return prefix + text
        case Prefix(text):
            return f"{prefix}{text}*"
        case Phrase(words, slop):
            return f'{prefix}"{_join(words)}"' + (f"~{slop}" if slop else "")


def _write_group(node: Node) -> str:
    return f"({write(node)})"


def _write_operand(node: Node) -> str:
    return _write_group(node) if isinstance(node, And | Or) else write(node)


def _join(words: tuple[str, ...]) -> str:
    """Words with a space between, but for scripts written without."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if is_unspaced(before[-1]) and is_unspaced(word[0]) else f" {word}"
    return text


class _Parser:
    """One pass over the text; `place` is where it stands."""

    def __init__(self, text: str, analyzer: Analyzer) -> None:
        self._text = text
        self._place = 0
        self._analyzer = analyzer
        self._beginnings = 0

    def query(self, depth: int, *, top: bool = False) -> Node | None:
        """Read clauses up to the closing parenthesis or the end."""
        clauses: list[list[tuple[list[Node], bool]]] = []
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
                nodes, _ = operands[0]
                children += nodes
            else:
                children.append(Or(tuple(_flat_or(_together(nodes) for nodes, _ in operands))))
        return _together(children) if children else None

    def _operand(self, depth: int) -> tuple[list[Node], bool] | None:
        """Read what stands between operators: its nodes (several for `anti-war`), and whether it is a group."""
        negated = self._take_minus()
        nodes, group = self._primary(depth)
        if not nodes:
            return None
        if negated:
            return [Not(_together(nodes))], False
        return nodes, group

    def _primary(self, depth: int) -> tuple[list[Node], bool]:
        if self._take("("):
            node = self.query(depth + 1) if depth < _DEEPEST else None
            return ([node], True) if node else ([], False)
        field = None
        if match := _FIELD.match(self._text, self._place):
            field = match[1].lower()
            self._place = match.end()
            if field == "date":
                return self._dates(match[1]), False
        if self._peek() in _QUOTES:
            return self._phrase(field), False
        return self._run(field), False

    def _dates(self, written: str) -> list[Node]:
        """Read the value of `date:`; what is no period is searched as words, the field's name among them."""
        start = self._place
        text = self._quoted() if self._peek() in _QUOTES else None
        if text is None:
            match = _RUN.match(self._text, self._place)
            text = match[0] if match else ""
            self._place += len(text)
        if dates := _dates(text):
            return [dates]
        self._place = max(self._place, start + 1)
        return self._words(written, None) + self._words(text, None)

    def _phrase(self, field: str | None) -> list[Node]:
        inner = self._quoted()
        if inner is None:
            return []
        slop = 0
        if match := _SLOP.match(self._text, self._place):
            slop = min(int(match[1]), _WIDEST_SLOP)
            self._place = match.end()
        words = tuple(_piece(inner, token) for token in self._analyzer.tokens(inner) if token.exact)
        if not words:
            return []
        return [Phrase(words, slop if len(words) > 1 else 0, field)]

    def _quoted(self) -> str | None:
        """Take a quoted text; an opening quote without its closing one is skipped."""
        start = self._place + 1
        for end in range(start, len(self._text)):
            if self._text[end] in _QUOTES:
                self._place = end + 1
                return self._text[start:end]
        self._place = start
        return None

    def _run(self, field: str | None) -> list[Node]:
        match = _RUN.match(self._text, self._place)
        if match is None:
            self._place += 1
            return []
        self._place = match.end()
        return self._words(match[0], field)

    def _words(self, run: str, field: str | None) -> list[Node]:
        """Turn a run of non-space characters into words: `anti-war` holds two, `&` none."""
        if _DESIGNATION.fullmatch(run.rstrip(".,;:!?'")):
            return [Word(run.rstrip(".,;:!?'"), field)]
        tokens = [token for token in self._analyzer.tokens(run) if token.exact]
        nodes: list[Node] = []
        unspaced: list[str] = []
        for token in tokens:
            piece = _piece(run, token)
            if is_unspaced(piece):
                unspaced.append(piece)
                continue
            _end_unspaced(unspaced, field, nodes)
            nodes.append(Word(piece, field))
        _end_unspaced(unspaced, field, nodes)
        if (
            run.endswith("*")
            and nodes
            and isinstance(nodes[-1], Word)
            and tokens[-1].end == len(run.rstrip("*"))
        ):
            self._beginnings += 1
            if self._beginnings <= MAX_PREFIX_TERMS:
                nodes[-1] = Prefix(nodes[-1].text, field)
        return nodes

    def _skip_space(self) -> bool:
        while self._place < len(self._text) and self._text[self._place].isspace():
            self._place += 1
        return self._place < len(self._text)

    def _peek(self) -> str:
        return self._text[self._place : self._place + 1] or " "

    def _take(self, sign: str) -> bool:
        if self._peek() == sign:
            self._place += 1
            return True
        return False

    def _take_or(self) -> bool:
        match = _RUN.match(self._text, self._place)
        if match and match[0] == "OR":
            self._place = match.end()
            return True
        return False

    def _take_minus(self) -> bool:
        """Take the signs before an operand; one minus that touches what follows excludes it."""
        start = self._place
        while self._peek() == "-":
            self._place += 1
        return self._place == start + 1 and not self._peek().isspace() and self._peek() != ")"


def _end_unspaced(pieces: list[str], field: str | None, nodes: list[Node]) -> None:
    """Close a run of characters of an unspaced script: several are a phrase."""
    if pieces:
        nodes.append(
            Word(pieces[0], field) if len(pieces) == 1 else Phrase(tuple(pieces), 0, field)
        )
        pieces.clear()


def _piece(run: str, token: Token) -> str:
    """Return the token as typed, in a form that reads back as itself."""
    piece = run[token.start : token.end]
    return "or" if piece == "OR" else piece


def _together(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _flat_or(nodes: Iterator[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Or):
            yield from node.children
        else:
            yield node


def _dates(text: str) -> Dates | None:
    first_text, dots, last_text = text.partition("..")
    try:
        first = Period.parse(first_text) if first_text else None
        last = (Period.parse(last_text) if last_text else None) if dots else first
    except ValueError:
        return None
    if first is None and last is None:
        return None
    if first and last and first.first > last.first:
        return replace(_range(last, first), text=f"{last_text}..{first_text}")
    return replace(_range(first, last), text=text)


def _range(first: Period | None, last: Period | None) -> Dates:
    return Dates(first.first if first else None, last.last if last else None, "")


def _ignore_stop_words(tree: Node, analyzer: Analyzer) -> Node:
    """Drop stop words beside other words."""

    def is_stop_word(leaf: Leaf) -> bool:
        return isinstance(leaf, Word) and leaf.field is None and analyzer.is_stop_word(leaf.text)

    if all(is_stop_word(leaf) for leaf in leaves(tree) if is_free_text(leaf)):
        return tree

    def kept(node: Node) -> Node | None:
        match node:
            case Not(child):
                return Not(child_kept) if (child_kept := kept(child)) else None
            case And(children) | Or(children):
                left = [child_kept for child in children if (child_kept := kept(child))]
                if isinstance(node, Or):
                    left = list(_flat_or(iter(left)))
                return type(node)(tuple(left)) if len(left) > 1 else left[0] if left else None
            case _:
                return None if is_stop_word(node) else node

    pruned = kept(tree)
    assert pruned is not None
    return pruned
