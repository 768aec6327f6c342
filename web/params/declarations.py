"""URL parameters as declarations.

Each states its name, its meaning, the values it takes (JSON Schema) and the attribute that it
sets. Requests are read, links written and the OpenAPI document made from the same declaration.
"""

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from search.model.periods import Period

__all__ = [
    "Allowance",
    "Parameter",
    "UnreadableValue",
    "choice",
    "day",
    "integer",
    "period",
    "read_attributes",
    "text",
    "write_pairs",
]

_MAX_NUMBER_LENGTH = 9


class UnreadableValue(ValueError):
    """A value that a parameter does not take; `position` counts its characters from 0."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Allowance:
    """A limit on the number of values of several parameters together, counted as they are sent."""

    limit: int
    values: str
    """Names the values in messages, such as "filter values"."""


def _all(_: object) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A URL parameter.

    `read` turns a text into a value or raises ValueError, `write` turns the value back. A repeated
    parameter holds those values of its `attribute` for which `holds` is true, since several
    parameters may share one attribute. One that is `shared` but not repeated holds at most one of
    them; it reads None for none. `required` describes the parameter; whoever reads it checks that
    it is given.
    """

    name: str
    meaning: str
    schema: Mapping[str, Any]
    attribute: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    holds: Callable[[Any], bool] = _all
    repeated: bool = False
    shared: bool = False
    default: Any = None
    examples: tuple[Any, ...] = ()
    allowance: Allowance | None = None
    required: bool = False

    @property
    def takes_empty_text(self) -> bool:
        """Return whether an empty text is a valid value, which then means the same as no value."""
        return self.schema.keys() <= {"type", "maxLength"} and self.schema["type"] == "string"


def text(
    name: str, meaning: str, max_length: int | None = None, *, attribute: str = "", **more: Any
) -> Parameter:
    """Declare a parameter that takes any text, up to a length."""
    decode: Callable[[str], Any] = more.pop("read", str)

    def read(value: str) -> Any:
        if max_length is not None and len(value) > max_length:
            raise UnreadableValue(
                f"it has {len(value):,} characters; {max_length:,} are the most", max_length
            )
        return decode(value)

    schema: dict[str, Any] = {"type": "string"}
    if max_length is not None:
        schema["maxLength"] = max_length
    return Parameter(
        name=name,
        meaning=meaning,
        schema=schema,
        attribute=attribute or name,
        read=read,
        **more,
    )


def integer(
    name: str,
    meaning: str,
    *,
    minimum: int = 1,
    maximum: int | None = None,
    default: int,
    attribute: str = "",
) -> Parameter:
    """Declare a parameter that takes a whole number within bounds."""
    bounds = f"from {minimum} to {maximum:,}" if maximum is not None else f"from {minimum}"
    highest = 10**_MAX_NUMBER_LENGTH - 1 if maximum is None else maximum

    def read(value: str) -> int:
        readable = value.isascii() and value.isdigit() and len(value) <= _MAX_NUMBER_LENGTH
        if not readable or not minimum <= int(value) <= highest:
            raise UnreadableValue(f"it must be a whole number {bounds}")
        return int(value)

    return Parameter(
        name=name,
        meaning=meaning,
        schema={"type": "integer", "minimum": minimum, "maximum": highest, "default": default},
        attribute=attribute or name,
        read=read,
        default=default,
    )


def choice(
    name: str,
    meaning: str,
    choices: type[StrEnum] | Mapping[str, Any],
    default: str | None = None,
    *,
    attribute: str = "",
    **more: Any,
) -> Parameter:
    """Declare a parameter that takes one of several words, each with a value of its own."""
    values: Mapping[str, Any] = (
        choices if isinstance(choices, Mapping) else {str(member): member for member in choices}
    )

    def read(value: str) -> Any:
        if value not in values:
            near = difflib.get_close_matches(value, values, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnreadableValue(f"it must be one of {', '.join(values)}{hint}")
        return values[value]

    schema: dict[str, Any] = {"type": "string", "enum": list(values)}
    if default is not None:
        schema["default"] = default
    words = {value: word for word, value in values.items()}
    return Parameter(
        name=name,
        meaning=meaning,
        schema=schema,
        attribute=attribute or name,
        read=read,
        write=words.__getitem__,
        default=None if default is None else values[default],
        **more,
    )


def day(name: str, meaning: str, *, attribute: str = "") -> Parameter:
    """Declare a parameter that takes a day, `YYYY-MM-DD`."""

    def read(value: str) -> dt.date:
        try:
            if len(value) == len("2017-07-12"):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
        raise UnreadableValue("it must be a day, written YYYY-MM-DD")

    return Parameter(
        name=name,
        meaning=meaning,
        schema={"type": "string", "format": "date"},
        attribute=attribute or name,
        read=read,
        write=dt.date.isoformat,
    )


def period(name: str, meaning: str, *, attribute: str = "", **more: Any) -> Parameter:
    """Declare a repeated parameter that takes years, months and days."""
    decode: Callable[[str], Any] = more.pop("read", str)

    def read(value: str) -> Any:
        Period.parse(value)
        return decode(value)

    year, month, day_of_month = "[0-9]{4}", "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
    return Parameter(
        name=name,
        meaning=meaning,
        schema={"type": "string", "pattern": f"^{year}(-{month}(-{day_of_month})?)?$"},
        attribute=attribute or name,
        read=read,
        repeated=True,
        examples=("2017", "2017-07", "2017-07-12"),
        **more,
    )


def read_attributes(values: Mapping[str, Any], parameters: Iterable[Parameter]) -> dict[str, Any]:
    """Return the attributes that values read by name set.

    Values of one attribute are joined, each once, since two parameters may name the same one.
    """
    attributes: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.name not in values:
            continue
        value, attribute = values[parameter.name], parameter.attribute
        if parameter.repeated or parameter.shared:
            added = value if parameter.repeated else filter(None, (value,))
            joined = (*attributes.get(attribute, ()), *added)
            attributes[attribute] = tuple(dict.fromkeys(joined))
        else:
            attributes[attribute] = value
    return attributes


def write_pairs(source: object, parameters: Iterable[Parameter]) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each parameter that has another value than its default."""
    for parameter in parameters:
        value = getattr(source, parameter.attribute)
        if not value or value == parameter.default:
            continue
        if not (parameter.repeated or parameter.shared):
            yield parameter.name, parameter.write(value)
            continue
        for member in value:
            if parameter.holds(member):
                yield parameter.name, parameter.write(member)
