"""The swap: a finished generation becomes live if it passes the acceptance checks."""

from contextlib import suppress

from indexer.acceptance import AcceptanceChecks
from indexer.build import Build
from search.index.protocols import GenerationStore

__all__ = ["make_live", "swap"]


def swap(
    store: GenerationStore, build: Build, checks: AcceptanceChecks, before: int, *, force: bool
) -> None:
    """Make a build live if it has a generation that passes the checks.

    Raises:
        SwapRefused: a check failed.

    """
    if build.name:
        checks.check(store.open(build.name), before, force=force)
        make_live(store, build.name, checks)


def make_live(store: GenerationStore, name: str, checks: AcceptanceChecks) -> None:
    """Show readers a generation and remove old ones."""
    store.make_live(name)
    # The index has changed already; if interrupted now, the next run cleans up.
    with suppress(KeyboardInterrupt):
        store.clear(checks.keep)
