"""One class a cause; each message says what happened and the way out."""

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
    """The base of every error that Dateline raises on purpose."""


class InvalidArticle(DatelineError):
    """A record that is no article; the message is the reason a reject carries."""


class InvalidSettings(DatelineError):
    """A wrong key or value in the environment or in dateline.toml."""


class InvalidQuery(DatelineError):
    """A parameter that is unreadable or out of bounds; `parameter` names it."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class CursorExpired(DatelineError):
    """A cursor of a generation that readers no longer see."""


class EngineUnavailable(DatelineError):
    """The index cannot answer now; the base of the causes that a server answers with 503."""


class IndexMissing(EngineUnavailable):
    """There is no live index yet."""


class IndexOutdated(EngineUnavailable):
    """The live index was written by another schema version."""


class IndexDamaged(EngineUnavailable):
    """Files of the live index are missing or cannot be read."""


class IndexForbidden(EngineUnavailable):
    """Files of the live index belong to another user and cannot be read by this one."""


class ClusterUnavailable(EngineUnavailable):
    """No node of the cluster answers, or none lets us in."""


class BackupUnreadable(DatelineError):
    """A file that is no backup, a torn one, or one of a version that cannot be read."""


class WriteFailed(DatelineError):
    """What was built could not be written."""


class IndexLocked(DatelineError):
    """Another process is writing."""
