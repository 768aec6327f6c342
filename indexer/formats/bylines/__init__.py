"""By-lines to authors, one entry per person or organisation."""

from indexer.formats.bylines.authors import authors_of, bare_name

__all__ = ["authors_of", "bare_name"]
