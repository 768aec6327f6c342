"""The checks that a new generation must pass before readers see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.load_report import LoadReport
from search.errors import DatelineError
from search.index.protocols import SearchEngine
from search.model.query import SearchQuery

__all__ = ["AcceptanceChecks", "SwapRefused"]

_GOLDEN_HITS = 10


class SwapRefused(DatelineError):
    """The new generation failed a check and the live index is unchanged.

    `report` counts the records that were loaded into it.
    """

    def __init__(self, message: str, report: LoadReport | None = None) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceChecks:
    """Checks of a new generation, and the number of generations to keep.

    `golden` maps queries to the id of the article that must be among their first ten hits.
    """

    keep: int = 2
    golden: Mapping[str, str] = field(default_factory=dict)

    def check(self, engine: SearchEngine, before: int, *, force: bool) -> None:
        """Check a generation that replaces one of `before` articles.

        `force` allows it to have fewer than half of them.

        Raises:
            SwapRefused: a check failed; the message names it.

        """
        if reason := self._reason(engine, before, force=force):
            raise SwapRefused(
                f"{reason}, so the index was left unchanged; the new generation "
                f"{engine.generation} is kept until the next run"
            )

    def _reason(self, engine: SearchEngine, before: int, *, force: bool) -> str:
        articles = engine.count(SearchQuery())
        if not articles:
            return "the new index would contain no article"
        if articles * 2 < before and not force:
            return (
                f"the new index would contain fewer than half of the {before:,} articles in the "
                f"live one, {articles:,} (if that is right, run again with --force)"
            )
        if problems := engine.verify():
            return f"the new index is inconsistent: {problems[0]}"
        for text, expected in self.golden.items():
            hits = engine.search(SearchQuery(text=text, size=_GOLDEN_HITS, facets=())).hits
            if expected not in [hit.article.id for hit in hits]:
                return (
                    f"the golden query {text!r} does not find {expected!r} among its first "
                    f"{_GOLDEN_HITS}"
                )
        return ""
