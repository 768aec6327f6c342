"""Whether an index is right: its files, its counts against the hits behind them, its articles, its catalog."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import tantivy
from tantivy import Query

from search.article import Article
from search.document import digest64
from search.engine import Catalog
from search.engines.tantivy_facets import MONTHS, TantivyCounts
from search.engines.tantivy_queries import TantivyQueries
from search.errors import IndexDamaged
from search.facets import VALUE_FACETS

__all__ = ["fingerprint_of", "number_of_hits", "wrong_articles", "wrong_catalog", "wrong_counts"]

_SAMPLED_VALUES = 20
_NAMES = [facet.name for facet in VALUE_FACETS]


def wrong_counts(
    searcher: tantivy.Searcher, counts: TantivyCounts, queries: TantivyQueries, articles: int
) -> Iterator[str]:
    """Hold the number of articles, and a sample of the counts of values, against the hits behind them."""
    if searcher.num_docs != articles:
        yield f"the index holds {searcher.num_docs:,} articles, its record says {articles:,}"
    found = counts.values(Query.all_query(), _NAMES, months=True)
    if sum(found[MONTHS].values()) != searcher.num_docs:
        yield "the months' counts do not add up to the number of articles"
    for name in _NAMES:
        ranked = sorted(found[name].items(), key=lambda item: (-item[1], item[0]))
        for value, count in ranked[:_SAMPLED_VALUES] + ranked[-_SAMPLED_VALUES:]:
            hits = number_of_hits(searcher, queries.value(name, value))
            if hits != count:
                yield f"{name} {value!r} counts {count:,}, and {hits:,} articles are found with it"


def wrong_articles(
    articles: Iterable[Article], counts: TantivyCounts, on_article: Callable[[Article], None]
) -> Iterator[str]:
    """Read every article and hold all counts of values against them; `on_article` hears of each."""
    stored: dict[str, Counter[str]] = {name: Counter() for name in _NAMES}
    try:
        for article in articles:
            for facet in VALUE_FACETS:
                stored[facet.name].update(facet.values(article))
            on_article(article)
    except IndexDamaged as error:
        yield f"stored articles cannot be read ({error})"
        return
    for name, values in counts.values(Query.all_query(), _NAMES).items():
        if stored[name] != values:
            differing = sorted(set(stored[name].items()) ^ set(values.items()))
            yield f"the counts of {name} are not those of the stored articles, first at {differing[0][0]!r}"


def wrong_catalog(catalog: Callable[[], Catalog], fingerprints: Mapping[int, int]) -> Iterator[str]:
    """Hold the catalog against the fingerprints of all articles, by the hash of their ids; stop at the first difference."""
    known = 0
    try:
        for entry in catalog().entries():
            known += 1
            found = fingerprints.get(hash(entry.id))
            if found != entry.fingerprint:
                what = "is not in the index" if found is None else "has another content in the index"
                yield f"article {entry.id!r} of the catalog {what}"
                return
    except IndexDamaged as error:
        yield str(error)
        return
    if known != len(fingerprints):
        yield f"the catalog knows {known:,} articles, the index holds {len(fingerprints):,}"


def fingerprint_of(article: Article) -> tuple[int, int]:
    """Return what `wrong_catalog` compares: the hash of the id, and the fingerprint of the content."""
    return hash(article.id), digest64(article.content_json())


def number_of_hits(searcher: tantivy.Searcher, query: Query) -> int:
    """Count the matches of a query."""
    # Every article has a day; counting the column is half the price of collecting hits.
    found = searcher.aggregate(query, {"articles": {"value_count": {"field": "day"}}})
    return int(found["articles"]["value"])
