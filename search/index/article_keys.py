"""Keys of articles: short numbers that stand for their ids where ids are too long.

A key depends on the id alone, so it stays the same in every generation and on every engine. A
catalog finds the id again. Of a million articles two share a key in one archive of five hundred;
such a key stands for neither, so that it never leads to a wrong article.
"""

from collections.abc import Iterable
from hashlib import sha256

__all__ = ["KEY_BYTES", "article_key", "ids_by_key"]

KEY_BYTES = 6
"""Eight characters of base64."""


def article_key(article_id: str) -> int:
    """Return the first 48 bits of the SHA-256 of an id."""
    digest = sha256(article_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:KEY_BYTES])


def ids_by_key(ids: Iterable[str], keys: Iterable[int]) -> dict[int, str]:
    """Return the ids that have one of the keys, by key; a key that several ids share is left out.

    The ids may be those of all articles, or those that an index found for the keys.
    """
    wanted = set(keys)
    found: dict[int, str] = {}
    shared: set[int] = set()
    for article_id in ids:
        key = article_key(article_id)
        if key in wanted and found.setdefault(key, article_id) != article_id:
            shared.add(key)
    return {key: article_id for key, article_id in found.items() if key not in shared}
