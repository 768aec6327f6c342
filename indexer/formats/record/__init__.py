"""The record that every format reads into, and its validation in `validation.py`.

The other modules hold what formats share: options, marks of privacy, languages and categories.
"""

from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord

__all__ = ["FormatOptions", "NoArticle", "ParsedRecord"]
