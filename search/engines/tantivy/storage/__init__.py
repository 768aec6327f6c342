"""The files of Tantivy generations: schema, record, catalog, checksums, backups."""
