"""The media types of what is served, where Flask has no name for them."""

__all__ = ["ATOM", "EXPORTS", "PROBLEM"]

PROBLEM = "application/problem+json"
"""Errors as JSON (RFC 9457)."""
ATOM = "application/atom+xml; charset=utf-8"
EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
"""By the ending of an export's address."""
