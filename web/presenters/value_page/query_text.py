"""A value in the language of queries."""

from search.query.lexing.quotation_marks import QUOTATION_MARKS
from search.query.parser import parse
from search.query.syntax import Phrase, Word, write

__all__ = ["query_text"]

_BLANKS = str.maketrans(dict.fromkeys(f"{QUOTATION_MARKS}\\", " "))


def query_text(facet: str, value: str) -> str:
    """Return a query for the words of a value, such as `author:"Ada Lindqvist"`.

    Quotation marks are left out, but not those that are part of a word. The query is "" for a value
    that cannot be searched, such as one of signs alone.
    """
    as_written, without_marks = value.replace("\\", " "), value.translate(_BLANKS)
    texts = [f'{facet}:"{" ".join(words.split())}"' for words in (as_written, without_marks)]
    return next((text for text in texts if _names_value(text, facet)), "")


def _names_value(text: str, facet: str) -> bool:
    """Return whether a query is a single word or phrase of a facet."""
    tree = parse(text)
    is_value = isinstance(tree, Word | Phrase) and tree.field == facet
    return is_value and bool(write(tree))
