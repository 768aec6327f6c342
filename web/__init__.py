"""The pages and the JSON API.

app.py       create_app(store, settings): the parts put together
parameter_kinds.py  what a parameter is: declared once, read and described by that
params.py    URL <-> SearchQuery: the only place that knows a search's parameters
links.py     where everything is found
present.py   SearchPage + SearchQuery -> rows with links; the same rows feed HTML and JSON
pages.py     what readers see: results, an article; browse.py all values of a facet
site.py      what the settings make of a site: name, words, looks, files; colours.py wording.py static_files.py locales/
api.py       what other services read; feeds.py, exports.py a search in another form
operations.py  answers.py   what may be asked, and what is answered, as declarations; json_view.py writes answers
openapi.py   the description made of them; api_docs.py a page of it; examples.json what the sample answers
guards.py    who may ask and how much; rate_limit.py so much in a time; search_gate.py so many at once, so long
escaping.py  how templates escape
served.py    the archive behind that gate, timed; metrics.py for Prometheus
observing.py request ids and the access log; query_log.py what is searched, counted
discovery.py what crawlers and browsers ask: robots.txt, sitemaps, OpenSearch description
citations.py structured_data.py   an article for reference managers, and for other sites
relaxations.py  where a search of few matches may go          preferences.py   light or dark
neighbours.py  the results before and after an article
histogram.py matches over time as bars
prose.py     an article's body as HTML, marked
errors.py    exception -> status, chosen once
headers.py   caching, compression, security
server.py    the production server that `dateline serve` runs; worker.py one of its processes
"""
