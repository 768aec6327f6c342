"""The engines, by the word that `--engine` takes. A new one is a row here and its modules beside this one."""

from pathlib import Path

from search.engine import GenerationStore
from search.errors import InvalidSettings

__all__ = ["open_store"]


def open_store(engine: str, data: Path) -> GenerationStore:
    """Open an archive's generations: under the directory `data` with the engine `tantivy`.

    Raises:
        InvalidSettings: there is no such engine.

    """
    if engine == "tantivy":
        from search.engines.tantivy_store import TantivyStore  # noqa: PLC0415 # an engine is loaded when it is asked for

        return TantivyStore(data)
    if engine.startswith(("http://", "https://")):
        raise InvalidSettings("the OpenSearch engine is not part of this version; use --engine tantivy")
    raise InvalidSettings(f"there is no engine {engine!r}; use tantivy")
