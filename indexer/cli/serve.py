"""Commands that serve: the only module of the indexer that imports the web."""

import os
from importlib import resources
from pathlib import Path

import click
from rich.console import Console

from indexer.acceptance import AcceptanceChecks
from indexer.cli import rendering
from indexer.cli.base import Context, command
from indexer.input.sources import find_files
from indexer.load import LoadOptions, rebuild
from indexer.progress import progress_on
from search.engines import open_configured
from search.settings.all_tables import Settings

__all__ = ["demo", "serve"]

_ALLOCATOR = "_RJEM_MALLOC_CONF"
"""Variable that Granian's allocator reads when it is loaded; see jemalloc(3)."""
_ALLOCATOR_SETTINGS = "narenas:1,tcache:false,dirty_decay_ms:1000,muzzy_decay_ms:0"
"""No caches per thread, and free memory is returned after a second.

Otherwise a burst of requests that wakes all threads costs a worker 13 MB.
"""


@command
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [default: 8000]")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Processes. [default: one per core, at most four]"
)
def serve(context: Context, *, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the pages and the API with a production server."""
    _serve(context.settings.changed(server={"host": host, "port": port, "workers": workers}))


@command
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [default: 8000]")
def demo(context: Context, *, port: int | None) -> None:
    """Index the bundled sample and serve it."""
    # Next to a real index, never in its place.
    real = context.settings
    settings = real.changed(
        data=str(Path(real.data) / "demo"),
        cluster={"archive": f"{real.cluster.archive}-demo"},
        server={"port": port},
    )
    store = open_configured(settings)
    with (
        resources.as_file(resources.files("indexer.sample")) as folder,
        progress_on(Console(stderr=True), None) as observer,
    ):
        report = rebuild(
            store,
            find_files([str(folder)]).files,
            observer,
            AcceptanceChecks(),
            LoadOptions(force=True),
        )
    rendering.show_load(Console(stderr=True, highlight=False), report, None)
    _serve(settings)


def _serve(settings: Settings) -> None:
    os.environ.setdefault(_ALLOCATOR, _ALLOCATOR_SETTINGS)
    from web.server import run

    run(settings)
