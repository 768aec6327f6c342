"""Flask hooks that run around every request: host check, access control, caching, compression.

`web.app.create_app` registers them in order; `access_control` is the one to read first.
"""
