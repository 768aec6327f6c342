"""Code that engines share is written once."""

import ast

import pytest

from tests.conftest import ROOT

MAX_COMMON_LINES = 20
_PUNCTUATION = "()[]{},:\"' "


def lines(engine: str, name: str) -> set[str]:
    """Return the distinct lines of a module, except imports, signatures and lines of punctuation.

    Signatures are prescribed by the protocols that both engines implement.
    """
    text = (ROOT / "search" / "engines" / engine / name).read_text("utf-8")
    numbered = dict(enumerate(text.splitlines(), 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            skipped = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        elif isinstance(node, ast.FunctionDef):
            skipped = range(node.lineno, node.body[0].lineno)
        else:
            continue
        for number in skipped:
            numbered.pop(number, None)
    return {line.strip() for line in numbered.values() if line.strip(_PUNCTUATION)}


@pytest.mark.parametrize("name", ["engine.py", "queries.py", "searcher.py", "store.py"])
def test_engines_have_few_lines_in_common(name: str) -> None:
    """A step that both engines take belongs into `search/engines/`, where it is changed once."""
    common = lines("tantivy", name) & lines("opensearch", name)
    assert len(common) < MAX_COMMON_LINES, sorted(common)
