"""Saved pages. One module answers each question: what the page declares, its title, authors, date, body, and the site's rules."""

from indexer.formats.page.reader import look, read

__all__ = ["look", "read"]
