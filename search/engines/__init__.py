"""The engines, by the word that `--engine` takes. A new one is a row here and its modules beside this one."""

from pathlib import Path

from search.config import Settings
from search.engine import GenerationStore
from search.errors import InvalidSettings
from search.tuning import Tuning, read_tuning

__all__ = ["open_configured", "open_store"]

_UNTUNED = Tuning()


def open_store(engine: str, data: Path, tuning: Tuning = _UNTUNED) -> GenerationStore:
    """Open an archive's generations: under the directory `data` with the engine `tantivy`.

    `tuning` decides how queries are understood and hits ordered.

    Raises:
        InvalidSettings: there is no such engine.

    """
    if engine == "tantivy":
        from search.engines.tantivy_store import TantivyStore  # noqa: PLC0415 # an engine is loaded when it is asked for

        return TantivyStore(data, tuning)
    if engine.startswith(("http://", "https://")):
        raise InvalidSettings("the OpenSearch engine is not part of this version; use --engine tantivy")
    raise InvalidSettings(f"there is no engine {engine!r}; use tantivy")


def open_configured(settings: Settings) -> GenerationStore:
    """Open the archive's generations as the settings say.

    Raises:
        InvalidSettings: there is no such engine, or the tuning cannot be read.

    """
    return open_store(settings.engine, Path(settings.data), read_tuning(settings))
