"""Synonyms: the admin's file, and the expansion of queries."""

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
    """Each entry of a line also finds the others, which the response can display."""
    synonyms = read_synonyms(_file(tmp_path, "UK = United Kingdom = Britain  # islands\n\n"))
    tree, expansions = synonyms.expand(parse("UK trade"), ())
    assert tree == And(
        (
            Or((Word("UK"), Phrase(("United", "Kingdom")), Word("Britain")), is_synonym_group=True),
            Word("trade"),
        )
    )
    assert expansions == (Synonym("UK", "United Kingdom"), Synonym("UK", "Britain"))


def test_several_words_match_one_entry(tmp_path: Path) -> None:
    """The longest sequence of words that is an entry is expanded as a whole."""
    synonyms = read_synonyms(_file(tmp_path, "UK = United Kingdom"))
    tree, _ = synonyms.expand(parse("united kingdom"), ())
    assert tree == Or((And((Word("united"), Word("kingdom"))), Word("UK")), is_synonym_group=True)


def test_an_arrow_is_one_directional(tmp_path: Path) -> None:
    """`A => B` finds B for A, but not A for B."""
    synonyms = read_synonyms(_file(tmp_path, "Persia => Iran"))
    assert synonyms.expand(parse("Iran"), ())[1] == ()
    assert synonyms.expand(parse("persia"), ())[1] == (Synonym("persia", "Iran"),)


@pytest.mark.parametrize("text", ['"UK"', "title:UK", "-UK", "uk*", "us"])
def test_exact_terms_are_not_expanded(text: str) -> None:
    """Phrases, fields, exclusions and prefixes are exact; `us` is not the country."""
    tree = parse(text)
    assert read_synonyms("default").expand(tree, ()) == (tree, ())


def test_a_synonym_can_be_excluded() -> None:
    """A reader can switch off one synonym and keep the others."""
    _, synonyms = read_synonyms("default").expand(parse("UK"), ("britain",))
    assert [synonym.also for synonym in synonyms] == ["United Kingdom"]


@pytest.mark.parametrize("text", ["UK", "UK =", "=> Iran", "A = = B"])
def test_an_invalid_line_is_named(tmp_path: Path, text: str) -> None:
    """The admin learns which line to fix, and the service does not start with half a list."""
    with pytest.raises(InvalidSettings, match="line 2 of the synonyms"):
        read_synonyms(_file(tmp_path, f"A = B\n{text}"))
