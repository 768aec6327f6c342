"""The second stage of ranking: reorders the top hits by term score, recency and embeddings."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from search.analysis.lazy_embeddings import load_embedder
from search.index.document import day_of_sort_key
from search.ranking.weights import TieredScore, split_score

if TYPE_CHECKING:
    from search.analysis.embeddings import Embedder

__all__ = ["RESCORE_WINDOW", "RescoreFeatures", "Rescorer"]

RESCORE_WINDOW = 200
"""Number of top hits that are rescored."""

_Address = TypeVar("_Address")
_Address_contra = TypeVar("_Address_contra", contravariant=True)


class RescoreFeatures(Protocol[_Address_contra]):
    """Features of hits that an engine provides in addition to their scores."""

    def newest(self) -> int:
        """Return the sort key of the newest article of the index, or 0 if it is empty."""

    def sort_keys(self, hits: Sequence[_Address_contra]) -> Sequence[int]:
        """Return the sort keys of hits."""

    def vectors(self, hits: Sequence[_Address_contra]) -> Sequence[Sequence[float | None]]:
        """Return the columns of the hits' packed vectors; each has one number per hit."""


class Rescorer:
    """Rescores the top hits; `half_life` of the recency bonus is in days, 0 disables it."""

    def __init__(self, *, with_meaning: bool, half_life: int) -> None:
        self._with_meaning = with_meaning
        self._half_life = half_life

    @property
    def is_needed(self) -> bool:
        """True if rescoring can change an order."""
        return self._with_meaning or self._half_life > 0

    def rescore(
        self,
        text: str,
        hits: Sequence[tuple[float, _Address]],
        features: RescoreFeatures[_Address],
    ) -> list[tuple[float, _Address]]:
        """Reorder the top hits within their tiers; base scores keep their range.

        The tiers are pinned articles, full matches, and partial matches.
        """
        tiered = [(split_score(score), address) for score, address in hits]
        window, rest = tiered[:RESCORE_WINDOW], tiered[RESCORE_WINDOW:]
        if window:
            window = self._reordered(text, window, features)
        return [(score.base, address) for score, address in (*window, *rest)]

    @cached_property
    def _embedder(self) -> "Embedder | None":
        """The word vectors, loaded by the first search that needs them; most commands never do."""
        return load_embedder() if self._with_meaning else None

    def _reordered(
        self,
        text: str,
        hits: list[tuple[TieredScore, _Address]],
        features: RescoreFeatures[_Address],
    ) -> list[tuple[TieredScore, _Address]]:
        addresses = [address for _, address in hits]
        scores = [score.base for score, _ in hits]
        worst, best = min(scores), max(scores)
        if self._half_life:
            newest = day_of_sort_key(features.newest())
            ages = [newest - day_of_sort_key(key) for key in features.sort_keys(addresses)]
            # Recency can at most double a score: a new article beats a slightly better one, but not
            # a much better one.
            scores = [
                score * (1 + 0.5 ** (age / self._half_life)) / 2
                for score, age in zip(scores, ages, strict=True)
            ]
        if text and (embedder := self._embedder):
            scores = embedder.blend(text, scores, features.vectors(addresses))
        low, spread = min(scores), max(scores) - min(scores)
        scores = [
            worst + (score - low) / spread * (best - worst) if spread else best for score in scores
        ]
        order = sorted(
            range(len(hits)), key=lambda index: (-hits[index][0].tier, -scores[index], index)
        )
        return [
            (TieredScore(hits[index][0].tier, scores[index]), addresses[index]) for index in order
        ]
