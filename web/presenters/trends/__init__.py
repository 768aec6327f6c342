"""Searches over time: the page with its facts and table, and the same as data."""
