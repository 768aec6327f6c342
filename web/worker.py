"""One worker of the production server; `server.py` starts some."""

import os
import threading
from pathlib import Path

from flask import Flask

from search import logs
from search.config import read_settings
from search.engine import GenerationStore
from search.engines import open_configured
from search.errors import EngineUnavailable
from search.query import SearchQuery
from web.app import create_app

__all__ = ["create"]

_ANY_WORD = "archive"


def create() -> Flask:
    """Make the application of one worker, by the settings in its environment."""
    settings = read_settings(os.environ, Path())
    logs.set_up(settings.log_format, server=True)
    store = open_configured(settings)
    app = create_app(store, settings)
    threading.Thread(target=_warm, args=(app, store), daemon=True).start()
    return app


def _warm(app: Flask, store: GenerationStore) -> None:
    """Load beforehand what the first reader would wait half a second for: words, models, templates."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    try:
        engine = store.serving()
        engine.search(SearchQuery(text=_ANY_WORD))
        engine.suggest(_ANY_WORD, 1)
    except EngineUnavailable:
        # Nothing to load yet; readers are told so, and each request looks again.
        return
