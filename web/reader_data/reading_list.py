"""A reader's list: the keys of the articles that a reader has put aside, in the order of adding.

It is kept in a cookie of the reader's browser, which holds 4 kB. An id may have 500 characters, a
key has eight (see search/index/article_keys.py), and no separator is needed between keys.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

from search.index.article_keys import KEY_BYTES, article_key
from search.model.query import MAX_IDS

__all__ = ["MAX_LISTED", "ReadingList", "key_text"]

MAX_LISTED = MAX_IDS
"""Articles of a list."""
_KEY_LENGTH = KEY_BYTES * 4 // 3
_KEYS = re.compile(rf"(?:[A-Za-z0-9_-]{{{_KEY_LENGTH}}})*")


def key_text(article_id: str) -> str:
    """Return an article's key as text for URLs, cookies and HTML."""
    return _write(article_key(article_id))


@dataclass(frozen=True)
class ReadingList:
    """The keys of listed articles, each once. Methods return changed copies.

    `is_readable` is false if the text that the list was read from is not a list, `is_cut` if it had
    more keys than a list may have.
    """

    keys: tuple[int, ...] = ()
    is_readable: bool = True
    is_cut: bool = False

    @classmethod
    def read(cls, text: str) -> "ReadingList":
        """Read a list. A client can send any text."""
        if not _KEYS.fullmatch(text):
            return cls(is_readable=False)
        data = urlsafe_b64decode(text)
        places = range(0, len(data), KEY_BYTES)
        keys = dict.fromkeys(int.from_bytes(data[place : place + KEY_BYTES]) for place in places)
        return cls(tuple(keys)[:MAX_LISTED], is_cut=len(keys) > MAX_LISTED)

    @classmethod
    def of(cls, ids: Iterable[str]) -> "ReadingList":
        """Return the list of some articles."""
        return cls(tuple(dict.fromkeys(map(article_key, ids))))

    @cached_property
    def text(self) -> str:
        """The list as text, from which `read` makes it again."""
        return "".join(map(_write, self.keys))

    @property
    def is_full(self) -> bool:
        """True if the list has more articles than are allowed."""
        return len(self.keys) > MAX_LISTED

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, article_id: str) -> bool:
        return bool(self.keys) and article_key(article_id) in self._key_set

    def adding(self, other: "ReadingList") -> "ReadingList":
        """Return a list with the articles of another one at its end."""
        return ReadingList(tuple(dict.fromkeys((*self.keys, *other.keys))))

    def removing(self, other: "ReadingList") -> "ReadingList":
        """Return a list without the articles of another one."""
        removed = frozenset(other.keys)
        return ReadingList(tuple(key for key in self.keys if key not in removed))

    def keeping(self, keys: Container[int]) -> "ReadingList":
        """Return a list of those articles that have one of the keys."""
        return ReadingList(tuple(key for key in self.keys if key in keys))

    @cached_property
    def _key_set(self) -> frozenset[int]:
        return frozenset(self.keys)


def _write(key: int) -> str:
    return urlsafe_b64encode(key.to_bytes(KEY_BYTES)).decode()
