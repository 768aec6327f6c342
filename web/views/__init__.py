"""The routes of the web service; `web/app.py` registers them.

A view reads the request's parameters, loads everything that it needs from the engine in one
place, and hands it to a presenter.
"""
