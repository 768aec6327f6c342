"""Query processing: parsing, rewriting (spelling, synonyms) and minimum match. Start with `parse`.

The parser and the syntax tree are re-exported; other modules are imported by name.
"""

from search.query.lexing.ignored import IgnoredKind, IgnoredPart
from search.query.parser import ignored_parts, parse
from search.query.syntax import (
    And,
    Dates,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Signs,
    Word,
    is_free_text,
    leaves,
    write,
)

__all__ = [
    "And",
    "Dates",
    "IgnoredKind",
    "IgnoredPart",
    "Leaf",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Signs",
    "Word",
    "ignored_parts",
    "is_free_text",
    "leaves",
    "parse",
    "write",
]
