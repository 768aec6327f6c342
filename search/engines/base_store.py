"""The part that the stores of both engines share: names, history, the generation to serve."""

import datetime as dt
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from search.engines.primitives import EngineRecord
from search.errors import EngineUnavailable, IndexOutdated
from search.index.document import VECTOR_MODEL, IndexDocument
from search.index.protocols import OUTDATED_NOTICE, SearchEngine
from search.ranking.tuning import Tuning

__all__ = ["BaseStore", "Encoders", "new_name"]

_LOG = logging.getLogger("dateline.store")

Engine = TypeVar("Engine", bound=SearchEngine)
Record = TypeVar("Record", bound=EngineRecord)
Encoders = tuple[Callable[[IndexDocument], str], Callable[[IndexDocument], str]]
"""An engine's encoders of documents: without vectors, and with them."""


class BaseStore(ABC, Generic[Engine, Record]):
    """The part of a GenerationStore that does not depend on where generations are kept."""

    _encoders: ClassVar[Encoders]
    _schema_version: ClassVar[int]

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning

    @abstractmethod
    def history(self) -> Sequence[str]:
        """Return the generations that were live, the live one first."""

    @abstractmethod
    def open(self, generation: str) -> Engine:
        """Open a finished generation."""

    @abstractmethod
    def _read_record(self, generation: str) -> Record:
        """Read the record of a finished generation."""

    @property
    def encode(self) -> Callable[[IndexDocument], str]:
        """The function that encodes a document for a writer."""
        return self._encoders[self._tuning.with_meaning]

    def live(self) -> str | None:
        """Return the name of the live generation."""
        return next(iter(self.history()), None)

    def load_report(self, generation: str) -> Mapping[str, Any]:
        """Return the report of the command that made a generation."""
        return self._read_record(generation).load

    def _newest_readable(self, problem: EngineUnavailable) -> Engine:
        """Open the newest generation before the live one that can be read, or raise the problem."""
        for name in self.history()[1:]:
            try:
                return self.open(name)
            except EngineUnavailable:
                continue
        raise problem

    def _base_record(self, generation: str) -> Record:
        """Read the record of a generation that a new one begins as."""
        record = self._read_record(generation)
        if record.schema_version < self._schema_version:
            raise IndexOutdated(
                "the live index was written by an older version of Dateline; it is served, but "
                "before it can be changed run dateline check --repair, which rewrites it from its "
                "own articles"
            )
        return record

    def _vector_model(self, base: Record | None) -> str:
        """Return the model of a new generation's vectors, or "".

        Vectors are used only if every article has one: an article without would rank last.
        """
        has_vectors = base is None or base.meaning == VECTOR_MODEL
        return VECTOR_MODEL if self._tuning.with_meaning and has_vectors else ""

    @staticmethod
    def _log_served(engine: SearchEngine, problem: EngineUnavailable | None) -> None:
        """Log which generation is served, and why it is not the live one or lacks words."""
        generation = engine.generation
        if problem is None:
            extra = {"event": "served", "generation": generation}
            _LOG.info("generation %s is served", generation, extra=extra)
        else:
            extra = {"event": "served_in_place", "generation": generation}
            _LOG.error("%s; generation %s is served in its place", problem, generation, extra=extra)
        if not engine.is_current:
            extra = {"event": "served_outdated", "generation": generation}
            _LOG.warning(OUTDATED_NOTICE, extra=extra)


def new_name() -> str:
    """Return a name for a new generation: the time, so that names sort by age."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
