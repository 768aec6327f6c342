"""Settings: one frozen struct of nested tables, read once from a file, the environment and options.

`tables` declares every setting, `loading` merges the sources, and `areas`, `host_names` and
`rates` read the settings whose values have a syntax of their own. Nothing is re-exported: the
indexer's formats need `areas` or `rates` without the rest.
"""
