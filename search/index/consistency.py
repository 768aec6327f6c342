"""Whether an index is right: its files, its counts against the hits behind them, its articles, its catalog."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from search.errors import IndexDamaged
from search.index.document import digest64
from search.index.protocols import Catalog
from search.model.article import Article
from search.model.facets import VALUE_FACETS

__all__ = ["IndexCounts", "wrong_contents", "wrong_counts"]

_SAMPLED_VALUES = 20


class IndexCounts(Protocol):
    """What an index counts over all of its articles."""

    def articles(self) -> int:
        """Count the articles."""

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet, by the facet's name."""

    def hits(self, values: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Count the articles that are found with each of these values, given with the facet's name."""


def wrong_counts(counted: IndexCounts, recorded: int) -> Iterator[str]:
    """Hold the number of articles, and a sample of the counts of values, against the hits behind them."""
    articles = counted.articles()
    if articles != recorded:
        yield f"the index holds {articles:,} articles, its record says {recorded:,}"
    if counted.articles_by_month() != articles:
        yield "the months' counts do not add up to the number of articles"
    sample: dict[tuple[str, str], int] = {}
    for name, counts in counted.values().items():
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        for value, count in ranked[:_SAMPLED_VALUES] + ranked[-_SAMPLED_VALUES:]:
            sample[name, value] = count
    for ((name, value), count), hits in zip(
        sample.items(), counted.hits(list(sample)), strict=True
    ):
        if hits != count:
            yield f"{name} {value!r} counts {count:,}, and {hits:,} articles are found with it"


def wrong_contents(
    articles: Iterable[Article],
    counted: IndexCounts,
    catalog: Callable[[], Catalog] | None,
    on_article: Callable[[], None],
) -> list[str]:
    """Read every article, hold all counts of values against them and then the catalog, where there is one."""
    fingerprints: dict[int, int] = {}

    def noted() -> Iterator[Article]:
        for article in articles:
            # Two ids of one hash would at worst be told as a difference.
            fingerprints[hash(article.id)] = digest64(article.content_json())
            yield article
            on_article()

    wrong = list(_wrong_articles(noted(), counted))
    return wrong if wrong or catalog is None else list(_wrong_catalog(catalog, fingerprints))


def _wrong_articles(articles: Iterable[Article], counted: IndexCounts) -> Iterator[str]:
    """Hold all counts of values against the articles."""
    stored: dict[str, Counter[str]] = {facet.name: Counter() for facet in VALUE_FACETS}
    try:
        for article in articles:
            for facet in VALUE_FACETS:
                stored[facet.name].update(facet.values(article))
    except IndexDamaged as error:
        yield f"stored articles cannot be read ({error})"
        return
    for name, values in counted.values().items():
        if stored[name] != values:
            differing = sorted(set(stored[name].items()) ^ set(values.items()))
            yield f"the counts of {name} are not those of the stored articles, first at {differing[0][0]!r}"


def _wrong_catalog(
    catalog: Callable[[], Catalog], fingerprints: Mapping[int, int]
) -> Iterator[str]:
    """Hold the catalog against the fingerprints of all articles, by the hash of their ids; stop at the first difference."""
    known = 0
    try:
        for entry in catalog().entries():
            known += 1
            found = fingerprints.get(hash(entry.id))
            if found != entry.fingerprint:
                what = (
                    "is not in the index" if found is None else "has another content in the index"
                )
                yield f"article {entry.id!r} of the catalog {what}"
                return
    except IndexDamaged as error:
        yield str(error)
        return
    if known != len(fingerprints):
        yield f"the catalog knows {known:,} articles, the index holds {len(fingerprints):,}"
