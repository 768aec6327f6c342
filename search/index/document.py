"""An article as an engine is given it: ready tokens, columns and keys, made once and the same for every engine."""

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
"""Where words without a field are looked for; phrases and prefixes in each by itself."""

VECTOR_MODEL = "wordllama-l2-supercat-256"
"""Names the vectors of meaning that are comparable with each other."""
VECTOR_NUMBERS = 32
"""Numbers of 64 bits that hold a packed vector: eight dimensions each, as signed bytes."""

_FIRST_64_BITS = struct.Struct(">q24x").unpack
_HASH_BITS = 25
# Seconds from 0001-01-01 to 1970-01-01, so that sort keys are never negative.
_FIRST_SECOND = 62_135_596_800 + 86_400
_WORD_FACETS = {"region", "theme", "report", "source"}


class IndexDocument(NamedTuple):
    """What is indexed of an article; tokens are joined by spaces, in order.

    `stems` are of title, deck, body and authors; `exact` has a text for each value of the fields that have any, `values`
    likewise the facets' by name; `day` is `yyyymmdd`; `sort_key` orders by time and then by a hash of the id;
    `fingerprint` tells whether an article changed; `text` is title, deck and body as they are read, `likeness`
    the sketch of the body.
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
    """A document as one engine's writer takes it, and what its catalog keeps: 64 bits of content and of raw record."""

    id: str
    fingerprint: int
    record: int
    encoded: str


def digest64(data: bytes) -> int:
    """Return the first 64 bits of SHA-256 (FIPS 180-4), as a signed number: what SQLite and OpenSearch call an integer."""
    return int(_FIRST_64_BITS(sha256(data).digest())[0])


def day_number(year: int, month: int, day: int) -> int:
    """Write a day as the number `yyyymmdd`."""
    return (year * 100 + month) * 100 + day


def day_of_sort_key(key: int) -> float:
    """Return the time of a sort key, in days."""
    return (key >> _HASH_BITS) / 86_400


def index_document(article: Article) -> IndexDocument:
    """Analyse an article."""
    words = analyzer(article.language)
    text = article.title, article.deck, plain_text(article.body)
    title, deck, body = map(words.forms, text)
    values = {facet.name: found for facet in VALUE_FACETS if (found := facet.values(article))}
    exact: dict[str, tuple[str, ...]] = {"title": (title.exact,), "body": (body.exact,)}
    if deck.exact:
        exact["deck"] = (deck.exact,)
    if article.authors:
        exact["author"] = tuple(map(_exact_value, article.authors))
    for name in _WORD_FACETS & values.keys():
        exact[name] = tuple(map(_exact_value, values[name]))
    stems = [title.stems, deck.stems, body.stems, *map(words.stems, article.authors)]
    digest = blake2b(article.id.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    content = article.content_json()
    return IndexDocument(
        id=article.id,
        fingerprint=digest64(content),
        article=with_origin(content, article.origin),
        stems=" ".join(stems),
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
    """Return a field's texts in exact forms, as `index_document` does: one for each value."""
    if field in _TEXTS:
        return (analyzer(article.language).exact(_TEXTS[field](article)),)
    facet = next(each for each in VALUE_FACETS if each.name == field)
    return tuple(map(_exact_value, facet.values(article)))


_TEXTS: dict[str, Callable[[Article], str]] = {
    "title": lambda article: article.title,
    "deck": lambda article: article.deck,
    "body": lambda article: plain_text(article.body),
}


@lru_cache(maxsize=50_000)
def _exact_value(value: str) -> str:
    # Exact forms do not depend on the language.
    return analyzer("en").exact(value)
