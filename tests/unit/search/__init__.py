"""Unit tests of the package `search`."""
