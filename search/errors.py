"""One exception class per cause. Messages say what happened and what to do."""

__all__ = [
    "BackupUnreadable",
    "ClusterUnavailable",
    "CursorExpired",
    "DatelineError",
    "EngineUnavailable",
    "IndexDamaged",
    "IndexForbidden",
    "IndexLocked",
    "IndexMissing",
    "IndexOutdated",
    "InvalidArticle",
    "InvalidQuery",
    "InvalidSettings",
    "WriteFailed",
]


class DatelineError(Exception):
    """Base class of every error that Dateline raises on purpose."""


class InvalidArticle(DatelineError):
    """A record that is not a valid article; the message becomes the reason of its reject."""


class InvalidSettings(DatelineError):
    """An unknown setting or an invalid value in the environment or in dateline.toml."""


class InvalidQuery(DatelineError):
    """A parameter that cannot be parsed or is out of bounds; `parameter` is its name."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class CursorExpired(DatelineError):
    """A cursor of a generation that is no longer live."""


class EngineUnavailable(DatelineError):
    """The index cannot answer now; base class of the errors that a server answers with 503."""


class IndexMissing(EngineUnavailable):
    """There is no live index yet."""


class IndexOutdated(EngineUnavailable):
    """The live index was written by another schema version."""


class IndexDamaged(EngineUnavailable):
    """Files of the live index are missing or cannot be read."""


class IndexForbidden(EngineUnavailable):
    """The current user has no permission to read files of the live index."""


class ClusterUnavailable(EngineUnavailable):
    """No node of the cluster answers, or all of them refuse access."""


class BackupUnreadable(DatelineError):
    """A file that is not a backup, or a backup that is truncated or of an unsupported version."""


class WriteFailed(DatelineError):
    """A file or an index could not be written."""


class IndexLocked(DatelineError):
    """Another process holds the lock."""
