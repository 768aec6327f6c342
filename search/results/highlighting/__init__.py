"""Highlights: where the terms of a query are in texts, and the fragments that show them."""
