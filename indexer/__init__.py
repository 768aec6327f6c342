"""Article files in, index out.

cli*.py         the commands: cli_write (load and change), cli_read, cli_serve; cli_base is what all have
sources.py      files, folders and streams to batches of raw records
formats/        one module a format: a raw record to an article, or the reason why it is none
reading.py      batches of raw records to documents, in this process or in several
load.py         what a load does to each article, and the report of it
generations.py  build beside the live index, check, swap; and the ways back
repair.py       a damaged index anew from what can be read of it
progress.py     what an admin sees while it takes time
sample/         articles for `dateline demo`
"""
