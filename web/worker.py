"""One worker of the production server: the application, and tuning of its process."""

import ctypes
import gc
import os
import threading
from pathlib import Path

from flask import Flask

from search import logs
from search.cores import CORES, share_of, use_cores
from search.engines import open_configured
from search.errors import EngineUnavailable
from search.index.protocols import GenerationStore
from search.model.query import SearchQuery
from search.results.collation import name_key
from search.settings.all_tables import Settings
from search.settings.loading import load_settings
from web.app import create_app

__all__ = ["create", "return_freed_memory", "use_own_cores"]

_WARM_UP_TEXT = "archive"
_GC_OLD_THRESHOLD = 400
"""Collections of younger objects per full collection; Python's default is 10.

A page consists of hundreds of short-lived `Markup` strings, which the collector counts.
"""
_M_ARENA_MAX = -8
"""The parameter of mallopt(3) for the number of arenas (glibc's malloc.h)."""
_MAX_ARENAS = 2
"""Python runs one thread at a time, so threads rarely allocate at once; more were not faster."""


def create(settings: Settings | None = None) -> Flask:
    """Create a worker's application; without `settings`, read the working folder and environment.

    Any WSGI server can use it as an application factory.
    """
    loaded = load_settings(os.environ, Path()) if settings is None else None
    settings = loaded.settings if loaded else settings
    assert settings is not None
    logs.set_up(settings.server.log_format, server=True)
    if loaded:
        loaded.warn()
    _limit_arenas()
    store = open_configured(settings)
    app = create_app(store, settings)
    _tune_garbage_collection(app)
    threading.Thread(target=_warm_up, args=(store,), daemon=True).start()
    return app


def return_freed_memory() -> None:
    """Return memory that glibc keeps for later to the system: 4 MB after many searches."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def use_own_cores(worker: int, workers: int) -> None:
    """Keep the threads that this worker starts from now on to its share of the cores.

    Requests and searches pass through several threads; a spare one may still use any core.
    """
    use_cores(share_of(CORES, worker, workers))


def _limit_arenas() -> None:
    """Let threads share freed memory; with an arena for each, glibc keeps up to a sixth more."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, _MAX_ARENAS)


def _tune_garbage_collection(app: Flask) -> None:
    """Load templates and collation table, freeze all objects and make full collections rare.

    A full collection pauses every request, for up to 0.4 s when it also visits code, templates and
    caches. Requests leave few reference cycles behind.
    """
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    name_key("")
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _GC_OLD_THRESHOLD)


def _warm_up(store: GenerationStore) -> None:
    """Load vocabularies and models, which would delay the first request by half a second."""
    try:
        engine = store.serving()
        engine.search(SearchQuery(text=_WARM_UP_TEXT))
        engine.suggest(_WARM_UP_TEXT, 1)
    except EngineUnavailable:
        # There is no index yet; requests report it and look again.
        return
