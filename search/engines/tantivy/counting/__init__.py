"""Exact facet counts from Tantivy's aggregations."""
