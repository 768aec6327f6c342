"""The engines, by the word that `--engine` takes. A new one is a row here and its modules beside this one."""

from importlib.util import find_spec
from pathlib import Path

from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from search.ranking.tuning import Tuning, read_tuning
from search.settings.tables import Settings

__all__ = ["open_configured", "open_store"]

_UNTUNED = Tuning()
_DEFAULTS = Settings()


def open_store(
    engine: str, data: Path, tuning: Tuning = _UNTUNED, settings: Settings = _DEFAULTS
) -> GenerationStore:
    """Open an archive's generations: under the directory `data` with the engine `tantivy`, or in the cluster at addresses.

    `tuning` decides how queries are understood and hits ordered; of the settings those of a cluster are read.

    Raises:
        InvalidSettings: there is no such engine, or what it needs is not installed.

    """
    if engine == "tantivy":
        from search.engines.tantivy.store import TantivyStore

        return TantivyStore(data, tuning)
    if engine.startswith(("http://", "https://")):
        if find_spec("opensearchpy") is None:
            raise InvalidSettings(
                "what the OpenSearch engine needs is not installed; install dateline[opensearch]"
            )
        from search.engines.opensearch.store import OpenSearchStore

        return OpenSearchStore(engine, settings, tuning)
    raise InvalidSettings(
        f"there is no engine {engine!r}; use tantivy, or the addresses of a cluster's nodes"
    )


def open_configured(settings: Settings) -> GenerationStore:
    """Open the archive's generations as the settings say.

    Raises:
        InvalidSettings: there is no such engine, or the tuning cannot be read.

    """
    return open_store(settings.engine, Path(settings.data), read_tuning(settings), settings)
