"""Article files in, index out.

cli.py          the commands
sources.py      files, folders and streams to batches of raw records
formats/        one module a format: a raw record to an article, or the reason why it is none
reading.py      batches of raw records to documents, in this process or in several
load.py         documents into a writer, and the report of it
generations.py  build beside the live index, check, swap
progress.py     what an admin sees while it takes time
sample/         articles for `dateline demo`
"""
