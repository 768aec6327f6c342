"""What a Tantivy index holds, in numbers."""

import tantivy

from search.engines.tantivy.facets import TantivyCounts
from search.engines.tantivy.storage.documents import in_order, read_article
from search.engines.tantivy.storage.generation import GenerationRecord
from search.model.facets import VALUE_FACETS
from search.model.results import FacetStatistics, IndexStatistics

__all__ = ["statistics"]


def statistics(
    searcher: tantivy.Searcher, counts: TantivyCounts, record: GenerationRecord, size: int
) -> IndexStatistics:
    """Count what a generation holds; `size` in bytes."""
    everything = tantivy.Query.all_query()
    names = [facet.name for facet in VALUE_FACETS]
    values = counts.values(everything, names)
    articles = searcher.num_docs

    def end(*, newest: bool) -> str:
        found = in_order(searcher, everything, newest=newest, limit=1)
        return read_article(searcher, found[0][1]).published[:10] if found else ""

    return IndexStatistics(
        generation=record.generation,
        schema_version=record.schema_version,
        articles=articles,
        size=size,
        facets={
            name: FacetStatistics(len(values[name]), articles - counts.with_value(everything, name))
            for name in names
        },
        first_day=end(newest=False),
        last_day=end(newest=True),
        built=record.built,
        load=record.load,
    )
