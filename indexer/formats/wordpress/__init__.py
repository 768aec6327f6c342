"""WordPress: exports (WXR) in `export.py`, posts of the REST API in `rest_api.py`.

The other modules convert the content of posts.
"""
