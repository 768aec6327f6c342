"""Tests of indexer/formats/feeds."""
