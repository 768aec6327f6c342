"""Checks that an index is consistent: counts with hits, stored articles, and the catalog."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from search.errors import IndexDamaged
from search.index.document import digest64
from search.index.protocols import Catalog
from search.model.article import Article
from search.model.facets import VALUE_FACETS

__all__ = ["IndexCounts", "wrong_contents", "wrong_counts"]

_SAMPLE_SIZE = 20
"""Values of a facet that are checked: this many of the most frequent and of the rarest."""


class IndexCounts(Protocol):
    """Counts over all articles of an index."""

    def articles(self) -> int:
        """Count the articles."""

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet, by the facet's name."""

    def hits(self, values: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Count the articles that a search for each value finds; values come with their facet."""


def wrong_counts(index_counts: IndexCounts, recorded: int) -> Iterator[str]:
    """Compare the number of articles, and a sample of value counts, with the hits."""
    articles = index_counts.articles()
    if articles != recorded:
        yield f"the index holds {articles:,} articles, its record has {recorded:,}"
    if index_counts.articles_by_month() != articles:
        yield "the months' counts do not add up to the number of articles"
    sample: dict[tuple[str, str], int] = {}
    for name, counts in index_counts.values().items():
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        for value, count in ranked[:_SAMPLE_SIZE] + ranked[-_SAMPLE_SIZE:]:
            sample[name, value] = count
    hit_counts = index_counts.hits(list(sample))
    for ((name, value), count), hits in zip(sample.items(), hit_counts, strict=True):
        if hits != count:
            yield f"{name} {value!r} counts {count:,}, but a search for it finds {hits:,} articles"


def wrong_contents(
    articles: Iterable[Article],
    index_counts: IndexCounts,
    catalog: Callable[[], Catalog] | None,
    on_article: Callable[[], None],
) -> list[str]:
    """Read every article; compare all value counts with them, then the catalog if there is one."""
    fingerprints: dict[int, int] = {}

    def fingerprinted() -> Iterator[Article]:
        for article in articles:
            # A hash collision would at worst be reported as a false mismatch.
            fingerprints[hash(article.id)] = digest64(article.content_json())
            yield article
            on_article()

    problems = list(_wrong_articles(fingerprinted(), index_counts))
    if problems or catalog is None:
        return problems
    return list(_wrong_catalog(catalog, fingerprints))


def _wrong_articles(articles: Iterable[Article], index_counts: IndexCounts) -> Iterator[str]:
    """Compare all value counts with the articles."""
    stored: dict[str, Counter[str]] = {facet.name: Counter() for facet in VALUE_FACETS}
    try:
        for article in articles:
            for facet in VALUE_FACETS:
                stored[facet.name].update(facet.values(article))
    except IndexDamaged as error:
        yield f"stored articles cannot be read ({error})"
        return
    for name, values in index_counts.values().items():
        if stored[name] != values:
            differing = sorted(set(stored[name].items()) ^ set(values.items()))
            yield (
                f"the counts of {name} differ from the stored articles, first at "
                f"{differing[0][0]!r}"
            )


def _wrong_catalog(
    catalog: Callable[[], Catalog], fingerprints: Mapping[int, int]
) -> Iterator[str]:
    """Compare the catalog with the fingerprints of all articles, by the hash of their ids.

    Stops at the first difference.
    """
    entry_count = 0
    try:
        for entry in catalog().entries():
            entry_count += 1
            fingerprint = fingerprints.get(hash(entry.id))
            if fingerprint != entry.fingerprint:
                difference = (
                    "is not in the index"
                    if fingerprint is None
                    else "has another content in the index"
                )
                yield f"article {entry.id!r} of the catalog {difference}"
                return
    except IndexDamaged as error:
        yield str(error)
        return
    if entry_count != len(fingerprints):
        yield (f"the catalog has {entry_count:,} articles, the index holds {len(fingerprints):,}")
