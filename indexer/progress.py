"""Progress of long commands: a bar on a terminal, otherwise one log line per minute."""

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from indexer.acceptance import SwapRefused
from indexer.input.sources import SourceFile
from indexer.load_report import LoadReport
from indexer.parsing.pipeline import Reject
from search.files.output_file import OutputFile

__all__ = ["Observer", "ProgressBar", "ProgressLines", "progress_on"]

_LOG = logging.getLogger("dateline.progress")
_SECONDS_BETWEEN_LINES = 60.0
_REJECTS_LIST = "the list of rejects"


class Observer:
    """Base progress reporter: shows nothing, and writes rejects to their file as JSON Lines."""

    def __init__(self, rejects: OutputFile | None = None) -> None:
        self._rejects = rejects or OutputFile(None, _REJECTS_LIST)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # After a refused swap the list explains why. A load that failed or was stopped did not
        # read everything, so its list is incomplete.
        self._rejects.close(keep=kind is None or issubclass(kind, SwapRefused))

    def files(self, files: Sequence[SourceFile]) -> None:
        """Start reading files."""
        if all(file.size for file in files):
            self.expect(sum(file.size for file in files), "reading")

    def expect(self, size: int, task: str) -> None:
        """Start a task of `size` bytes; `task` is its name."""

    def bytes_read(self, number: int) -> None:
        """Add to the bytes that were read."""

    def loaded(self, report: LoadReport) -> None:
        """Update the counts of a load."""

    def rejected(self, reject: Reject) -> None:
        """Write a reject to the list."""
        self._rejects.write(reject.to_json())

    def phase(self, name: str) -> None:
        """Start another step of the command."""


class ProgressBar(Observer):
    """A progress bar with the time left and, for a load, articles, rate and rejects."""

    def __init__(self, rejects: OutputFile | None, console: Console) -> None:
        super().__init__(rejects)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[load]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("reading", total=None, load="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
        super().__exit__(kind, error, trace)

    def expect(self, size: int, task: str) -> None:
        """Start the bar at zero."""
        self._progress.reset(self._task, total=size, description=task)

    def bytes_read(self, number: int) -> None:
        """Advance the bar."""
        self._progress.advance(self._task, number)

    def loaded(self, report: LoadReport) -> None:
        """Show articles and their rate."""
        self._progress.update(self._task, load=_summary(report))

    def phase(self, name: str) -> None:
        """Show the step's name."""
        self._progress.update(self._task, description=name)


class ProgressLines(Observer):
    """One line per minute in the log."""

    def __init__(self, rejects: OutputFile | None) -> None:
        super().__init__(rejects)
        self._logged_at = time.monotonic()
        self._size = self._read = 0
        self._step = "reading"

    def expect(self, size: int, task: str) -> None:
        """Store the size and the name of the task."""
        self._size, self._read, self._step = size, 0, task

    def bytes_read(self, number: int) -> None:
        """Log the progress if a minute has passed."""
        self._read += number
        self._log("")

    def loaded(self, report: LoadReport) -> None:
        """Log the load's progress if a minute has passed."""
        self._log(_summary(report))

    def phase(self, name: str) -> None:
        """Store the step's name."""
        self._step = name

    def _log(self, load: str) -> None:
        now = time.monotonic()
        if now - self._logged_at >= _SECONDS_BETWEEN_LINES:
            self._logged_at = now
            share = f", {100 * self._read // self._size} %" if self._size else ""
            _LOG.info(
                "%s%s%s",
                self._step,
                share,
                f", {load}" if load else "",
                extra={"event": "progress"},
            )


def _summary(report: LoadReport) -> str:
    rate = report.read / max(time.monotonic() - report.started, 0.001)
    return f"{report.articles:,} articles, {rate:,.0f}/s, {report.rejected:,} rejected"


def progress_on(console: Console, rejects: str | None) -> AbstractContextManager[Observer]:
    """Return a bar on a terminal, otherwise log lines.

    Raises:
        WriteFailed: the rejects file cannot be written.

    """
    file = OutputFile(rejects, _REJECTS_LIST)
    return ProgressBar(file, console) if console.is_terminal else ProgressLines(file)
