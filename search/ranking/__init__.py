"""Ranking: weights, the rescorer of the top hits, interesting terms, and tuning by the admin.

Start with `rescorer`. Nothing is re-exported: only some of the modules load `search.index` and
`search.query`.
"""
