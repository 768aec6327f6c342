"""Query processing: parsing, rewriting (spelling, synonyms) and minimum match. Start with `parse`.

The parser and the syntax tree are re-exported; other modules are imported by name.
"""

from search.query.parser import parse
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
    write,
)

__all__ = [
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
