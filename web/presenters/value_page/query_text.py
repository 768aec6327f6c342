"""A value in the language of queries."""

from search.query.lexing.quotation_marks import QUOTATION_MARKS
from search.query.parser import parse
from search.query.syntax import Phrase, Word, write

__all__ = ["query_text"]

_BLANKS = str.maketrans(dict.fromkeys(f"{QUOTATION_MARKS}'\\", " "))


def query_text(facet: str, value: str) -> str:
    """Return a query for the words of a value, such as `author:"Ada Lindqvist"`.

    It is "" for a value that cannot be searched, such as one of signs alone.
    """
    words = " ".join(value.translate(_BLANKS).split())
    text = f'{facet}:"{words}"'
    tree = parse(text)
    is_value = isinstance(tree, Word | Phrase) and tree.field == facet
    return text if is_value and write(tree) else ""
