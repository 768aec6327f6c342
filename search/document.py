"""An article as an engine is given it: ready tokens, columns and keys, made once and the same for every engine."""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from search.analysis import analyzer
from search.article import Article
from search.facets import VALUE_FACETS
from search.markup import plain_text

__all__ = ["EXACT_FIELDS", "IndexDocument", "day_number", "index_document"]

EXACT_FIELDS = ("title", "deck", "body", "author")
"""Where words without a field are looked for; phrases and prefixes in each by itself."""

_HASH_BITS = 25
# Seconds from 0001-01-01 to 1970-01-01, so that sort keys are never negative.
_FIRST_SECOND = 62_135_596_800 + 86_400
_WORD_FACETS = ("region", "theme", "report", "source")


class IndexDocument(NamedTuple):
    """What is indexed of an article; tokens are joined by spaces, in order.

    `stems` are of title, deck, body and authors; `exact` has one text for each value of a field; `values` are the
    facets' by name; `day` is `yyyymmdd`; `sort_key` orders by time and then by a hash of the id.
    """

    id: str
    language: str
    article: bytes
    stems: str
    title_stems: str
    exact: dict[str, tuple[str, ...]]
    values: dict[str, tuple[str, ...]]
    day: int
    sort_key: int


def day_number(year: int, month: int, day: int) -> int:
    """Write a day as the number `yyyymmdd`."""
    return (year * 100 + month) * 100 + day


def index_document(article: Article) -> IndexDocument:
    """Analyse an article."""
    words = analyzer(article.language)
    title, deck, body = map(words.forms, (article.title, article.deck, plain_text(article.body)))
    values = {facet.name: facet.values(article) for facet in VALUE_FACETS}
    exact = {
        "title": (title.exact,),
        "deck": (deck.exact,) if deck.exact else (),
        "body": (body.exact,),
        "author": tuple(map(_exact_value, article.authors)),
    }
    for name in _WORD_FACETS:
        exact[name] = tuple(map(_exact_value, values[name]))
    stems = [title.stems, deck.stems, body.stems, *map(words.stems, article.authors)]
    digest = blake2b(article.id.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return IndexDocument(
        id=article.id,
        language=article.language,
        article=article.to_json(),
        stems=" ".join(stems),
        title_stems=title.stems,
        exact=exact,
        values=values,
        day=int(article.published[:10].replace("-", "")),
        sort_key=(article.timestamp + _FIRST_SECOND) << _HASH_BITS | int.from_bytes(digest) >> (32 - _HASH_BITS),
    )


@lru_cache(maxsize=50_000)
def _exact_value(value: str) -> str:
    # Exact forms do not depend on the language.
    return analyzer("en").exact(value)
