"""Reprint text: one article per file, in the layout of docs/importing.md.

Start at `reader.read`. `publishers.toml` holds the words of publishers.
"""
