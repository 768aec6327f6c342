"""Near phrases, which Tantivy alone does not match exactly."""
