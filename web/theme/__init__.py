"""A site's look and language: title, logo, colours, translations and static files.

`site.read_site` reads them from the settings, once for each worker.
"""
