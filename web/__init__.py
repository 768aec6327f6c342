"""The web service: HTML pages, the JSON API, feeds and exports over an archive.

Start with `app.create_app`, which assembles the application. `server.run` is the production server
behind `dateline serve`, and `worker.create` the application factory for any WSGI server.

views/       routes: pages, API, feeds, exports, sitemaps
params/      URL parameters: declarations, URL <-> SearchQuery
presenters/  what views pass to templates and JSON
openapi/     operations, responses and the OpenAPI document made of them
middleware/  hooks around every request: access control, caching, compression
limits/      rate limits and concurrency limits
monitoring/  metrics, access log, query log
theme/       what settings make of a site: translations, colours, static files
processes/   port, workers and supervision of the production server
errors.py    exceptions to HTTP statuses
urls.py      paths of pages and of the API
article_ids.py  ids in paths
mount_path.py   the path that the service is mounted under
templates/ static/ locales/
"""
