"""Files in the data folder that commands and servers share: API keys and query statistics.

Nothing is re-exported, because the statistics load SQLite. Start with `ApiKeys` and `QueryStats`.
"""
