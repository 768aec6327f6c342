"""The style of docs/style.md: a list of words to avoid, and the line length of Markdown.

The list catches habits that linters do not know. Code in Markdown, code spans and string values are
not checked, because messages and data have tests of their own.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PACKAGES = ("search", "indexer", "web", "tools", "benchmarks", "tests")
MAX_LINE_LENGTH = 100

# Each pattern with the words to use in its place.
_AVOID = {
    r"anew": "again",
    r"as good as": "practically, almost",
    r"of late": "recently",
    r"who (asks|has|reads|sits|wants|may)": "a noun: readers, clients, admins",
    # Python's None and "if there is none" are right.
    r"(?<!there )(is|are) (?-i:none\b)": "is not a …, does not exist",
    r"an? \w+ that is (?-i:none\b)": "is not a …, is invalid",
    r"hears of": "receives",
    r"told (in|under|by)": "described, identified",
    r"stands? (in|before|behind|beside)": "is in, is in front of",
    r"beside": "next to, in addition to",
    r"dear": "expensive",
    r"would else": "would otherwise",
    # "else" alone, at the end of a clause; "nothing else" and its kin are right.
    r"(?<!thing )(?<!one )(?<!body )(?<!where )(?<!all )(?<!or )else(?=[.,;)]|$)": "otherwise",
    r"parted": "split",
    r"so many": "a number, a limit, at most N",
    r"so long as": "as long as",
}
_PATTERNS = {
    re.compile(rf"\b{pattern}" + (r"\b" if pattern[-1].isalpha() else ""), re.IGNORECASE): use
    for pattern, use in _AVOID.items()
}
_DOCSTRING_START = re.compile(r"(What|Who|Whether|Where)\b")

# Hits that are right, each with the reason.
_ALLOWED = {
    ("docs/style.md", "*"): "quotes the words to avoid",
}


class Prose(NamedTuple):
    """A docstring, a comment or a line of Markdown."""

    line: int
    text: str
    is_docstring: bool = False


def _tracked(pattern: str) -> list[Path]:
    """Return the project's files that match a pattern, without folders of tools (`.venv`)."""
    return sorted(
        path
        for path in ROOT.glob(pattern)
        if not any(
            part.startswith(".") and part != ".github" for part in path.relative_to(ROOT).parts
        )
        and "node_modules" not in path.parts
        and "target" not in path.parts
    )


def python_prose(source: str) -> Iterator[Prose]:
    """Yield the docstrings and comments of a module, including docstrings of attributes."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield Prose(node.lineno, node.value.value, is_docstring=True)
    # Neighbouring lines of comments are one text, so that a phrase may span lines.
    block: list[str] = []
    first = last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        if block and token.start[0] == last + 1:
            block.append(token.string.lstrip("# "))
        else:
            if block:
                yield Prose(first, "\n".join(block))
            block, first = [token.string.lstrip("# ")], token.start[0]
        last = token.start[0]
    if block:
        yield Prose(first, "\n".join(block))


def markdown_prose(text: str) -> Iterator[Prose]:
    """Yield the lines of a page outside of fenced and indented code."""
    is_fenced = was_blank = False
    in_list = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
            continue
        if re.match(r"([-*]|\d+\.) ", line):
            in_list = True
        elif line and not line.startswith(" "):
            in_list = False
        if not is_fenced and not (line.startswith("    ") and (was_blank or not in_list)):
            yield Prose(number, line)
        was_blank = not line or (line.startswith("    ") and was_blank)


def paragraphs(lines: Iterator[Prose]) -> Iterator[Prose]:
    """Join neighbouring lines of prose, so that a phrase may span lines."""
    block: list[Prose] = []
    for prose in lines:
        follows = block and prose.line == block[-1].line + 1 and prose.text.strip()
        if block and not follows:
            yield Prose(block[0].line, "\n".join(line.text for line in block))
            block = []
        if prose.text.strip():
            block.append(prose)
    if block:
        yield Prose(block[0].line, "\n".join(line.text for line in block))


def violations(prose: Prose) -> Iterator[str]:
    """Yield the words to avoid in a text, with what to write instead."""
    text = re.sub(r"`[^`]*`", "`code`", " ".join(prose.text.split()))
    for pattern, use in _PATTERNS.items():
        for match in pattern.finditer(text):
            yield f"{match[0]!r}: write {use}"
    if prose.is_docstring and (start := _DOCSTRING_START.match(text)):
        yield f"begins with {start[0]!r}: name the thing, or write Return whether …"


def _report(path: Path, texts: Iterator[Prose]) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    if (name, "*") in _ALLOWED:
        return []
    return [f"{name}:{prose.line} {hit}" for prose in texts for hit in violations(prose)]


@pytest.mark.parametrize("package", PACKAGES)
def test_code_avoids_the_listed_words(package: str) -> None:
    """Docstrings and comments are plain technical English."""
    hits = [
        hit
        for path in _tracked(f"{package}/**/*.py")
        for hit in _report(path, python_prose(path.read_text("utf-8")))
    ]
    assert hits == [], f"{len(hits)} in {package}/; see docs/style.md"


def test_markdown_avoids_the_listed_words() -> None:
    """README and docs are plain technical English."""
    hits = [
        hit
        for path in _tracked("**/*.md")
        for hit in _report(path, paragraphs(markdown_prose(path.read_text("utf-8"))))
    ]
    assert hits == [], "see docs/style.md"


def test_markdown_lines_are_short() -> None:
    """Prose is wrapped at 100 characters; tables, pictures and lines with a long link are exempt.

    So are the results that benchmarks write.
    """
    long = [
        f"{path.relative_to(ROOT).as_posix()}:{prose.line}"
        for path in _tracked("**/*.md")
        if path.parent.name != "benchmarks"
        for prose in markdown_prose(path.read_text("utf-8"))
        if len(prose.text) > MAX_LINE_LENGTH
        and not prose.text.lstrip().startswith(("|", "<", "[", "!["))
        and "](http" not in prose.text
    ]
    assert long == []


def test_every_exception_is_needed() -> None:
    """An exception whose file is gone, or is clean by now, is removed."""
    for (name, _), reason in _ALLOWED.items():
        assert reason
        path = ROOT / name
        text = path.read_text("utf-8")
        texts = markdown_prose(text) if path.suffix == ".md" else python_prose(text)
        assert any(True for prose in texts for _ in violations(prose)), name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Build the index anew."""', 1),
        ("# the writer, of\n# late", 1),
        ('"""Whether it is ready."""', 1),
        ('"""Return whether it is ready; nothing else."""', 0),
        ('text = "anew"  # a value', 0),
        ('"""Return `dear`."""', 0),
        ('"""Return the id, which is None for a draft."""', 0),
        ('"""Raise for an id that is none."""', 2),
        ('"""Retry, or else."""', 0),
        ('"""Take the first, the second else."""', 1),
    ],
)
def test_the_check_finds_what_it_looks_for(source: str, expected: int) -> None:
    """Docstrings and comments are checked; values and code spans are not."""
    assert sum(1 for prose in python_prose(source) for _ in violations(prose)) == expected
