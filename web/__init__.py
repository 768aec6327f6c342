"""The pages and the JSON API.

app.py       create_app(store, settings): the parts put together
params.py    URL <-> SearchQuery: the only place that knows parameter names
links.py     where everything is found
present.py   SearchPage + SearchQuery -> rows with links; the same rows feed HTML and JSON
pages.py     what readers see: results, an article; browse.py all values of a facet
site.py      what the settings make of a site: name, words, looks, files; colours.py wording.py static_files.py locales/
api.py       what other services read; feeds.py, exports.py a search in another form
discovery.py what crawlers and browsers ask: robots.txt, sitemaps, OpenSearch description
citations.py structured_data.py   an article for reference managers, and for other sites
ways_out.py  where a search of few matches may go          preferences.py   light or dark
neighbours.py  the results before and after an article
histogram.py matches over time as bars
prose.py     an article's body as HTML, marked
errors.py    exception -> status, chosen once
headers.py   caching, compression, security
server.py    the production server that `dateline serve` runs
"""
