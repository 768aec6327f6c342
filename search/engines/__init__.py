"""The engines, by the word that `--engine` takes. A new one is a row here and its modules beside this one."""

from importlib.util import find_spec
from pathlib import Path

from search.config import Settings
from search.engine import GenerationStore
from search.errors import InvalidSettings
from search.synonyms import NO_SYNONYMS, Synonyms, read_synonyms

__all__ = ["open_configured", "open_store"]


def open_store(
    engine: str, data: Path, synonyms: Synonyms = NO_SYNONYMS, *, with_meaning: bool = False
) -> GenerationStore:
    """Open an archive's generations: under the directory `data` with the engine `tantivy`.

    `synonyms` are searched beside the words of queries, `with_meaning` blends the nearness of meaning into the order.

    Raises:
        InvalidSettings: there is no such engine.

    """
    if engine == "tantivy":
        from search.engines.tantivy_store import TantivyStore  # noqa: PLC0415 # an engine is loaded when it is asked for

        return TantivyStore(data, synonyms, with_meaning=with_meaning)
    if engine.startswith(("http://", "https://")):
        raise InvalidSettings("the OpenSearch engine is not part of this version; use --engine tantivy")
    raise InvalidSettings(f"there is no engine {engine!r}; use tantivy")


def open_configured(settings: Settings) -> GenerationStore:
    """Open the archive's generations as the settings say.

    Raises:
        InvalidSettings: there is no such engine, the synonyms cannot be read, or what meaning needs is not installed.

    """
    installed = find_spec("wordllama") is not None
    if settings.meaning == "on" and not installed:
        raise InvalidSettings(
            "meaning is on, but what it needs is not installed; install dateline[meaning], or set it to off"
        )
    with_meaning = installed and settings.meaning != "off"
    synonyms = read_synonyms(settings.synonyms)
    return open_store(settings.engine, Path(settings.data), synonyms, with_meaning=with_meaning)
