"""Media types of answers for which Flask has no constant."""

__all__ = ["ATOM", "EXPORTS", "JSON", "OPENSEARCH_SUGGESTIONS", "OPML", "PROBLEM"]

JSON = "application/json"
OPENSEARCH_SUGGESTIONS = "application/x-suggestions+json"
"""Completions for the address bars of browsers (OpenSearch Suggestions 1.1)."""
PROBLEM = "application/problem+json"
"""Error responses (RFC 9457)."""
ATOM = "application/atom+xml; charset=utf-8"
OPML = "text/x-opml; charset=utf-8"
EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
"""Of exports, by the ending of their address."""
