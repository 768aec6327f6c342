"""A reader's saved searches: the query string of each, and the day since which it has news.

They are kept in a cookie of the reader's browser as readable text: `20260503?q=opec&region=usa`,
with a bar between searches. The list of articles may fill a cookie of 4 kB too, and proxies accept
8 kB of cookies, so searches have less.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "MAX_SAVED",
    "MAX_SAVED_LENGTH",
    "MAX_SEARCH_LENGTH",
    "SavedSearch",
    "SavedSearches",
]

MAX_SAVED = 20
"""Searches that a reader can save."""
MAX_SAVED_LENGTH = 3_000
"""Characters of all saved searches together."""
MAX_SEARCH_LENGTH = 1_500
"""Characters of one, so that each fits into a form of 8 kB, which encodes most of them again."""
_SEPARATOR = "|"
_SEARCH = re.compile(r"(\d{8})\?([\w.~%=&-]*)", re.ASCII)
"""A day, and parameters as `urllib.parse.quote` encodes them."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """The parameters of a search as an encoded query string without "?", and a day.

    The day is the one of the reader's last visit to the new articles of the search, or of saving.
    """

    parameters: str
    day: dt.date

    @property
    def text(self) -> str:
        """The search as text, from which `SavedSearches.read` makes it again."""
        return f"{self.day.isoformat().replace('-', '')}?{self.parameters}"


@dataclass(frozen=True, slots=True)
class SavedSearches:
    """Saved searches in the order of saving, each once. Methods return changed copies.

    `is_readable` is false if a part of the text that they were read from is no search, or if there
    were too many; the others are there.
    """

    searches: tuple[SavedSearch, ...] = ()
    is_readable: bool = True

    @classmethod
    def read(cls, text: str) -> "SavedSearches":
        """Read saved searches. A client can send any text."""
        if not text:
            return cls()
        parts = text.split(_SEPARATOR, MAX_SAVED)
        read = [search for search in map(_read, parts[:MAX_SAVED]) if search is not None]
        return cls(_each_once(read), len(read) == len(parts))

    @property
    def text(self) -> str:
        """The searches as text, from which `read` makes them again."""
        return _SEPARATOR.join(search.text for search in self.searches)

    @property
    def is_full(self) -> bool:
        """True if there are more searches than are allowed."""
        return len(self.searches) > MAX_SAVED

    @property
    def is_too_long(self) -> bool:
        """True if the text is longer than allowed."""
        return len(self.text) > MAX_SAVED_LENGTH

    def __len__(self) -> int:
        return len(self.searches)

    def __contains__(self, parameters: str) -> bool:
        return any(search.parameters == parameters for search in self.searches)

    def find(self, parameters: str) -> SavedSearch | None:
        """Return the search with these parameters."""
        return next((each for each in self.searches if each.parameters == parameters), None)

    def adding(self, *added: SavedSearch) -> "SavedSearches":
        """Return a copy with more searches at its end; one that is saved already stays as it is."""
        return SavedSearches(_each_once((*self.searches, *added)))

    def removing(self, parameters: str) -> "SavedSearches":
        """Return a copy without a search."""
        return SavedSearches(tuple(each for each in self.searches if each.parameters != parameters))

    def visited(self, parameters: str, day: dt.date) -> "SavedSearches":
        """Return a copy in which a search has the day of a visit."""
        return SavedSearches(
            tuple(
                SavedSearch(parameters, day) if each.parameters == parameters else each
                for each in self.searches
            )
        )


def _read(text: str) -> SavedSearch | None:
    match = _SEARCH.fullmatch(text)
    if match is None:
        return None
    try:
        return SavedSearch(match[2], dt.date.fromisoformat(match[1]))
    except ValueError:
        return None


def _each_once(searches: Iterable[SavedSearch]) -> tuple[SavedSearch, ...]:
    found: dict[str, SavedSearch] = {}
    for search in searches:
        found.setdefault(search.parameters, search)
    return tuple(found.values())
