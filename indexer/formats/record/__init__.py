"""The record that every format reads into, and its way to an Article."""
