"""The contract of an engine, run on every engine, and the quality of its results."""
