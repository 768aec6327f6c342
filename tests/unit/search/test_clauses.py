"""Clauses: the parts of a query that an article may have or lack."""

import pytest

from search.query.clauses import split_clauses
from search.query.parser import parse

CLAUSES = [
    ("oil prices", (1, 1)),
    ("oil oils", (2,)),
    ("anti-war march", (1, 1)),
    ("a long anti-war march through pigeon streets past glacier pigeons", (1, 1, 1, 1, 2, 1, 1, 1)),
    ("well-being", (1,)),
    ("zero-one", (1,)),
    ("oil -gas title:sea", (1,)),
]


@pytest.mark.parametrize(("text", "counts"), CLAUSES)
def test_forms_of_one_word_are_one_clause(text: str, counts: tuple[int, ...]) -> None:
    """A repeated word counts once when a query is relaxed, and so does a compound."""
    assert split_clauses(parse(text)).counts == counts
