"""Presenters: pure functions from the engine's answers to template variables and JSON.

Start with `search_page.py` and `search_json.py`.
"""
