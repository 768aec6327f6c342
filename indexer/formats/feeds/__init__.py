"""Feeds: RSS, Atom (also Blogger's exports) and JSON Feed; start at `reader.py`.

The package exports nothing, since importing feedparser takes long.
"""
