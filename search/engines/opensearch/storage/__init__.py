"""Generations in a cluster: schema, record, catalog, snapshots; the client and the lock."""
