"""Parameters as declarations: name, meaning, how one is read. Requests are read by them, and OpenAPI tells of the same."""

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from search.errors import DatelineError
from search.model.periods import Period

__all__ = [
    "Allowance",
    "InvalidParameters",
    "Parameter",
    "Problem",
    "choice",
    "day",
    "period",
    "read_parameters",
    "text",
    "whole",
]

_MAX_NUMBER_LENGTH = 9
_SHOWN = 60
"""Characters of a wrong value that a message repeats."""
_MAX_PROBLEMS = 50
"""Wrong parameters that one answer names: each message lists the right ones."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one parameter; `position` is where in its text, counted in characters from 0."""

    parameter: str
    message: str
    position: int | None = None


class InvalidParameters(DatelineError):
    """All that is wrong with a request's parameters."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class _Unreadable(ValueError):
    """A value that a parameter does not take; `position` as in `Problem`."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many values the parameters that share it may have in one request, together and as they are sent."""

    most: int
    of: str
    """Says which values these are, as "filter values"."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address; `schema` (JSON Schema) says which values it takes, `read` turns one into ours or raises ValueError."""

    name: str
    meaning: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any] = str
    repeated: bool = False
    default: Any = None
    examples: tuple[Any, ...] = field(default=())
    allowance: Allowance | None = None

    @property
    def takes_nothing(self) -> bool:
        """Whether an empty text is one of its values, which then is as good as none."""
        return self.schema.keys() <= {"type", "maxLength"} and self.schema["type"] == "string"


def text(
    name: str, meaning: str, longest: int | None = None, *, repeated: bool = False, **more: Any
) -> Parameter:
    """Declare one that takes any text, of so many characters at most."""

    def read(value: str) -> str:
        if longest is not None and len(value) > longest:
            raise _Unreadable(
                f"it has {len(value):,} characters; {longest:,} are the most", longest
            )
        return value

    schema: dict[str, Any] = {"type": "string"}
    if longest is not None:
        schema["maxLength"] = longest
    return Parameter(name, meaning, schema, read, repeated, **more)


def whole(
    name: str, meaning: str, *, least: int = 1, most: int | None = None, default: int
) -> Parameter:
    """Declare one that takes a whole number between two bounds."""
    bounds = f"from {least} to {most:,}" if most is not None else f"from {least}"

    def read(value: str) -> int:
        readable = value.isascii() and value.isdigit() and len(value) <= _MAX_NUMBER_LENGTH
        if not readable or int(value) < least or (most is not None and int(value) > most):
            raise _Unreadable(f"it must be a whole number {bounds}")
        return int(value)

    highest = 10**_MAX_NUMBER_LENGTH - 1 if most is None else most
    schema = {"type": "integer", "minimum": least, "maximum": highest, "default": default}
    return Parameter(name, meaning, schema, read, default=default)


def choice(
    name: str, meaning: str, choices: type[StrEnum] | Mapping[str, Any], default: str | None = None
) -> Parameter:
    """Declare one that takes one of some words, each of which stands for a value."""
    values: Mapping[str, Any] = (
        choices if isinstance(choices, Mapping) else {str(each): each for each in choices}
    )

    def read(value: str) -> Any:
        if value not in values:
            near = difflib.get_close_matches(value, values, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise _Unreadable(f"it must be one of {', '.join(values)}{hint}")
        return values[value]

    schema: dict[str, Any] = {"type": "string", "enum": list(values)}
    if default is not None:
        schema["default"] = default
    return Parameter(
        name, meaning, schema, read, default=None if default is None else values[default]
    )


def day(name: str, meaning: str) -> Parameter:
    """Declare one that takes a day, `YYYY-MM-DD`."""

    def read(value: str) -> dt.date:
        try:
            if len(value) == len("2017-07-12"):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
        raise _Unreadable("it must be a day, written YYYY-MM-DD")

    return Parameter(name, meaning, {"type": "string", "format": "date"}, read)


def period(name: str, meaning: str, allowance: Allowance | None = None) -> Parameter:
    """Declare one that takes a year, a month or a day, each more than once."""

    def read(value: str) -> str:
        Period.parse(value)
        return value

    year, month, day_of_month = "[0-9]{4}", "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
    schema = {"type": "string", "pattern": f"^{year}(-{month}(-{day_of_month})?)?$"}
    examples = ("2017", "2017-07", "2017-07-12")
    return Parameter(
        name, meaning, schema, read, repeated=True, examples=examples, allowance=allowance
    )


def read_parameters(
    pairs: Iterable[tuple[str, str]], declared: Mapping[str, Parameter], *, strict: bool
) -> tuple[dict[str, Any], list[Problem]]:
    """Read what an address gives of the declared parameters, each by its name: one value, or a tuple where it may be repeated.

    An empty one counts as absent; when `strict`, only where a text is asked for, and unknown ones are problems.
    The first problem of each parameter comes back.
    """
    reading = _Reading()
    for name, value in pairs:
        parameter = declared.get(name)
        if name in reading.problems:
            # A request may name the same thing thousands of times.
            continue
        if parameter is not None:
            # The fields of a form that were left empty are sent too.
            if value or (strict and not parameter.takes_nothing):
                reading.take(parameter, value)
        elif strict and len(reading.problems) < _MAX_PROBLEMS:
            reading.problems[name] = _unknown(name, tuple(declared))
    return reading.found, [*reading.problems.values(), *reading.exceeded()]


class _Reading:
    """The values and problems of one request's parameters, each by its name."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.problems: dict[str, Problem] = {}
        self._given: dict[str, str] = {}
        self._counts: Counter[Allowance] = Counter()
        self._first_beyond: dict[Allowance, str] = {}

    def take(self, parameter: Parameter, value: str) -> None:
        """Read one value of a parameter."""
        name = parameter.name
        if not parameter.repeated and name in self._given:
            if self._given[name] != value:
                self.problems[name] = Problem(name, f"{name} is given twice; give it once")
            return
        if not parameter.repeated:
            self._given[name] = value
        if not self._has_room(parameter):
            return
        try:
            read = parameter.read(value)
        except ValueError as error:
            self.problems[name] = _problem(name, value, error)
            return
        if not parameter.repeated:
            self.found[name] = read
        elif read not in self.found.setdefault(name, ()):
            self.found[name] += (read,)

    def _has_room(self, parameter: Parameter) -> bool:
        """Count a value, and return whether it may be read."""
        allowance = parameter.allowance
        if allowance is None:
            return True
        self._counts[allowance] += 1
        if self._counts[allowance] <= allowance.most:
            return True
        self._first_beyond.setdefault(allowance, parameter.name)
        return False

    def exceeded(self) -> Iterator[Problem]:
        """Yield a problem for each allowance that the request exceeds."""
        for allowance, name in self._first_beyond.items():
            count, most = self._counts[allowance], allowance.most
            yield Problem(
                name, f"{name}: the request has {count:,} {allowance.of}; {most:,} are the most"
            )


def _problem(name: str, value: str, error: ValueError) -> Problem:
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return Problem(name, f"{name}={shown}: {error}", getattr(error, "position", None))


def _unknown(name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=1)
    hint = (
        f"did you mean {near[0]}?"
        if near
        else f"there are {', '.join(known)}"
        if known
        else "none is taken here"
    )
    return Problem(name, f"there is no parameter {name[:_SHOWN]!r} here; {hint}")
