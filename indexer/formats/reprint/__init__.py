"""Reprint text: one article per file, in the layout of docs/importing.md."""
