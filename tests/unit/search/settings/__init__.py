"""Tests of search/settings."""
