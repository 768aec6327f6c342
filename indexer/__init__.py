"""Article files in, index out.

__main__.py     gives way where the command writes, then loads the rest
cli*.py         the commands: cli_write (load and change), cli_read, cli_serve; cli_base is what all have
sources.py      SOURCEs to files, and what looks like one
batches.py      files to batches of raw records; cut up by streams.py, xml_items.py, json_elements.py
formats/        a raw record to what it says of an article, and where: reprint.py, page.py (and page_*.py, declared.py,
                site_rules.py), wordpress.py, feed.py, json_records.py; record.py makes an article of it, or says why not
preview.py      what would be loaded, and where each part was found
reading.py      batches of raw records to documents, in this process or in several
load.py         what a load does to each article, and the report of it
generations.py  build beside the live index, check, swap; and the ways back
repair.py       a damaged index anew from what can be read of it
progress.py     what an admin sees while it takes time
sample/         articles for `dateline demo`
"""
