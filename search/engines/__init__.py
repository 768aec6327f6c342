"""The search engines; `open_store` opens an archive in one of them.

`pipeline.py` has the steps of a search, the packages below have an engine each. A new engine is a
package and a branch of `open_store`.
"""

from importlib.util import find_spec
from pathlib import Path

from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from search.ranking.tuning import Tuning, read_tuning
from search.settings.all_tables import Settings

__all__ = ["open_configured", "open_store"]

_UNTUNED = Tuning()
_DEFAULTS = Settings()


def open_store(
    engine: str, data: Path, tuning: Tuning = _UNTUNED, settings: Settings = _DEFAULTS
) -> GenerationStore:
    """Open an archive's generations.

    `engine` is `tantivy`, for an index in the directory `data`, or the addresses of a cluster's
    nodes. `tuning` sets how queries are rewritten and hits ranked. The settings are used for a
    cluster.

    Raises:
        InvalidSettings: there is no such engine, or a package that it needs is not installed.

    """
    if engine == "tantivy":
        from search.engines.tantivy.store import TantivyStore

        return TantivyStore(data, tuning)
    if engine.startswith(("http://", "https://")):
        if find_spec("opensearchpy") is None:
            raise InvalidSettings(
                "the OpenSearch engine needs a package that is not installed; install "
                "dateline[opensearch]"
            )
        from search.engines.opensearch.store import OpenSearchStore

        return OpenSearchStore(engine, settings, tuning)
    raise InvalidSettings(
        f"there is no engine {engine!r}; use tantivy, or the addresses of a cluster's nodes"
    )


def open_configured(settings: Settings) -> GenerationStore:
    """Open the archive's generations by the settings.

    Raises:
        InvalidSettings: there is no such engine, or the tuning is invalid.

    """
    return open_store(settings.engine, Path(settings.data), read_tuning(settings), settings)
