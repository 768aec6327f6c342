"""The article page: its text with highlights, and the way to the results around it."""
