"""What the archive holds, as rows of a page, as a table of cells and as JSON."""
