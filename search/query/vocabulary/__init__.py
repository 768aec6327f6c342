"""The words of an index, from which corrections and suggestions are chosen.

`word_list` chooses them, `packing` makes a file of them, and `vocabulary` searches that file.
"""
