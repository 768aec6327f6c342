"""The cookies with a reader's preferences: a light or dark theme, and how results are listed."""

from dataclasses import dataclass

from flask import request

__all__ = ["PREFERENCES", "THEME", "VIEW", "Preference"]


@dataclass(frozen=True, slots=True)
class Preference:
    """A choice that a cookie of the same name keeps; "" is the default and has no cookie."""

    name: str
    choices: tuple[str, ...]

    def chosen(self) -> str:
        """Return the reader's choice."""
        choice = request.cookies.get(self.name, "")
        return choice if choice in self.choices else ""


THEME = Preference("theme", ("light", "dark"))
VIEW = Preference("view", ("titles",))
"""Results as titles only."""
PREFERENCES = (THEME, VIEW)
