"""Parser of the query language: text to a syntax tree.

    query    := clause*                     every clause must match, as far as `match` demands
    clause   := operand ("OR" operand)*     OR binds its neighbours: `a b OR c` is `a (b OR c)`
    operand  := ["AND"] ["NOT" | "-"] primary
                                            AND is the default; NOT is the same as `-`;
                                            `title:-a` is `-title:a`
    primary  := [field ":"] (group | value)
    group    := "(" query ")"               `title:(a OR b)` is `title:a OR title:b`
    value    := word | word "*" | quoted ["~" number] | period [".." period]
                                            (periods only after `date:`; in digits of any script)
    quoted   := '"' words '"'               or other quotation marks: “” „“ «» »« 「」 …

Operators are in capitals. White space may follow the colon of a field. No text raises an error:
invalid syntax is searched as words, and operators without operands are ignored, unless there is
nothing else to search for. A text of signs alone matches nothing, a blank one everything.
`parse(write(parse(text))) == parse(text)` for every text. Tantivy's query parser and OpenSearch's
`simple_query_string` are not used, because they do not return a tree that can be corrected,
expanded and written back.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from search.analysis.analyzer import Analyzer, analyzer
from search.analysis.numbers import join_thousands
from search.analysis.pieces import Piece
from search.model.periods import Period
from search.query.lexing.ignored import IgnoredKind, IgnoredPart
from search.query.lexing.lexer import OPERATORS, Lexer
from search.query.lexing.signs import is_blank, is_punctuation
from search.query.operators import OperandList, conjunction
from search.query.proximity import MAX_SLOP, near_pairs
from search.query.stop_words import drop_stop_words
from search.query.syntax import (
    And,
    Dates,
    Leaf,
    Node,
    Not,
    Phrase,
    Prefix,
    Signs,
    Word,
    is_free_text,
    leaves,
    write,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_PHRASES",
    "MAX_PREFIX_TERMS",
    "TEXT_FIELDS",
    "ignored_parts",
    "parse",
]

TEXT_FIELDS = ("title", "author", "region", "theme", "report", "source")
"""Fields whose words can be searched by name."""

MAX_PREFIX_TERMS = 20
"""Prefix terms per query; further ones are searched as words, and displayed as such.

Each prefix term costs a walk over all indexed words with that prefix.
"""
MAX_PHRASES = 8
"""Phrases per query; the words of further ones are searched one by one, and displayed as such.

A phrase of very common words reads their places in every article. Of a near phrase, each pair of
words counts.
"""
MAX_DEPTH = 30
"""Parentheses inside each other; further ones are ignored."""
_MIN_SENTENCE = 6
"""Words from which a text in capitals with a stop word is read as a sentence."""
_FIELD = re.compile(rf"({'|'.join(TEXT_FIELDS)}|date)[:：](\s*)(?=[^\s)])", re.IGNORECASE)
_SPACED_RANGE = re.compile(r"(\d[\d-]*)\s+\.\.\s*(\d[\d-]*)(?=[\s),;]|$)")
_DIGIT = re.compile(r"(?![0-9])\d")
_AFTER_DATE = ",;，；、،"
"""Signs that may follow a date."""
_SLOP = re.compile(r"~(\d{1,4})(?![^\s()])", re.ASCII)
_FIELD_STARTS = frozenset("tTaArRsSdD")
"""First letters of the fields; no other run needs the pattern."""
_OPERATOR_STARTS = frozenset(operator[0] for operator in OPERATORS)


def parse(text: str, language: str = "en") -> Node | None:
    """Parse a query string; return None if it is blank."""
    words = analyzer(language)
    tree, _ = _parsed(text, words)
    return drop_stop_words(tree, words) if tree else None


def ignored_parts(text: str, language: str = "en") -> tuple[IgnoredPart, ...]:
    """Return the parts of a query string that `parse` ignores, each once.

    Punctuation and stop words are left out, because nobody expects them to be searched.
    """
    return _parsed(text, analyzer(language))[1]


def _without_not(text: str, analyzer: Analyzer) -> str:
    """Leave out NOT in a sentence in capitals, where it is a stop word."""
    words = text.split()
    if len(words) < _MIN_SENTENCE or "NOT" not in words or text != text.upper():
        return text
    is_sentence = any(
        analyzer.is_stop_word(word) for word in words if word not in OPERATORS and word.isalpha()
    )
    return " ".join(word for word in words if word != "NOT") if is_sentence else text


def _parsed(text: str, analyzer: Analyzer) -> tuple[Node | None, tuple[IgnoredPart, ...]]:
    """Parse a query string with its stop words; also return what is ignored."""
    text = _without_not(join_thousands(text), analyzer)
    parser = _Parser(text, analyzer)
    tree = parser.query(0, top=True)
    if tree is None and all(part.kind is not IgnoredKind.SIGNS for part in parser.ignored):
        parser = _Parser(text, analyzer, operators_are_words=True)
        tree = parser.query(0, top=True)
    if tree:
        return tree, tuple(parser.ignored)
    if is_blank(text):
        return None, ()
    return Signs(" ".join(text.split())), (IgnoredPart(IgnoredKind.ONLY_SIGNS, text.strip()),)


class _Parser:
    """Recursive-descent parser.

    `ignored` collects, in order, the parts of the text that do not count. `operators_are_words` is
    for a text that consists of nothing but operators.
    """

    def __init__(self, text: str, analyzer: Analyzer, *, operators_are_words: bool = False) -> None:
        self._lexer = Lexer(text)
        self._analyzer = analyzer
        self._operators_are_words = operators_are_words
        self._prefix_terms = 0
        self._phrases = 0
        self._skipped_groups = 0
        self.ignored: dict[IgnoredPart, None] = {}

    def query(self, depth: int, field: str | None = None, *, top: bool = False) -> Node | None:
        """Parse clauses up to the closing parenthesis or the end of the text."""
        operands = OperandList()
        is_closed = top
        while sign := self._lexer.skip_space():
            if sign == ")":
                self._lexer.position += 1
                if not top:
                    is_closed = True
                    break
                self._ignore_closing_parenthesis()
            elif sign in _OPERATOR_STARTS and (operator := self._take_operator()):
                operands.add_operator(operator)
            elif nodes := self._operand(depth, field, is_negated=operands.is_negated):
                operands.add_operand(nodes)
        node = operands.node()
        for operator in operands.ignored:
            self._ignore(IgnoredKind.OPERATOR, operator)
        if not is_closed:
            self._ignore(IgnoredKind.PARENTHESIS, "(")
        return node

    def _take_operator(self) -> str:
        return "" if self._operators_are_words else self._lexer.take_operator()

    def _ignore(self, kind: IgnoredKind, text: str) -> None:
        self.ignored[IgnoredPart(kind, text)] = None

    def _operand(self, depth: int, field: str | None, *, is_negated: bool) -> list[Node]:
        """Parse the text between two operators; `anti-war` gives several nodes.

        Several negations of one operand count as one.
        """
        sign = self._lexer.peek()
        if sign == "-":
            is_negated = self._lexer.take_minus() or is_negated
            self._skip_unpaired_marks()
            if self._lexer.at_end_of_operand():
                return []
            sign = self._lexer.peek()
        nodes = self._primary(sign, depth, field)
        return [Not(conjunction(nodes))] if nodes and is_negated else nodes

    def _primary(self, sign: str, depth: int, field: str | None) -> list[Node]:
        """Parse a group, a field, a phrase or a run, by its first character."""
        if sign == "(":
            self._lexer.position += 1
            return self._group(depth, field)
        if sign in _FIELD_STARTS and (match := self._lexer.match(_FIELD)):
            return self._field(match, depth)
        if self._lexer.at_quotation_mark():
            return self._phrase(field)
        return self._run(field)

    def _group(self, depth: int, field: str | None) -> list[Node]:
        if depth >= MAX_DEPTH:
            self._skipped_groups += 1
            self._ignore(IgnoredKind.DEPTH, "(")
            return []
        node = self.query(depth + 1, field)
        if field and isinstance(node, And):
            return list(node.children)
        return [node] if node else []

    def _field(self, match: re.Match[str], depth: int) -> list[Node]:
        """Parse a field and its value; the name of a field without a value is a word."""
        typed_name, space = match[1], match[2]
        field = typed_name.lower()
        self._lexer.position = match.end()
        if space and not self._is_value(field):
            return self._words(typed_name, None)
        is_negated = self._lexer.peek() == "-" and self._lexer.take_minus()
        if self._lexer.take("("):
            nodes = self._group(depth, field)
        elif self._lexer.at_quotation_mark():
            nodes = self._phrase(field) or self._run(field)
        else:
            nodes = self._run(field)
        is_date = field == "date"
        if nodes and not (is_date and all(is_free_text(leaf) for leaf in _all_leaves(nodes))):
            return [Not(conjunction(nodes))] if is_negated else nodes
        if is_date:
            self._ignore(IgnoredKind.DATE, self._lexer.text_since(match.end()))
        return self._words(typed_name, None) + nodes

    def _is_value(self, field: str) -> bool:
        """Return whether a value of the field is next, where white space follows the colon."""
        if self._lexer.peek() == "(" or self._lexer.at_quotation_mark():
            return True
        run = self._lexer.next_run()
        if field == "date":
            return _parse_dates(run) is not None
        return not (run.startswith("-") or run in OPERATORS or self._lexer.match(_FIELD))

    def _phrase(self, field: str | None) -> list[Node]:
        quoted = self._lexer.take_quoted()
        if quoted is None:
            self._skip_unpaired_marks()
            return []
        if field == "date" and (dates := _parse_dates(quoted)):
            return [dates]
        slop = 0
        if match := self._lexer.match(_SLOP):
            slop = min(int(match[1]), MAX_SLOP)
            self._lexer.position = match.end()
        words = tuple(_typed(quoted, piece) for piece in self._analyzer.pieces(quoted))
        if not words:
            self._ignore_signs(quoted)
            return []
        if "*" in quoted:
            self._ignore(IgnoredKind.STAR, "*")
        if field == "date":
            field = None
        phrase = Phrase(words, slop if len(words) > 1 else 0, field)
        if not self._is_beyond_limit(phrase):
            return [phrase]
        self._ignore(IgnoredKind.PHRASE_LIMIT, '"')
        runs = quoted.replace("*", "").split()
        return [_as_word(node) for run in runs for node in self._words(run, field)]

    def _is_beyond_limit(self, phrase: Phrase) -> bool:
        """Count a phrase that is written in quotation marks."""
        if len(phrase.words) > 1 and '"' in write(phrase):
            pairs, _ = near_pairs(phrase.words, phrase.slop)
            self._phrases += len(pairs) if phrase.slop else 1
        return self._phrases > MAX_PHRASES

    def _skip_unpaired_marks(self) -> None:
        while mark := self._lexer.take_unpaired_mark():
            self._ignore(IgnoredKind.QUOTATION_MARK, mark)

    def _run(self, field: str | None) -> list[Node]:
        spaced = self._lexer.match(_SPACED_RANGE) if field == "date" else None
        if spaced and (dates := _parse_dates("..".join(spaced.groups()))):
            self._lexer.position = spaced.end()
            return [dates]
        run = self._lexer.take_run()
        if field == "date":
            if dates := _parse_dates(run):
                return [dates]
            field = None
        nodes = self._words(run, field)
        if not nodes:
            self._ignore_signs(run)
        elif "*" in run:
            self._check_star(run, nodes[-1])
        return nodes if run.islower() else [_as_word(node) for node in nodes]

    def _check_star(self, run: str, last: Node) -> None:
        """Note a star that makes no prefix."""
        if "*" in run.rstrip("*"):
            self._ignore(IgnoredKind.STAR, "*")
        elif not isinstance(last, Prefix):
            is_beyond_limit = self._prefix_terms > MAX_PREFIX_TERMS
            self._ignore(IgnoredKind.PREFIX_LIMIT if is_beyond_limit else IgnoredKind.STAR, "*")

    def _ignore_closing_parenthesis(self) -> None:
        if self._skipped_groups:
            self._skipped_groups -= 1
        else:
            self._ignore(IgnoredKind.PARENTHESIS, ")")

    def _ignore_signs(self, run: str) -> None:
        signs = run.strip()
        if any(not is_punctuation(sign) for sign in signs):
            self._ignore(IgnoredKind.SIGNS, signs)

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


def _as_word(node: Node) -> Node:
    """Return a word in a form that is no operator: `NOT,` is the word `not`."""
    is_operator = isinstance(node, Word) and node.field is None and node.text in OPERATORS
    return Word(node.text.lower()) if isinstance(node, Word) and is_operator else node


def _all_leaves(nodes: Iterable[Node]) -> Iterator[Leaf]:
    for node in nodes:
        yield from leaves(node)


def _parse_dates(text: str) -> Dates | None:
    text = _DIGIT.sub(lambda digit: str(int(digit[0])), text).rstrip(_AFTER_DATE)
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
