"""The examples of the documentation work."""

import re
from urllib.parse import quote

import pytest

from tests.conftest import ROOT, Server

_TEXT = (ROOT / "docs" / "searching.md").read_text("utf-8")
_TABLES = _TEXT.partition("\n## ")[2].partition("\n## ")[0]
"""The first section: the query language."""
_ROWS = [line for line in _TABLES.splitlines() if line.startswith("| `")]
_CODE = re.compile(r"`([^`]+)`")
_TAUGHT = [
    query
    for row in _ROWS
    if "is the same" not in row
    for query in _CODE.findall(row.split(" | ")[0])
]
_SAME = [
    (first, other)
    for row in _ROWS[8:]
    for first, other in [_CODE.findall(row)[:2]]
]  # fmt: skip


def _total(server: Server, text: str) -> int:
    return int(server.get(f"/api/v1/search?match=all&q={quote(text)}").json()["total"])


@pytest.mark.parametrize("query", _TAUGHT)
def test_every_example_finds_something(sample_server: Server, query: str) -> None:
    """The examples of docs/searching.md have results in the demo."""
    assert _total(sample_server, query) > 0
    assert sample_server.get(f"/?q={quote(query)}").status_code == 200


@pytest.mark.parametrize(("first", "other"), _SAME)
def test_equivalent_examples_find_the_same(sample_server: Server, first: str, other: str) -> None:
    """Spellings that docs/searching.md calls the same have the same total."""
    assert _total(sample_server, first) == _total(sample_server, other) > 0
