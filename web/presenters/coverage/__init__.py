"""The holdings of the archive, as rows of a page, as a CSV table and as JSON."""
