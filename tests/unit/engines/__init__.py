"""Tests of the engines' parts, without an index of their own process."""
