"""The contract between indexing and engines: documents, protocols and consistency checks.

Start with `protocols`. Nothing is re-exported: ranking needs `document`, and the protocols depend
on query processing.
"""
