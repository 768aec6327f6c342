"""The second stage of ranking over a Tantivy index: the first hits by words and meaning together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import tantivy

from search.engines.tantivy_queries import TantivyQueries
from search.engines.tantivy_schema import MEANING_COLUMNS

if TYPE_CHECKING:
    from search.meaning import Meaning

__all__ = ["BLENDED", "SecondStage", "second_stage"]

BLENDED = 200
"""Hits of the first stage that are ordered anew."""

_Hits = list[tuple[float, tantivy.DocAddress]]


class SecondStage:
    """Orders hits anew by the vectors in an index's columns."""

    def __init__(self, searcher: tantivy.Searcher, meaning: "Meaning") -> None:
        self._searcher = searcher
        self._meaning = meaning

    def order(self, words: str, scored: Sequence[tuple[float, tantivy.DocAddress]], queries: TantivyQueries) -> _Hits:
        """Order the first BLENDED hits, those that hold all words still first; scores keep their range."""
        hits = [(queries.score_of(score), address) for score, address in scored]
        head = hits[:BLENDED]
        if not head or not words:
            return hits
        addresses = [address for _, address in head]
        columns = [self._searcher.fast_field_values(column, addresses) for column in MEANING_COLUMNS]
        blended = self._meaning.blend(words, [score for score, _ in head], columns)
        whole = [score != plain for (score, _), (plain, _) in zip(scored[:BLENDED], head, strict=True)]
        worst, best = min(score for score, _ in head), max(score for score, _ in head)
        order = sorted(range(len(head)), key=lambda place: (not whole[place], -blended[place], place))
        return [(worst + blended[place] * (best - worst), head[place][1]) for place in order] + hits[BLENDED:]


def second_stage(searcher: tantivy.Searcher) -> SecondStage | None:
    """Return the second stage; None where what it needs is not installed."""
    from search.meaning import load_meaning  # noqa: PLC0415 # an optional package stands behind it

    meaning = load_meaning()
    return SecondStage(searcher, meaning) if meaning else None
