"""Article files in, index out, and the command line.

`input` cuts files into raw records, `formats` reads a record into the keys of an article, `cli` holds the commands.
"""
