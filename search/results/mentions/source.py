"""The articles of a search as an engine gives them to mentions, in the order of their dates."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from search.model.article import Article
from search.model.cursor import Cursor
from search.query.minimum_match import Matcher, MatchSpec

__all__ = ["Address", "ArticleSource"]

Address = TypeVar("Address")


class ArticleSource(Protocol[Address]):
    """The primitives of an engine that mentions need; see IndexPrimitives."""

    @property
    def matcher(self) -> Matcher:
        """Counts matches."""

    def by_date(
        self, spec: MatchSpec, cursor: Cursor, limit: int, *, newest: bool, with_counts: bool
    ) -> tuple[Sequence[tuple[float, Address]], object]:
        """Find hits by date with their sort keys."""

    def documents(self, hits: Sequence[Address]) -> Iterable[Article]:
        """Read the articles of hits."""
