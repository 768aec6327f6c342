"""Parts of a query that are ignored: what a results page tells readers about them."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["IgnoredKind", "IgnoredPart"]


class IgnoredKind(StrEnum):
    """The reasons for which a part of a query is ignored."""

    OPERATOR = "operator"
    """An operator that lacks an operand."""
    SIGNS = "signs"
    """Signs or emoji, which are not indexed."""
    ONLY_SIGNS = "only signs"
    """A whole text of signs or emoji, which finds nothing."""
    QUOTATION_MARK = "quotation mark"
    """A quotation mark without a counterpart."""
    PARENTHESIS = "parenthesis"
    """A parenthesis without a counterpart."""
    DEPTH = "depth"
    """A parenthesis inside too many others."""
    STAR = "star"
    """A `*` in another place than the end of a word."""
    PREFIX_LIMIT = "prefix limit"
    """A `*` beyond the largest number of prefixes."""
    PHRASE_LIMIT = "phrase limit"
    """Quotation marks beyond the largest number of phrases."""
    DATE = "date"
    """A value of `date:` that is not a period."""


@dataclass(frozen=True, slots=True)
class IgnoredPart:
    """A part of a query that is ignored, as typed, with the reason."""

    kind: IgnoredKind
    text: str
