"""Tests of search/results/overview."""
