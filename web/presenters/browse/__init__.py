"""Pages of all values of a facet: a list, or for dates a calendar."""
