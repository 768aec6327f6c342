"""Limits on the load that clients cause: concurrent searches, large responses, requests per time.

`concurrency.SearchLimiter` is the central one. All limits count by `client_address`.
"""
