"""What every route of the JSON API shares: media types, entity tags, parameters."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from search.index.protocols import SearchEngine
from web.media_types import JSON, OPENSEARCH_SUGGESTIONS
from web.middleware.http_cache import conditional, not_modified
from web.middleware.site_address import tag_with_mount_path

__all__ = ["json_answer", "request_pairs", "require_json"]


def require_json() -> None:
    """Refuse a request whose Accept header excludes JSON."""
    accepted = request.accept_mimetypes
    if accepted and not (accepted[JSON] or accepted[OPENSEARCH_SUGGESTIONS]):
        raise NotAcceptable(
            "Answers here are application/json; leave out the Accept header or name that."
        )


def request_pairs() -> list[tuple[str, str]]:
    """Return the parameters of the request in their order, repeated ones as often as given."""
    return list(request.args.items(multi=True))


def json_answer(
    engine: SearchEngine, make: Callable[[SearchEngine], Mapping[str, Any]]
) -> Response:
    """Respond with JSON, or 304 to a client that has the answer of this generation."""
    tag = tag_with_mount_path(engine.generation)
    return not_modified(tag) or conditional(
        Response(orjson.dumps(make(engine)), mimetype=JSON), tag
    )
