"""What a generation is in a cluster: schema, record, catalog, snapshots; client and lock."""
