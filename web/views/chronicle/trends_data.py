"""Searches over time as a CSV table."""

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider
from web.media_types import EXPORTS
from web.middleware.http_cache import conditional, not_modified
from web.params.export_params import read_byte_order_mark
from web.params.trend_params import read_trends_download
from web.presenters.downloads.file_names import attachment, trends_file_name
from web.presenters.downloads.trends_table import trends_table
from web.theme.site import Site

__all__ = ["create_trends_table"]

_CSV = "csv"


def create_trends_table(store: EngineProvider, site: Site) -> Blueprint:
    """Create the route of the table, whose name has the site's labels of values."""
    table = Blueprint("trends_table", __name__)

    @table.get("/trends.csv")
    def trends() -> Response:
        pairs = list(request.args.items(multi=True))
        requested = read_trends_download(pairs)
        has_mark = read_byte_order_mark(pairs)
        engine = store.serving()
        if known := not_modified(engine.generation):
            return known
        counted = engine.trends(requested.queries, requested.by)
        response = Response(trends_table(counted, has_mark=has_mark), content_type=EXPORTS[_CSV])
        name = trends_file_name(requested.texts, requested.filters, site.labels)
        response.headers["Content-Disposition"] = attachment(name, _CSV)
        return conditional(response, engine.generation)

    return table
