"""Helpers for benchmarks: archives to measure on, timing in turn."""
