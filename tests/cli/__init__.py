"""Tests of the command line, each command in a process."""
