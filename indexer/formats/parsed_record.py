"""What a format reads of a record, and where."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["NoArticle", "ParsedRecord"]


class NoArticle(Exception):
    """A record that is none of an article, as a draft or an image; the message says what it is. It is left out and counted."""


@dataclass(slots=True)
class ParsedRecord:
    """Values in the keys of an article, not yet validated, and by key where each stood in what was read.

    What has no place stood under its own key. `encoding` names the encoding that was assumed, and why;
    `problem` says why there is no date, where something was there.
    """

    record: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    problem: str = ""

    def put(self, key: str, value: Any, place: str) -> None:
        """Set a key, if there is a value."""
        if value:
            self.record[key] = value
            self.places[key] = place

    def put_missing(self, key: str, value: Any, place: str) -> None:
        """Set a key that has no value yet."""
        if key not in self.record:
            self.put(key, value, place)
