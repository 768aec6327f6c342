"""Parts of a page of results: highlights, facet buckets, facet value pages and suggestions.

Start with `highlighting.Highlighter`. Nothing is re-exported, because callers need only one of the
modules.
"""
