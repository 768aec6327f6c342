"""One worker of the production server; `server.py` starts some."""

import ctypes
import gc
import os
import threading
from pathlib import Path

from flask import Flask

from search import logs
from search.engines import open_configured
from search.errors import EngineUnavailable
from search.index.protocols import GenerationStore
from search.model.query import SearchQuery
from search.settings.loading import load_settings
from search.settings.tables import Settings
from web.app import create_app

__all__ = ["create"]

_ANY_WORD = "archive"
_OLD_COLLECTED_AFTER = 100
"""Collections of younger objects after which the old ones are visited, too; 10 is usual."""
_M_ARENA_MAX = -8
"""How many arenas malloc may have at most: mallopt(3), glibc's malloc.h."""
_ARENAS = 2
"""Python lets one thread of a worker run at a time, so few ask for memory at once; searches took as long with 2 as with one each."""


def create(settings: Settings | None = None) -> Flask:
    """Make the application of one worker, by these settings or by those in its environment."""
    if settings is None:
        loaded = load_settings(os.environ, Path())
        settings = loaded.settings
        loaded.warn()
    logs.set_up(settings.server.log_format, server=True)
    _share_memory()
    store = open_configured(settings)
    app = create_app(store, settings)
    _settle(app)
    threading.Thread(target=_warm, args=(store,), daemon=True).start()
    return app


def _share_memory() -> None:
    """Let threads share what memory was given back: glibc would keep it apart for each, up to a sixth more in all."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, _ARENAS)


def _settle(app: Flask) -> None:
    """Load the templates, and from now on look for cycles seldom, and only in what is made from now on.

    While Python does so, no request goes on: up to 0.4 s where it also visits all code, templates and what is remembered. Little
    that requests leave behind is in cycles.
    """
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _OLD_COLLECTED_AFTER)


def _warm(store: GenerationStore) -> None:
    """Load beforehand what the first reader would wait half a second for: words and models."""
    try:
        engine = store.serving()
        engine.search(SearchQuery(text=_ANY_WORD))
        engine.suggest(_ANY_WORD, 1)
    except EngineUnavailable:
        # Nothing to load yet; readers are told so, and each request looks again.
        return
