"""The page of a facet's value, and the one of a value that no article has."""
