"""Raw records to articles in batches: in this process (`pipeline`) or in several (`parse_pool`)."""
