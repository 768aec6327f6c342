"""By-lines to authors, one entry per person or organisation; start at `authors.authors_of`."""
