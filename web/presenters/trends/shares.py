"""The share of a period's articles that match, as data."""

__all__ = ["rounded_share"]

_DIGITS = 6


def rounded_share(count: int, articles: int) -> float:
    """Return a share of articles, 0 in a period without articles."""
    return round(count / articles, _DIGITS) if articles else 0.0
