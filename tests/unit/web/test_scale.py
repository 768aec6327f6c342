"""The style sheet keeps to one scale: seven sizes of type and seven steps of space."""

import re
from collections.abc import Iterator

import pytest

from web.theme.bundled_files import STYLE_SHEET, bundled_files

STYLE = bundled_files()[STYLE_SHEET].decode()

TYPE = {"0.8rem", "0.875rem", "1rem", "1.125rem", "1.25rem", "1.5rem", "2rem"}
SPACE = {"0.25rem", "0.5rem", "0.75rem", "1rem", "1.5rem", "2rem", "3rem"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRINT = re.compile(r"@media print \{.*?\n\}", re.DOTALL)
_TEXT = re.compile(r'"[^"]*"')
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\((--[a-z0-9-]+)\)")
_LENGTH = re.compile(r"(?<![\w.#-])-?(\d*\.?\d+(?:rem|em|px|pt|ch|ex))\b")
_FONT = ("font", "font-size")
_SPACE = re.compile(
    r"(margin|padding)(-.*)?|(row-|column-)?gap|inset(-.*)?|top|left|right|bottom"
    r"|border-radius|box-shadow|text-indent"
)
_FREE_FONT = {"16px"}
"""The size below which iOS zooms into an input, whatever a reader's root size is."""
_FREE_SPACE = {"1px", "2px"}
_GRID = ("--edge", "--columns")
"""Lengths of the grid, which centre a page and divide it."""


def _declarations(style: str) -> Iterator[tuple[str, str, str]]:
    """Yield the selector, property and value of each declaration outside of print."""
    style = _TEXT.sub('""', _PRINT.sub("", _COMMENT.sub("", style)))
    for selector, body in _RULE.findall(style):
        for declaration in filter(None, map(str.strip, body.split(";"))):
            name, _, value = declaration.partition(":")
            yield selector.strip(), name.strip(), value.strip()


def _variables(style: str) -> dict[str, str]:
    return {
        name: value
        for _, name, value in _declarations(style)
        if name.startswith("--") and "light-dark" not in value
    }


def _off_scale(style: str) -> list[str]:
    """Return the declarations with a size or a step that the scale does not have."""
    variables = _variables(style)

    def resolve(value: str) -> str:
        while names := _VARIABLE.findall(value):
            for name in names:
                known = "" if name in _GRID else variables.get(name, "")
                value = value.replace(f"var({name})", known)
        return value

    problems = []
    for selector, name, value in _declarations(style):
        lengths = set(_LENGTH.findall(resolve(value)))
        if name in _FONT:
            # What follows the slash is the line height.
            wrong = lengths - TYPE - _FREE_FONT
        elif _SPACE.fullmatch(name):
            wrong = lengths - SPACE - _FREE_SPACE
            if "mark" in selector:
                wrong = {length for length in wrong if not length.endswith("em")}
        else:
            continue
        if wrong:
            problems.append(f"{selector} {{ {name}: {value} }}")
    return problems


def test_the_style_sheet_uses_the_scale() -> None:
    """A size of type or a distance of its own would be one more that pages do not need."""
    assert _off_scale(STYLE) == []


@pytest.mark.parametrize(
    "rule",
    [
        "p { font: 0.93rem/1.5 serif; }",
        "p { font-size: 17px; }",
        "p { padding: 0 1.1rem; }",
        "@media (max-width: 48rem) { p { margin-block: 0.3em; } }",
        "p { gap: var(--s1) 5px; }",
    ],
)
def test_other_sizes_are_found(rule: str) -> None:
    """The test above would notice each of these."""
    assert len(_off_scale(STYLE + rule)) == 1


def test_the_scale_is_declared_once() -> None:
    """The custom properties are the sizes and the steps, and nothing else."""
    variables = _variables(STYLE)
    assert [variables[f"--t{n}"] for n in range(1, 8)] == sorted(TYPE, key=_rem)
    assert [variables[f"--s{n}"] for n in range(1, 8)] == sorted(SPACE, key=_rem)


def test_no_side_is_left_or_right() -> None:
    """Right-to-left pages are mirrored, so distances and places are at the start or the end."""
    sided = re.compile(r"(margin|padding|border)-(left|right).*|left|right")
    found = [
        f"{selector} {{ {name}: {value} }}"
        for selector, name, value in _declarations(STYLE)
        if sided.fullmatch(name) or (name in ("float", "text-align") and value in ("left", "right"))
    ]
    assert found == []


def _rem(size: str) -> float:
    return float(size.removesuffix("rem"))
