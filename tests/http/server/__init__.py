"""Tests of the production server in operation."""
