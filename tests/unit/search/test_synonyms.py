"""Synonyms: an admin's file, and what it makes of a query."""

from pathlib import Path

import pytest

from search.errors import InvalidSettings
from search.model.results import Synonym
from search.query.parser import parse
from search.query.synonyms import read_synonyms
from search.query.syntax import And, Or, Phrase, Word


def _file(folder: Path, text: str) -> str:
    path = folder / "synonyms.txt"
    path.write_text(text, "utf-8")
    return str(path)


def test_words_that_mean_the_same_are_searched_together(tmp_path: Path) -> None:
    """Each word of a line is searched for the others, several words as a phrase, and the answer can name them."""
    synonyms = read_synonyms(_file(tmp_path, "UK = United Kingdom = Britain  # islands\n\n"))
    tree, found = synonyms.expand(parse("UK trade"), ())
    assert tree == And(
        (
            Or((Word("UK"), Phrase(("United", "Kingdom")), Word("Britain")), is_synonym_group=True),
            Word("trade"),
        )
    )
    assert found == (Synonym("UK", "United Kingdom"), Synonym("UK", "Britain"))


def test_several_typed_words_are_one_entry(tmp_path: Path) -> None:
    """The longest run of words that is an entry is widened as a whole."""
    synonyms = read_synonyms(_file(tmp_path, "UK = United Kingdom"))
    tree, _ = synonyms.expand(parse("united kingdom"), ())
    assert tree == Or((And((Word("united"), Word("kingdom"))), Word("UK")), is_synonym_group=True)


def test_an_arrow_goes_one_way(tmp_path: Path) -> None:
    """`A => B` finds B for A, and not A for B."""
    synonyms = read_synonyms(_file(tmp_path, "Persia => Iran"))
    assert synonyms.expand(parse("Iran"), ())[1] == ()
    assert synonyms.expand(parse("persia"), ())[1] == (Synonym("persia", "Iran"),)


@pytest.mark.parametrize("text", ['"UK"', "title:UK", "-UK", "uk*", "us"])
def test_what_is_asked_for_exactly_is_not_widened(text: str) -> None:
    """Phrases, fields, exclusions and prefixes mean what they say; `us` is no country."""
    tree = parse(text)
    assert read_synonyms("default").expand(tree, ()) == (tree, ())


def test_each_can_be_left_out() -> None:
    """A reader switches one off and keeps the others."""
    assert [
        each.also for each in read_synonyms("default").expand(parse("UK"), ("britain",))[1]
    ] == ["United Kingdom"]


@pytest.mark.parametrize("text", ["UK", "UK =", "=> Iran", "A = = B"])
def test_a_wrong_line_is_named(tmp_path: Path, text: str) -> None:
    """An admin learns which line to mend, and the service does not start with half a list."""
    with pytest.raises(InvalidSettings, match="line 2 of the synonyms"):
        read_synonyms(_file(tmp_path, f"A = B\n{text}"))
