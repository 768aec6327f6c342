"""Mentions: every place of a search's words in the texts of articles, in their context."""
