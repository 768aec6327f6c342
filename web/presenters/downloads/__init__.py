"""Files made of a search: a table, a feed, and the names of downloads."""
