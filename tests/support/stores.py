"""Stores of each engine for tests, and archives in a test cluster."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from search.engines import open_store
from search.index.protocols import GenerationStore
from search.ranking.tuning import Tuning
from search.settings.all_tables import ALL_SETTINGS, Settings
from tests.cluster.nodes import Cluster
from tests.support.settings import settings_of

__all__ = ["AppOf", "StoreTuned", "archive_in", "environment_of", "on_tantivy"]

_REPOSITORY = "backups"

StoreTuned = Callable[[Tuning], GenerationStore]
"""Opens one archive's store with a tuning."""

AppOf = Callable[..., Flask]
"""Makes the application over a test's store; settings, such as its data folder, are given by name."""


def on_tantivy(folder: Path) -> StoreTuned:
    """Open stores of the embedded engine, for tests of code that does not depend on the engine."""
    return lambda tuning: open_store("tantivy", folder / "data", tuning)


@contextmanager
def archive_in(cluster: Cluster) -> Iterator[Settings]:
    """Give settings of a separate archive in a cluster; its indexes are deleted at the end."""
    settings = settings_of(
        engine=cluster.urls, archive=f"test-{uuid.uuid4().hex[:12]}", snapshots=_REPOSITORY
    )
    repository = {"type": "fs", "settings": {"location": _REPOSITORY}}
    cluster.ask(f"/_snapshot/{_REPOSITORY}", method="PUT", body=repository)
    try:
        yield settings
    finally:
        cluster.ask(f"/{settings.cluster.archive}*?expand_wildcards=all", method="DELETE")


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a command uses an archive of `archive_in`."""
    keys = ("engine", "cluster.archive", "cluster.snapshots")
    return {ALL_SETTINGS[key].variable: settings.value_of(ALL_SETTINGS[key]) for key in keys}
