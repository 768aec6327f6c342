"""The sample: made-up reprints, indexed by `dateline demo` and by tests."""
