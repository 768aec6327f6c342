"""Safe file handling: atomic replacement, locks, ownership, permissions and output files.

Nothing is re-exported, because most callers need one module.
"""
