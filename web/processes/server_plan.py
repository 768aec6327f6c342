"""The start of a server: passed on by the command that validated the settings."""

from dataclasses import dataclass

from search.settings.all_tables import Settings

__all__ = ["ServerPlan"]


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """Validated settings, the reserved port, and the processes and threads to start."""

    settings: Settings
    port: int
    workers: int
    threads: int
    """Of each worker."""
