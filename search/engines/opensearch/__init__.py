"""The engine on an OpenSearch cluster; begin with `engine.py` and `searcher.py`.

It is loaded lazily by `search.engines.open_store`, so nothing is re-exported.
"""
