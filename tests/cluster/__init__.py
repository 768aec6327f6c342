"""Tests on a real OpenSearch cluster on this machine; `make test-cluster` runs them."""
