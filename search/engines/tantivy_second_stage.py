"""The second stage of ranking over a Tantivy index: the first hits by words, age and meaning together."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import tantivy

from search.document import day_of_sort_key
from search.engines.tantivy_queries import Scored, parted
from search.engines.tantivy_schema import MEANING_COLUMNS
from search.engines.tantivy_stored import in_order

if TYPE_CHECKING:
    from search.meaning import Meaning

__all__ = ["RERANKED", "SecondStage"]

RERANKED = 200
"""Hits of the first stage that are ordered anew."""

_Hits = list[tuple[float, tantivy.DocAddress]]


class SecondStage:
    """Orders hits anew; `half_life` in days, 0 for no gain by age."""

    def __init__(self, searcher: tantivy.Searcher, *, with_meaning: bool, half_life: int) -> None:
        self._searcher = searcher
        self._with_meaning = with_meaning
        self._half_life = half_life

    def order(self, words: str, scored: Sequence[tuple[float, tantivy.DocAddress]]) -> _Hits:
        """Order the first hits, within those that are pinned, that hold all words, and that do not; scores keep their range."""
        hits = [(parted(score), address) for score, address in scored]
        head, rest = hits[:RERANKED], hits[RERANKED:]
        if head:
            head = self._reordered(words, head)
        return [(score.plain, address) for score, address in (*head, *rest)]

    @cached_property
    def _meaning(self) -> "Meaning | None":
        """The vectors, loaded by the first search that orders by them; most commands never do."""
        if not self._with_meaning:
            return None
        from search.meaning import load_meaning  # noqa: PLC0415 # an optional package stands behind it

        return load_meaning()

    @cached_property
    def _newest(self) -> float:
        """The time of the newest article, in days; asked for when a search is answered, where damage is caught."""
        newest = in_order(self._searcher, tantivy.Query.all_query(), newest=True, limit=1)
        return day_of_sort_key(newest[0][0]) if newest else 0.0

    def _reordered(
        self, words: str, head: list[tuple[Scored, tantivy.DocAddress]]
    ) -> list[tuple[Scored, tantivy.DocAddress]]:
        addresses = [address for _, address in head]
        scores = [score.plain for score, _ in head]
        worst, best = min(scores), max(scores)
        if self._half_life:
            keys = self._searcher.fast_field_values("sort_key", addresses)
            ages = [self._newest - day_of_sort_key(int(key or 0)) for key in keys]
            # At most twice the score: what is new stands before what is a little better, not before what is much better.
            scores = [score * (1 + 0.5 ** (age / self._half_life)) / 2 for score, age in zip(scores, ages, strict=True)]
        if words and (meaning := self._meaning):
            columns = [self._searcher.fast_field_values(column, addresses) for column in MEANING_COLUMNS]
            scores = meaning.blend(words, scores, columns)
        low, spread = min(scores), max(scores) - min(scores)
        scores = [worst + (score - low) / spread * (best - worst) if spread else best for score in scores]
        order = sorted(range(len(head)), key=lambda place: (-head[place][0].tier, -scores[place], place))
        return [(Scored(head[place][0].tier, scores[place]), addresses[place]) for place in order]
