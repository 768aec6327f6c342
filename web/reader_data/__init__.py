"""The content of the reader's cookies: a list of articles, and saved searches.

Values only; `web/middleware/` reads and sets the cookies.
"""
