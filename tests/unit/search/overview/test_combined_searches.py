"""Searches made of others, written as text."""

import pytest

from search.model.query import Match, SearchQuery
from search.model.results import Synonym
from search.query.parser import parse
from search.query.syntax import Node, Word
from search.results.overview.combined_searches import combined, required


def _literal(query: SearchQuery) -> tuple[Node | None, tuple[Synonym, ...]]:
    return parse(query.text), ()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("levee water", "levee OR water dam"),
        ("(levee OR dike) water", "levee OR dike OR water dam"),
        ("levee water -oil", "-oil levee OR water dam"),
    ],
)
def test_a_word_is_added_to_any_of_the_words(text: str, written: str) -> None:
    """Alternatives within alternatives are written as they are read: side by side."""
    nodes = required(parse(text), Match.ANY)
    search = combined((*nodes, Word("dam")), SearchQuery(), (), _literal)
    assert search is not None
    assert search.query.text == written
