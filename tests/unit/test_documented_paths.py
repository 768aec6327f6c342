"""Markdown files name files and folders that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_CODE = re.compile(r"`((?:search|indexer|web|tests|tools|benchmarks|docs)/[\w/.-]+)`")
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
_PAGES = sorted(
    path
    for folder in (".", ".github", "docs", "benchmarks")
    for path in (ROOT / folder).glob("*.md")
)


def _named_paths(page: Path) -> Iterator[tuple[str, Path]]:
    text = page.read_text("utf-8")
    for match in _CODE.finditer(text):
        yield match[1], ROOT / match[1]
    for match in _LINK.finditer(text):
        yield match[1], page.parent / match[1]


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_named_files_exist(page: Path) -> None:
    """A renamed module is renamed in the docs too, and no link is dead."""
    # The changelog names files of earlier versions.
    if page.name != "CHANGELOG.md":
        assert [name for name, path in _named_paths(page) if not path.exists()] == []
