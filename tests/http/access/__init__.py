"""Tests of access control and limits."""
