"""The text of a table's cell: lists of values, and protection from spreadsheets.

Exports write cells and loads read them, so both ways are here.
"""

import re
from collections.abc import Iterable

__all__ = ["guard_formula", "join_values", "split_values", "unguard_formula"]

_SEPARATOR = ";"
_QUOTE = '"'
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""A spreadsheet executes a cell that begins with one of these signs.

Text with a quote before the sign is guarded as well; otherwise it would lose its own quote when
it is read.
"""
_GUARDED = re.compile(r"''*[=+\-@\t\r]")
_VALUE = re.compile(r'\s*+(?:"((?:[^"]|"")*+)"\s*+(?:;|$)|([^;]*+)(?:;|$))')
"""A value in quotes that close before a separator, or everything up to a separator."""


def join_values(values: Iterable[str]) -> str:
    r"""Return values as one text, joined by "; ".

    A value that contains a semicolon or begins with a quotation mark is put in quotation marks,
    and its own are doubled, as in a CSV file with semicolons: `Asia; "Sea; Ports"`.
    """
    return f"{_SEPARATOR} ".join(
        f'"{value.replace(_QUOTE, _QUOTE * 2)}"'
        if _SEPARATOR in value or value.startswith(_QUOTE)
        else value
        for value in values
    )


def split_values(text: str) -> list[str]:
    """Return the values of a text that `join_values` or a person wrote, without empty ones."""
    values = []
    position = 0
    while position < len(text):
        match = _VALUE.match(text, position)
        if match is None:
            break
        position = match.end()
        quoted, plain = match.groups()
        values.append(plain if quoted is None else quoted.replace(_QUOTE * 2, _QUOTE))
    return [value for value in map(str.strip, values) if value]


def guard_formula(text: str) -> str:
    """Put a quote before a text that a spreadsheet would execute."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_formula(text: str) -> str:
    """Remove the quote that `guard_formula` put before a text."""
    return text[1:] if _GUARDED.match(text) else text
