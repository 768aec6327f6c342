"""The second stage of ranking: the first hits by words, age and meaning together; the same for every engine."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from search.analysis.load_embeddings import load_vectors
from search.index.document import day_of_sort_key
from search.ranking.weights import TieredScore, split_score

if TYPE_CHECKING:
    from search.analysis.embeddings import Meaning

__all__ = ["RESCORE_WINDOW", "RescoreFeatures", "Rescorer"]

RESCORE_WINDOW = 200
"""Hits of the first stage that are ordered anew."""

_Address = TypeVar("_Address")
_Address_contra = TypeVar("_Address_contra", contravariant=True)


class RescoreFeatures(Protocol[_Address_contra]):
    """What an engine knows of hits beside their scores."""

    def newest(self) -> int:
        """Return the sort key of the newest article of the index; 0 when it is empty."""

    def sort_keys(self, hits: Sequence[_Address_contra]) -> Sequence[int]:
        """Return the sort keys of hits."""

    def vectors(self, hits: Sequence[_Address_contra]) -> Sequence[Sequence[float | None]]:
        """Return the columns of the hits' packed vectors; each holds a number of every hit."""


class Rescorer:
    """Orders hits anew; `half_life` in days, 0 for no gain by age."""

    def __init__(self, *, with_meaning: bool, half_life: int) -> None:
        self._with_meaning = with_meaning
        self._half_life = half_life

    @property
    def is_needed(self) -> bool:
        """Whether it changes any order."""
        return self._with_meaning or self._half_life > 0

    def order(
        self,
        words: str,
        scored: Sequence[tuple[float, _Address]],
        columns: RescoreFeatures[_Address],
    ) -> list[tuple[float, _Address]]:
        """Order the first hits, within those that are pinned, that hold all words, and that do not; scores keep their range."""
        hits = [(split_score(score), address) for score, address in scored]
        head, rest = hits[:RESCORE_WINDOW], hits[RESCORE_WINDOW:]
        if head:
            head = self._reordered(words, head, columns)
        return [(score.plain, address) for score, address in (*head, *rest)]

    @cached_property
    def _meaning(self) -> "Meaning | None":
        """The vectors, loaded by the first search that orders by them; most commands never do."""
        return load_vectors() if self._with_meaning else None

    def _reordered(
        self,
        words: str,
        head: list[tuple[TieredScore, _Address]],
        columns: RescoreFeatures[_Address],
    ) -> list[tuple[TieredScore, _Address]]:
        addresses = [address for _, address in head]
        scores = [score.plain for score, _ in head]
        worst, best = min(scores), max(scores)
        if self._half_life:
            newest = day_of_sort_key(columns.newest())
            ages = [newest - day_of_sort_key(key) for key in columns.sort_keys(addresses)]
            # At most twice the score: what is new stands before what is a little better, not before what is much better.
            scores = [
                score * (1 + 0.5 ** (age / self._half_life)) / 2
                for score, age in zip(scores, ages, strict=True)
            ]
        if words and (meaning := self._meaning):
            scores = meaning.blend(words, scores, columns.vectors(addresses))
        low, spread = min(scores), max(scores) - min(scores)
        scores = [
            worst + (score - low) / spread * (best - worst) if spread else best for score in scores
        ]
        order = sorted(
            range(len(head)), key=lambda place: (-head[place][0].tier, -scores[place], place)
        )
        return [
            (TieredScore(head[place][0].tier, scores[place]), addresses[place]) for place in order
        ]
