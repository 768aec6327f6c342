"""The comparison with peers: corpora, classes of queries, latency, throughput and the report."""
