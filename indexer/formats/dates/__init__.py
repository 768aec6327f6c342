"""Dates and times, written by people or machines, to ISO 8601; start at `timestamps.moment_of`.

A date without a single meaning is refused, never guessed.
"""
