"""Finds the files of SOURCEs and splits them into batches of raw records.

Start at `sources.find_files` and `batches.batches`.
"""
