"""The article page, and the way from it to the results around it."""
