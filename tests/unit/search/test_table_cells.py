"""Cells of tables: lists and guarded formulas are read back as they were."""

import csv
import io
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.formats.record.validation import to_article
from indexer.input.streams.csv_splitter import Header
from search.model.article import ARTICLE_KEYS, Article
from search.model.table_cells import guard_formula, join_values, split_values, unguard_formula
from web.presenters.downloads.article_table import table_chunks

SIGNS = st.text(st.sampled_from(";\"', |=+-@\\\t\r\nab潮"), max_size=12)
VALUES = st.lists(SIGNS.map(lambda text: " ".join(text.split())).filter(bool), max_size=5)


@settings(deadline=None)
@given(VALUES)
def test_values_are_split_where_they_were_joined(values: list[str]) -> None:
    """Semicolons and quotation marks within values do not part or join them."""
    cell = join_values(values)
    assert split_values(cell) == values
    # As docs/api.md shows it.
    assert next(csv.reader([cell], delimiter=";", skipinitialspace=True)) == values


@settings(deadline=None)
@given(SIGNS)
def test_a_guard_is_removed_where_it_was_put(text: str) -> None:
    """No text loses a quote of its own, and no guarded text is a formula."""
    guarded = guard_formula(text)
    assert unguard_formula(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Asia; Europe", ["Asia", "Europe"]),
        ("Asia;Europe;", ["Asia", "Europe"]),
        ('Asia; "Sea; Ports"', ["Asia", "Sea; Ports"]),
        ('"The ""Old"" Port; East"', ['The "Old" Port; East']),
        ('"Big" Jim Moor; Ida Fenn', ['"Big" Jim Moor', "Ida Fenn"]),
        ('"never closed; Asia', ['"never closed', "Asia"]),
        ("Asia;; ;Europe", ["Asia", "Europe"]),
        ("", []),
    ],
)
def test_values_that_people_wrote(text: str, values: list[str]) -> None:
    """Quotation marks count only around a whole value."""
    assert split_values(text) == values


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {
            key: VALUES if key in ("authors", "regions", "themes", "reports") else SIGNS
            for key in ARTICLE_KEYS
            if key not in ("published", "source_published", "language")
        }
    )
)
def test_an_exported_table_reads_back_to_the_same_articles(record: Mapping[str, object]) -> None:
    """Every key of an article survives, with any signs that tables use themselves."""
    before = _article({**record, "published": "2019-03-05", "title": f"{record['title']}x"})
    text = b"".join(table_chunks([before], 1_000, has_mark=False)).decode()
    head, row = csv.reader(io.StringIO(text, newline=""))
    assert _article(Header(head, {}).record(row)) == before


def _article(record: Mapping[str, object]) -> Article:
    return to_article(record, "", "en")[0]
