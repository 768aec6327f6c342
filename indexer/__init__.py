"""Article files in, index out, and the command line.

`input` splits files into raw records, `formats` parses a record into the keys of an article, and
`cli` holds the commands. Start at `publish` for a load, at `cli.main` for the commands.
"""
