"""Tests of commands, their messages and the files that they write."""
