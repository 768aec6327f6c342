"""Reprints followed: the versions of a text, and what differs between two of them."""
