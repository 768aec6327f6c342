"""Tests of indexer/formats."""
