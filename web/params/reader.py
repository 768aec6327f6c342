"""Reads a request's parameters by their declarations and reports every problem."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.errors import DatelineError
from web.params.declarations import Allowance, Parameter

__all__ = ["InvalidParameters", "Problem", "read_parameters"]

_MAX_SHOWN_LENGTH = 60
"""Characters of a wrong value that a message repeats."""
_MAX_UNKNOWN_NAMED = 50
"""Unknown parameters that one answer names, since each message lists the known ones."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in one parameter; `position` counts the characters of its text from 0."""

    parameter: str
    message: str
    position: int | None = None


class InvalidParameters(DatelineError):
    """A request has invalid parameters; `problems` has every one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def read_parameters(
    pairs: Iterable[tuple[str, str]], declared: Mapping[str, Parameter], *, strict: bool
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of the declared parameters by name, and the first problem of each.

    A repeated parameter has a tuple of values. Empty values are ignored, since browsers send the
    empty fields of a form. With `strict` they are ignored only where a text is expected, and
    unknown parameters are problems.
    """
    reader = _ParameterReader()
    for name, value in pairs:
        parameter = declared.get(name)
        if name in reader.problems:
            # A request may name the same parameter thousands of times.
            continue
        if parameter is not None:
            if value or (strict and not parameter.takes_empty_text):
                reader.read(parameter, value)
            elif strict:
                # A schema's limit of values is one of empty ones too.
                reader.count(parameter)
        elif strict and len(reader.problems) < _MAX_UNKNOWN_NAMED:
            reader.problems[name] = _unknown(name, tuple(declared))
    return reader.values, [*reader.problems.values(), *reader.exceeded_allowances()]


class _ParameterReader:
    """Collects the values and problems of one request, by the parameter's name."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.problems: dict[str, Problem] = {}
        self._texts: dict[str, str] = {}
        self._counts: Counter[Allowance] = Counter()
        self._first_exceeding: dict[Allowance, str] = {}

    def read(self, parameter: Parameter, text: str) -> None:
        """Read one value of a parameter."""
        name = parameter.name
        if not parameter.repeated and name in self._texts:
            if self._texts[name] != text:
                self.problems[name] = Problem(name, f"{name} is given twice; give it once")
            return
        if not parameter.repeated:
            self._texts[name] = text
        if not self.count(parameter):
            return
        try:
            value = parameter.read(text)
        except ValueError as error:
            self.problems[name] = _problem(name, text, error)
            return
        if not parameter.repeated:
            self.values[name] = value
        elif value not in self.values.setdefault(name, ()):
            self.values[name] += (value,)

    def count(self, parameter: Parameter) -> bool:
        """Count a value and return whether its allowance has room for it."""
        allowance = parameter.allowance
        if allowance is None:
            return True
        self._counts[allowance] += 1
        if self._counts[allowance] <= allowance.limit:
            return True
        self._first_exceeding.setdefault(allowance, parameter.name)
        return False

    def exceeded_allowances(self) -> Iterator[Problem]:
        """Yield a problem for each allowance that the request exceeds."""
        for allowance, name in self._first_exceeding.items():
            yield Problem(
                name,
                f"{name}: the request has {self._counts[allowance]:,} {allowance.values}; "
                f"{allowance.limit:,} are the most",
            )


def _problem(name: str, text: str, error: ValueError) -> Problem:
    shown = text if len(text) <= _MAX_SHOWN_LENGTH else f"{text[:_MAX_SHOWN_LENGTH]}…"
    return Problem(name, f"{name}={shown}: {error}", getattr(error, "position", None))


def _unknown(name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        hint = f"did you mean {near[0]}?"
    elif known:
        hint = f"there are {', '.join(known)}"
    else:
        hint = "none is taken here"
    return Problem(name, f"there is no parameter {name[:_MAX_SHOWN_LENGTH]!r} here; {hint}")
