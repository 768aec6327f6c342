"""The record that every format reads into, and its validation.

Start at `parsed_record.ParsedRecord` and `validation.to_article`. Modules next to them hold what
formats share: options, marks of privacy, languages and categories.
"""
