"""The texts of a page in which a query's terms are searched together, and what is found in them."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from search.analysis.analyzer import analyzer
from search.analysis.token_cache import TokenCache
from search.results.highlighting.letters import Letters
from search.results.highlighting.spans import Span

__all__ = ["PageTexts"]


class PageTexts:
    """Texts, each with its language, and the spans to highlight in each."""

    def __init__(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        self.texts = texts
        self.languages = languages
        self.spans: list[list[Span]] = [[] for _ in texts]

    def add(self, number: int, spans: Iterable[Span]) -> None:
        """Add spans to highlight in a text."""
        self.spans[number] += spans

    @cached_property
    def letters(self) -> Letters:
        """The letters of the texts."""
        return Letters(self.texts)

    def tokens(self, number: int) -> TokenCache:
        """Return the tokens of the runs of a text."""
        return analyzer(self.languages[number]).runs(self.texts[number])
