"""Monitoring: Prometheus metrics, the access log and the query log.

None of them records a client's address; only the query log records query texts.
"""
