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
from dataclasses import replace

from search.analysis.analyzer import Analyzer, Token, analyzer, is_unspaced
from search.model.periods import Period
from search.query.stop_words import drop_stop_words
from search.query.syntax import And, Dates, Node, Not, Or, Phrase, Prefix, Word, flatten_or

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
# Designations such as F-16, COVID-19 and G-20 are one word; other hyphens separate words
# (`anti-war` is `anti war`).
_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,4}-\d{1,4}[A-Za-z]?", re.ASCII)


def parse(text: str, language: str = "en") -> Node | None:
    """Parse a query string; return None if it contains nothing to search for."""
    words = analyzer(language)
    tree = _Parser(text, words).query(0, top=True)
    return drop_stop_words(tree, words) if tree else None


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
                children.append(Or(tuple(flatten_or(map(_conjunction, operands)))))
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
        tokens = self._analyzer.tokens(quoted)
        words = tuple(_typed(quoted, token) for token in tokens if token.exact)
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
        designation = run.rstrip(".,;:!?'")
        if _DESIGNATION.fullmatch(designation):
            return [Word(designation, field)]
        tokens = [token for token in self._analyzer.tokens(run) if token.exact]
        nodes: list[Node] = []
        unspaced: list[str] = []
        for token in tokens:
            word = _typed(run, token)
            if is_unspaced(word):
                unspaced.append(word)
                continue
            _end_unspaced(unspaced, field, nodes)
            nodes.append(Word(word, field))
        _end_unspaced(unspaced, field, nodes)
        if (
            run.endswith("*")
            and nodes
            and isinstance(nodes[-1], Word)
            and tokens[-1].end == len(run.rstrip("*"))
        ):
            self._prefix_terms += 1
            if self._prefix_terms <= MAX_PREFIX_TERMS:
                nodes[-1] = Prefix(nodes[-1].text, field)
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


def _typed(run: str, token: Token) -> str:
    """Return a token as typed, in a form that parses to the same token."""
    word = run[token.start : token.end]
    return "or" if word == "OR" else word


def _conjunction(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


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
