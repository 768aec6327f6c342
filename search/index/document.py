"""Index documents: an article's tokens, columns and keys, computed once for every engine."""

import struct
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import NamedTuple

from search.analysis.analyzer import analyzer
from search.analysis.near_duplicates import sketch
from search.analysis.plain_text import plain_text
from search.model.article import Article, with_origin
from search.model.facets import VALUE_FACETS

__all__ = [
    "EXACT_FIELDS",
    "VECTOR_MODEL",
    "VECTOR_NUMBERS",
    "IndexDocument",
    "PreparedDocument",
    "day_number",
    "day_of_sort_key",
    "digest64",
    "exact_texts",
    "index_document",
]

EXACT_FIELDS = ("title", "deck", "body", "author")
"""Fields that free text searches. Phrases and prefixes must match within one of them."""

VECTOR_MODEL = "wordllama-l2-supercat-256"
"""Name of the embedding model; vectors of different models are not comparable."""
VECTOR_NUMBERS = 32
"""64-bit numbers of a packed vector, each with eight dimensions as signed bytes."""

_FIRST_64_BITS = struct.Struct(">q24x").unpack
_HASH_BITS = 25
# Seconds from 0001-01-01 to 1970-01-01, so that sort keys are never negative.
_FIRST_SECOND = 62_135_596_800 + 86_400
_WORD_FACETS = {"region", "theme", "report", "source"}


class IndexDocument(NamedTuple):
    """The indexed form of an article; tokens are joined by spaces in the order of the text.

    `stems` are those of title, deck, body and authors. `exact` has one text per value of each
    non-empty field, `values` the values of each non-empty facet. `day` is `yyyymmdd`, and
    `sort_key` orders by time and then by a hash of the id. The `fingerprint` changes with the
    content. `text` is title, deck and body as plain text, `likeness` the sketch of the body.
    """

    id: str
    fingerprint: int
    article: bytes
    stems: str
    title_stems: str
    exact: dict[str, tuple[str, ...]]
    values: dict[str, tuple[str, ...]]
    day: int
    sort_key: int
    text: tuple[str, str, str] = ("", "", "")
    likeness: tuple[int, ...] = ()


class PreparedDocument(NamedTuple):
    """A document encoded for one engine's writer, with 64-bit digests for its catalog.

    `fingerprint` is the digest of the content, `record` that of the raw record.
    """

    id: str
    fingerprint: int
    record: int
    encoded: str


def digest64(data: bytes) -> int:
    """Return the first 64 bits of SHA-256 (FIPS 180-4) as a signed integer.

    SQLite and OpenSearch store it without conversion.
    """
    return int(_FIRST_64_BITS(sha256(data).digest())[0])


def day_number(year: int, month: int, day: int) -> int:
    """Return a day as the number `yyyymmdd`."""
    return (year * 100 + month) * 100 + day


def day_of_sort_key(key: int) -> float:
    """Return the time of a sort key in days."""
    return (key >> _HASH_BITS) / 86_400


def index_document(article: Article) -> IndexDocument:
    """Analyse an article for indexing."""
    words = analyzer(article.language)
    text = article.title, article.deck, plain_text(article.body)
    title, deck, body = map(words.forms, text)
    values = {
        facet.name: facet_values
        for facet in VALUE_FACETS
        if (facet_values := facet.values(article))
    }
    exact: dict[str, tuple[str, ...]] = {"title": (title.exact,), "body": (body.exact,)}
    if deck.exact:
        exact["deck"] = (deck.exact,)
    if article.authors:
        exact["author"] = tuple(map(_exact_value, article.authors))
    for name in _WORD_FACETS & values.keys():
        exact[name] = tuple(map(_exact_value, values[name]))
    authors = [_author_stems(article.language, author) for author in article.authors]
    digest = blake2b(article.id.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    content = article.content_json()
    return IndexDocument(
        id=article.id,
        fingerprint=digest64(content),
        article=with_origin(content, article.origin),
        stems=" ".join([title.stems, deck.stems, body.stems, *authors]),
        title_stems=title.stems,
        exact=exact,
        values=values,
        day=int(article.published[:10].replace("-", "")),
        sort_key=(article.timestamp + _FIRST_SECOND) << _HASH_BITS
        | int.from_bytes(digest) >> (32 - _HASH_BITS),
        text=text,
        likeness=sketch(body.exact),
    )


def exact_texts(article: Article, field: str) -> tuple[str, ...]:
    """Return a field's texts in exact forms, one per value, as `index_document` does."""
    if field in _TEXTS:
        return (analyzer(article.language).exact(_TEXTS[field](article)),)
    facet = next(facet for facet in VALUE_FACETS if facet.name == field)
    return tuple(map(_exact_value, facet.values(article)))


_TEXTS: dict[str, Callable[[Article], str]] = {
    "title": lambda article: article.title,
    "deck": lambda article: article.deck,
    "body": lambda article: plain_text(article.body),
}


@lru_cache(maxsize=50_000)
def _exact_value(value: str) -> str:
    # Exact forms are the same in every language.
    return analyzer("en").exact(value)


@lru_cache(maxsize=8192)
def _author_stems(language: str, author: str) -> str:
    return analyzer(language).stems(author)
