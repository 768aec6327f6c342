"""Names of index fields that every engine's schema shares; they are part of the indexes on disk."""

__all__ = ["LIKENESS_FIELDS", "exact_field"]

LIKENESS_FIELDS = ("likeness_smallest", "likeness_largest")
"""The sketch of an article's text, for near-duplicates; a short text has none."""


def exact_field(field: str) -> str:
    """Return the field that holds the exact words of an article's field, with positions."""
    return f"{field}_exact"
