"""The application factory: assembles the routes and hooks over a store of generations."""

import datetime as dt
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from search.data_dir.query_stats import QueryStats
from search.index.protocols import EngineProvider
from search.model.facets import Facet
from search.settings.all_tables import Settings
from search.settings.host_names import read_address
from web import errors
from web.article_ids import ArticleIdConverter
from web.flask_classes import SiteRequest, SiteResponse
from web.limits import large_responses
from web.limits.concurrency import SearchLimiter
from web.limits.export_slots import ExportSlots
from web.local_day import local_day
from web.middleware import (
    access_control,
    compression,
    cors,
    request_bodies,
    security_headers,
    site_address,
)
from web.middleware.list_cookie import own_list
from web.middleware.preference_cookies import PREFERENCES
from web.middleware.searches_cookie import own_searches
from web.monitoring import access_log
from web.monitoring.instrumentation import InstrumentedStore
from web.monitoring.metrics import SHARED_FOLDER, Metrics, create_metrics
from web.monitoring.query_log import QueryLog
from web.mount_path import Mounting, mount_path, mounted
from web.presenters.citations import context_object, highwire_tags
from web.reader_data.reading_list import key_text
from web.theme.site import Site, read_site
from web.theme.template_output import TemplateEnvironment
from web.urls import article_path
from web.views import (
    api,
    api_docs,
    article,
    exports,
    facet_values,
    feeds,
    keys,
    preferences,
    seo,
    sitemap,
)
from web.views import help as help_page
from web.views import search as search_pages
from web.views.chronicle import (
    compare,
    coverage,
    mentions,
    overview,
    reprints,
    trends,
    trends_data,
    value_page,
)
from web.views.lists import list_file, reading_list, saved_searches

__all__ = ["create_app"]


class _Application(Flask):
    """Flask behind `trusted_proxies` proxies (`X-Forwarded-*`), mounted under a path or not.

    `path` is the one in the setting `address`, "" for the path that a request names.
    """

    jinja_environment = TemplateEnvironment
    request_class = SiteRequest
    response_class = SiteResponse

    def __init__(self, trusted_proxies: int, path: str) -> None:
        super().__init__(__name__, static_folder=None)
        wsgi_app = super().wsgi_app
        count = trusted_proxies
        self._outer_wsgi_app = Mounting(
            ProxyFix(wsgi_app, x_for=count, x_proto=count, x_host=count) if count else wsgi_app,
            path,
            count,
            lambda: self._own_names,
        )

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """The names that paths of this service begin with."""
        return frozenset(rule.rule.split("/")[1] for rule in self.url_map.iter_rules())

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request; see Flask."""
        return self._outer_wsgi_app(environ, start_response)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, which is never a coroutine here; Flask would look each time."""
        return func

    def make_default_options_response(self) -> Response:
        """Return the allowed methods; without a body there is no Content-Type. See Flask."""
        response = super().make_default_options_response()
        del response.headers["Content-Type"]
        return response


def create_app(
    archive: EngineProvider, settings: Settings, today: Callable[[], dt.date] = local_day
) -> Flask:
    """Create the web service over an archive's store.

    `today` returns the day that the home page looks back on.

    Raises:
        InvalidSettings: the theme, an address or a limit is invalid.

    """
    site = read_site(settings)
    metrics = Metrics()
    limiter = SearchLimiter.from_settings(settings, metrics.change_searches_under_way)
    store = InstrumentedStore(archive, limiter, metrics)
    query_log = (
        QueryLog(QueryStats(Path(settings.data))) if settings.server.query_log == "on" else None
    )
    app = _Application(settings.server.proxies, read_address(settings.site.address).path)
    app.url_map.merge_slashes = False
    app.url_map.converters["article_id"] = ArticleIdConverter
    _configure_templates(app, site)

    @app.get("/static/<path:name>")
    def static_file(name: str) -> Response:
        return site.files.respond(name)

    @app.get("/favicon.ico")
    def icon() -> Response:
        return site.files.respond("icon.svg")

    @app.get("/healthz")
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def ready() -> Response:
        return Response(f"{store.serving().generation}\n", mimetype="text/plain")

    # Flask runs hooks before a request in this order, and hooks after it in reverse.
    access_log.register(app, metrics, log=settings.server.access_log == "on")
    site_address.register(app, settings)
    cors.register(app, settings)
    access_control.register(app, settings)
    request_bodies.register(app)
    large_responses.register(app, settings)
    seo.register(app)
    compression.register(app)
    security_headers.register(app)
    errors.register(app, store, metrics)
    app.register_blueprint(search_pages.create_pages(store, site, query_log, today))
    app.register_blueprint(article.create_article_page(store, site))
    app.register_blueprint(help_page.create_help(store, site.version))
    app.register_blueprint(facet_values.create_facet_values(store, site.version))
    app.register_blueprint(value_page.create_value_pages(store, site))
    app.register_blueprint(coverage.create_coverage(store, site.version))
    app.register_blueprint(compare.create_compare(store, site.version))
    app.register_blueprint(overview.create_overview(store, site.version))
    app.register_blueprint(api.create_api(store, query_log))
    app.register_blueprint(api_docs.create_api_docs(store, site, settings.security.open_areas))
    app.register_blueprint(create_metrics(store, metrics))
    export_slots = ExportSlots(settings.limits.downloads, os.environ.get(SHARED_FOLDER))
    app.register_blueprint(exports.create_exports(store, site, export_slots))
    app.register_blueprint(trends.create_trends(store, site))
    app.register_blueprint(trends_data.create_trends_table(store, site))
    app.register_blueprint(feeds.create_feeds(store, site))
    app.register_blueprint(reading_list.create_reading_list(store, site))
    app.register_blueprint(list_file.create_list_file(store))
    app.register_blueprint(saved_searches.create_saved_searches(site))
    app.register_blueprint(preferences.create_preferences())
    app.register_blueprint(keys.create_keys_page(site))
    app.register_blueprint(mentions.create_mentions(store, site, export_slots))
    app.register_blueprint(reprints.create_reprints(store, site))
    app.register_blueprint(sitemap.create_sitemap(store))
    app.register_blueprint(seo.create_seo(site.title))
    return app


def _quoted(text: str) -> Markup:
    """Return a text in quotation marks, or a phrase, which has its own."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup("<q>{}</q>").format(text)


def _configure_templates(app: Flask, site: Site) -> None:
    translations = site.translations
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals |= {
        "_": translations.gettext,
        "ngettext": translations.ngettext,
        "site": site,
        "lang": translations.tag,
        "dir": translations.direction,
        "static": lambda name: mounted(site.files.url(name)),
        "quoted": _quoted,
        # A text of a reader may have another direction than the message around it.
        "isolated": lambda text: Markup("<bdi>{}</bdi>").format(text),
    }

    def value_label(value: str, facet: Facet) -> str:
        """Format a facet value for display: by its label, or in the site's language."""
        if facet.is_date:
            return translations.period(value)
        label = site.labels.label(facet.name, value)
        if facet.name == "language" and label == value:
            return translations.language_name(value)
        return label

    def value_name(value: str, facet: str) -> str:
        """Return the label of a value of a facet, by the facet's name."""
        return site.labels.label(facet, value)

    environment.filters |= {
        "day": translations.day,
        "day_of_year": translations.day_of_year,
        "month": translations.month,
        "period": translations.period,
        "periods": translations.periods,
        "short_period": translations.short_period,
        "number": translations.number,
        "share": translations.share,
        "facet": translations.facet,
        "alternatives": translations.alternatives,
        "enumeration": translations.enumeration,
        "shown": value_label,
        "named": value_name,
        "article_key": key_text,
        "coins": lambda article: context_object(
            site.labels.named(article),
            site_address.site_address() + article_path(article.id),
            site.title,
        ),
        "highwire": lambda article: highwire_tags(
            site.labels.named(article),
            site_address.site_address() + article_path(article.id),
            site.title,
        ),
        "safe_html": Markup,
    }

    @app.context_processor
    def of_request() -> dict[str, Any]:
        """Return what the reader chose and kept, and the path that every address begins with."""
        preferences = {each.name: each.chosen() for each in PREFERENCES}
        kept = {"reading_list": own_list(), "saved_searches": own_searches()}
        return preferences | kept | {"root": mount_path()}
