"""The result of reading one raw record, in any format."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["NoArticle", "ParsedRecord"]


class NoArticle(Exception):
    """A record that is not an article (a draft, an image); it is counted as skipped.

    The message names its kind. `withdraws` is the id that the record would have as an article, if
    its source marks it as not public: an article of that id was public before, and is removed.
    """

    def __init__(self, kind: str, withdraws: str = "") -> None:
        super().__init__(kind)
        self.withdraws = withdraws


@dataclass(slots=True)
class ParsedRecord:
    """Values in the keys of an article, not yet validated, with the place of each in the source.

    A value without a place was found under its own key. `summary_only` is true for a feed's entry
    that holds only a summary of the article. `encoding` names the encoding that was assumed, and
    why. `problem` is the reason why there is no date although the source has one.
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
