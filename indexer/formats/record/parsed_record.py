"""What a format reads of a record, and where."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["NoArticle", "ParsedRecord"]


class NoArticle(Exception):
    """A record that is not an article (a draft, an image); the message names its kind, and it is counted as skipped.

    `withdraws` is the id that the record would have as an article, where its source marks it as not
    public: an article of that id was public before, and is removed.
    """

    def __init__(self, kind: str, withdraws: str = "") -> None:
        super().__init__(kind)
        self.withdraws = withdraws


@dataclass(slots=True)
class ParsedRecord:
    """Values in the keys of an article, not yet validated, and by key where each stood in what was read.

    A value without a place was found under its own key. `summary_only` is set by a feed whose entry has
    no more than a summary of the article. `encoding` names the encoding that was assumed, and why;
    `problem` says why there is no date although something like one was found.
    """

    record: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    summary_only: bool = False
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
