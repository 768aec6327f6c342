"""Citation keys: stable, unique, and legal in every reference manager."""

import re
import unicodedata
from hashlib import blake2b

from search.model.article import Article

__all__ = ["citation_key"]

_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


def citation_key(article: Article) -> str:
    """Return a key such as `moss2021-1f0c52a97b`, which never changes.

    It consists of ASCII letters, digits and one hyphen; its last part is a hash of the id.
    """
    name = article.authors[0].rsplit(maxsplit=1)[-1] if article.authors else article.source
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    digest = blake2b(article.id.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{_NOT_IN_KEY.sub('', plain) or 'anonymous'}{article.day.year}-{digest}"
