"""Searches over time as data: JSON of the API, and a CSV table."""

from flask import Blueprint, Response

from search.index.protocols import EngineProvider
from web.media_types import EXPORTS
from web.middleware.http_cache import conditional, not_modified
from web.params.export_params import read_byte_order_mark
from web.params.trend_params import read_trends, read_trends_download
from web.presenters.downloads.file_names import attachment, trends_file_name
from web.presenters.downloads.trends_table import trends_table
from web.presenters.trends.api_response import trends_response
from web.theme.site import Site
from web.urls import API
from web.views.json_answers import json_answer, request_pairs, require_json

__all__ = ["create_trends_api", "create_trends_table"]

_CSV = "csv"


def create_trends_api(store: EngineProvider) -> Blueprint:
    """Create the route of the API."""
    api = Blueprint("api_trends", __name__, url_prefix=API)
    api.before_request(require_json)

    @api.get("/trends")
    def trends() -> Response:
        requested = read_trends(request_pairs(), strict=True)
        return json_answer(
            store.serving(),
            lambda engine: trends_response(engine.trends(requested.queries, requested.by)),
        )

    return api


def create_trends_table(store: EngineProvider, site: Site) -> Blueprint:
    """Create the route of the table, whose name has the site's labels of values."""
    table = Blueprint("trends_table", __name__)

    @table.get("/trends.csv")
    def trends() -> Response:
        requested = read_trends_download(request_pairs())
        has_mark = read_byte_order_mark(request_pairs())
        engine = store.serving()
        if known := not_modified(engine.generation):
            return known
        counted = engine.trends(requested.queries, requested.by)
        response = Response(trends_table(counted, has_mark=has_mark), content_type=EXPORTS[_CSV])
        name = trends_file_name(requested.texts, requested.filters, site.labels)
        response.headers["Content-Disposition"] = attachment(name, _CSV)
        return conditional(response, engine.generation)

    return table
