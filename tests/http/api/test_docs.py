"""What the documentation teaches is true."""

import re
from urllib.parse import quote

import pytest

from tests.conftest import ROOT, Server

_TEXT = (ROOT / "docs" / "searching.md").read_text("utf-8")
_TABLES = _TEXT.partition("## Automatic corrections")[0]
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
    """A reader who tries an example of docs/searching.md on the demo sees what it does."""
    assert _total(sample_server, query) > 0
    assert sample_server.get(f"/?q={quote(query)}").status_code == 200


@pytest.mark.parametrize(("first", "other"), _SAME)
def test_what_is_said_to_be_the_same_is(sample_server: Server, first: str, other: str) -> None:
    """Spellings that docs/searching.md calls the same find the same articles."""
    assert _total(sample_server, first) == _total(sample_server, other) > 0
