"""The declarations of settings: what a field of a table says about name, type, bounds and meaning.

A setting is declared once, as a field of a `SettingsTable` whose type is annotated with
`msgspec.Meta`. Reading, validation, `dateline settings` and docs/settings.md all follow from it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from search.errors import InvalidSettings

__all__ = ["HIDDEN", "PREFIX", "Setting", "SettingsTable", "declared_settings", "is_table"]

PREFIX = "DATELINE_"
HIDDEN = "***"
"""Shown instead of the value of a secret."""


class SettingsTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of settings. Every value is validated when the table is made.

    Its name in `dateline.toml` is the class's name in lower case.

    Raises:
        InvalidSettings: a value has the wrong type or is out of bounds.

    """

    def __post_init__(self) -> None:
        for setting in declared_settings(type(self)):
            setting.check(getattr(self, setting.name))


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting; `table` is "" at the top level."""

    table: str
    name: str
    annotation: Any
    default: Any
    meta: Meta

    @property
    def key(self) -> str:
        """The setting's path, such as `site.title`."""
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def variable(self) -> str:
        """The environment variable, such as `DATELINE_SITE_TITLE`."""
        return PREFIX + self.key.replace(".", "_").upper()

    @property
    def label(self) -> str:
        """The name in messages: `[site] title`, or `[site.colours]` for a table of texts."""
        if self.is_mapping:
            return f"[{self.key}]"
        return f"[{self.table}] {self.name}" if self.table else self.name

    @property
    def description(self) -> str:
        """The meaning, in one or two sentences of Markdown."""
        return self.meta.description or ""

    @property
    def value_type(self) -> Any:
        """The type without its annotations."""
        return get_args(self.annotation)[0]

    @property
    def is_mapping(self) -> bool:
        """True for a table of texts, which only `dateline.toml` can set."""
        return get_origin(self.value_type) is dict

    @property
    def is_number(self) -> bool:
        """True for a whole number."""
        return self.value_type is int

    @property
    def is_secret(self) -> bool:
        """True if the value must never be displayed."""
        return bool((self.meta.extra or {}).get("secret"))

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed texts; () if any text is allowed."""
        return get_args(self.value_type) if get_origin(self.value_type) is Literal else ()

    @property
    def expected(self) -> str:
        """The type and the bounds, as the end of the sentence "it must be …"."""
        if form := (self.meta.extra or {}).get("form"):
            return str(form)
        if self.choices:
            return f"{', '.join(self.choices[:-1])} or {self.choices[-1]}"
        if self.is_mapping:
            return "a table of texts"
        return f"a whole number{self._bounds()}" if self.is_number else "text"

    def _bounds(self) -> str:
        least, most = self.meta.ge, self.meta.le
        if least is not None and most is not None:
            return f" from {least:,} to {most:,}"
        return f", at least {least:,}" if least is not None else ""

    def shown(self, value: Any) -> Any:
        """Return a value for display, with a secret replaced by `***`."""
        return HIDDEN if self.is_secret and value else value

    def check(self, value: Any, label: str = "", place: str = "") -> None:
        """Check the type and the bounds of a value.

        Args:
            value: the value to check.
            label: the name under which the value was written; the setting's own by default.
            place: the source of the value for messages, such as `dateline.toml`.

        Raises:
            InvalidSettings: the value is wrong; the message says what it must be.

        """
        where = f"{label or self.label}{f' in {place}' if place else ''}"
        try:
            msgspec.convert(value, self.annotation)
        except msgspec.ValidationError as error:
            raise InvalidSettings(
                f"{where} {self._wrong(value)}; it must be {self.expected}"
            ) from error
        # A syntax of its own is read by a function, whose messages are more precise.
        if read := (self.meta.extra or {}).get("read"):
            try:
                read(value)
            except InvalidSettings as error:
                source = where if self.is_mapping else place or label
                raise InvalidSettings(f"{source}: {error}" if source else str(error)) from error

    def _wrong(self, value: Any) -> str:
        """Return what is wrong with a value: of a table, the first entry that is no text."""
        if self.is_mapping and isinstance(value, dict):
            for name, entry in value.items():
                if not isinstance(entry, str):
                    return f"has {name} = {entry!r}"
        return f"is {self.shown(value)!r}"


@cache
def declared_settings(table: type[msgspec.Struct]) -> tuple[Setting, ...]:
    """Return the settings that a table declares itself, without those of the tables in it."""
    fields = msgspec.structs.fields(table)
    plain = [field for field in fields if not is_table(field.type)]
    # Only the top level holds tables; it has no name of its own.
    name = table.__name__.lower() if len(plain) == len(fields) else ""
    return tuple(
        Setting(name, field.name, field.type, _default(field), _meta(field)) for field in plain
    )


def is_table(field_type: Any) -> bool:
    """Return whether a field holds a table of settings rather than a value."""
    return isinstance(field_type, type) and issubclass(field_type, SettingsTable)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    is_made = field.default is msgspec.NODEFAULT
    return field.default_factory() if is_made else field.default


def _meta(field: msgspec.structs.FieldInfo) -> Meta:
    return next(each for each in field.type.__metadata__ if isinstance(each, Meta))
