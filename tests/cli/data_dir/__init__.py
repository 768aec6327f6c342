"""Tests of commands that manage the data folder: generations, keys and query statistics."""
