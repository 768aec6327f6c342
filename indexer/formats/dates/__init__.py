"""Dates and times as people and machines write them, to ISO 8601; what has no single meaning is refused."""
