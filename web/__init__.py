"""The pages and the JSON API.

app.py       create_app(store, settings): the parts put together
params.py    URL <-> SearchQuery: the only place that knows parameter names
present.py   SearchPage + SearchQuery -> rows with links; the same rows feed HTML and JSON
pages.py     what readers see: results, an article; browse.py all values of a facet
api.py       what other services read; feeds.py, exports.py a search in another form
discovery.py what crawlers and browsers ask: robots.txt, sitemaps, OpenSearch description
citations.py structured_data.py   an article for reference managers, and for other sites
ways_out.py  where a search without matches may go         preferences.py   light or dark
histogram.py matches over time as bars
prose.py     an article's body as HTML, marked
errors.py    exception -> status, chosen once
headers.py   caching, compression, security
server.py    the production server that `dateline serve` runs
"""
