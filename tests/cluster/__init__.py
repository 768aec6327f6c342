"""A real OpenSearch cluster on this machine, and the tests that need one; `make test-cluster` runs them."""
