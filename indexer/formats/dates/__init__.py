"""Dates and times, written by people or machines, to ISO 8601.

A date without a single meaning is refused, never guessed.
"""

from indexer.formats.dates.printed_dates import PrintedDate, find_date
from indexer.formats.dates.timestamps import iso_timestamp

__all__ = ["PrintedDate", "find_date", "iso_timestamp"]
