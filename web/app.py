"""The application: routes over a store of generations, made anew by `create_app` each time it is called."""

from hashlib import blake2b
from importlib import metadata, resources

import js_lib_htmx
from flask import Flask, Response, request, send_file
from htmx_flask import Htmx
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from search.config import Settings
from search.engine import GenerationStore
from web import api, browse, discovery, errors, exports, feeds, headers, pages, preferences, present

__all__ = ["create_app"]

_HTMX = "vendor/htmx.min.js"
_A_YEAR = 365 * 24 * 3600


class _Everything(BaseConverter):
    """A part of a path that may hold anything, slashes among it."""

    regex = ".+"
    part_isolating = False
    weight = 300


def create_app(store: GenerationStore, settings: Settings) -> Flask:
    """Make the web service over a store."""
    app = Flask(__name__)
    app.url_map.merge_slashes = False
    app.url_map.converters["everything"] = _Everything
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Htmx(app)
    htmx = (resources.files(js_lib_htmx) / "static/htmx/htmx.min.js").read_bytes()
    version = _version(htmx)

    @app.get("/static/" + _HTMX)
    def htmx_script() -> Response:
        return Response(htmx, mimetype="text/javascript")

    @app.get("/healthz")
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def ready() -> Response:
        return Response(f"{store.serving().generation}\n", mimetype="text/plain")

    @app.get("/favicon.ico")
    def icon() -> Response:
        return send_file("static/icon.svg", mimetype="image/svg+xml")

    @app.context_processor
    def shared() -> dict[str, object]:
        return {
            "site": settings.title,
            "theme": headers.theme(),
            "static": lambda name: f"/static/{name}?v={version}",
        }

    @app.after_request
    def keep_static(response: Response) -> Response:
        if request.path.startswith("/static/") and request.args.get("v") == version:
            response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
        return response

    app.jinja_env.filters["printed"] = present.printed_date
    app.jinja_env.filters["safe_html"] = Markup
    discovery.register(app)
    headers.register(app)
    errors.register(app)
    app.register_blueprint(pages.create_pages(store, version, settings.title))
    app.register_blueprint(browse.create_browse(store, version))
    app.register_blueprint(api.create_api(store))
    app.register_blueprint(exports.create_exports(store, settings.title))
    app.register_blueprint(feeds.create_feeds(store, settings.title))
    app.register_blueprint(preferences.create_preferences())
    app.register_blueprint(discovery.create_discovery(store, settings.title))
    return app


def _version(htmx: bytes) -> str:
    """Name what pages are made of, so that a new one is fetched when any of it changes."""
    digest = blake2b(htmx + metadata.version("dateline").encode(), digest_size=5)
    for folder in ("static", "templates"):
        for file in sorted(resources.files("web").joinpath(folder).iterdir(), key=lambda each: each.name):
            digest.update(file.read_bytes())
    return digest.hexdigest()
