"""Values and words that set the matches of a search apart, by log-likelihood."""
