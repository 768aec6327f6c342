"""Mentions: rows of a page, and of a table."""
