"""Two searches next to each other: how many articles they share, and what sets each apart."""

from dataclasses import dataclass

from search.model.facets import Facet
from search.model.query import SearchQuery

__all__ = ["Contrast", "ContrastPart", "ContrastValue", "ContrastWord"]


@dataclass(frozen=True, slots=True)
class ContrastPart:
    """A set of articles: `count` is the total of `query`.

    An empty set has no query. Both are None if the two texts cannot be written as one search; a
    count that follows from others is known without.
    """

    count: int | None
    query: SearchQuery | None


@dataclass(frozen=True, slots=True)
class ContrastValue:
    """A facet's value that the matches of one search have more often than those of the other.

    The parts are the matches of the first and of the second search with the value.
    """

    facet: Facet
    value: str
    first: ContrastPart
    second: ContrastPart


@dataclass(frozen=True, slots=True)
class ContrastWord:
    """A word that the texts of one search have more often than those of the other.

    The parts are the matches of the first and of the second search with the word.
    """

    word: str
    first: ContrastPart
    second: ContrastPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two searches compared; each requires every word of its text.

    `first` and `second` are the two searches as they are compared, `both` their common matches,
    `first_only` and `second_only` the others. The values and words of each are those that it has
    more often than the other search, the most telling first. `first_texts` and `second_texts` are
    the numbers of texts that the words were taken from; copies are not counted.
    """

    first: ContrastPart
    second: ContrastPart
    both: ContrastPart
    first_only: ContrastPart
    second_only: ContrastPart
    first_understood: str
    second_understood: str
    first_values: tuple[ContrastValue, ...]
    second_values: tuple[ContrastValue, ...]
    first_words: tuple[ContrastWord, ...]
    second_words: tuple[ContrastWord, ...]
    first_texts: int
    second_texts: int
    generation: str
