"""Placeholder."""

from collections.abc import Sequence

__all__ = ["measure"]


def measure(options: Sequence[str]) -> str:
    """Measure."""
    return str(options)
