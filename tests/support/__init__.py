"""Helpers for tests: articles, stores, the command line, servers, browsers, made-up files."""
