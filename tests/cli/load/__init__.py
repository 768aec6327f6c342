"""Tests of loading: sources, formats, reports, hostile files."""
