"""What an admin sees while a command takes time: a bar on a terminal, a line a minute elsewhere."""

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
from indexer.pipeline import Reject
from search.files.output_file import OutputFile

__all__ = ["Observer", "ProgressBar", "ProgressLines", "progress_on"]

_LOG = logging.getLogger("dateline.progress")
_SECONDS_BETWEEN_LINES = 60.0
_WHAT = "the list of rejects"
# Enough to see what is wrong; the rest is in the file.
_REJECTS_SHOWN = 5


class Observer:
    """Receives the progress of long work and shows nothing; rejects go into their file as JSON Lines."""

    def __init__(self, rejects: OutputFile | None = None) -> None:
        self._rejects = rejects or OutputFile(None, _WHAT)
        self.first_rejects: list[Reject] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A load that was refused for its rejects is mended by reading them; one that failed or
        # was stopped did not read everything.
        self._rejects.close(keep=kind is None or issubclass(kind, SwapRefused))

    def files(self, files: Sequence[SourceFile]) -> None:
        """Hear what will be read."""
        if all(file.size for file in files):
            self.expect(sum(file.size for file in files), "reading")

    def expect(self, size: int, what: str) -> None:
        """Hear that so many bytes are to be read now, and what for."""

    def bytes_read(self, number: int) -> None:
        """Hear that so many more bytes were read."""

    def loaded(self, report: LoadReport) -> None:
        """Hear how far the load is."""

    def rejected(self, reject: Reject) -> None:
        """Hear of a record that could not be read."""
        self._rejects.write(reject.to_json())
        if len(self.first_rejects) < _REJECTS_SHOWN:
            self.first_rejects.append(reject)

    def phase(self, name: str) -> None:
        """Hear what is being done now."""


class ProgressBar(Observer):
    """A bar with time left and, of a load, articles, rate and rejects."""

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

    def expect(self, size: int, what: str) -> None:
        """Set the bar's whole length."""
        self._progress.reset(self._task, total=size, description=what)

    def bytes_read(self, number: int) -> None:
        """Move the bar."""
        self._progress.advance(self._task, number)

    def loaded(self, report: LoadReport) -> None:
        """Show articles and their rate."""
        self._progress.update(self._task, load=_told(report))

    def phase(self, name: str) -> None:
        """Show what is being done now."""
        self._progress.update(self._task, description=name)


class ProgressLines(Observer):
    """A line a minute in the log."""

    def __init__(self, rejects: OutputFile | None) -> None:
        super().__init__(rejects)
        self._said = time.monotonic()
        self._size = self._read = 0
        self._what = "reading"

    def expect(self, size: int, what: str) -> None:
        """Remember what is to be read."""
        self._size, self._read, self._what = size, 0, what

    def bytes_read(self, number: int) -> None:
        """Say how far the work is, when a minute has passed."""
        self._read += number
        self._say("")

    def loaded(self, report: LoadReport) -> None:
        """Say how far the load is, when a minute has passed."""
        self._say(_told(report))

    def phase(self, name: str) -> None:
        """Remember what is being done now."""
        self._what = name

    def _say(self, load: str) -> None:
        now = time.monotonic()
        if now - self._said >= _SECONDS_BETWEEN_LINES:
            self._said = now
            share = f", {100 * self._read // self._size} %" if self._size else ""
            _LOG.info(
                "%s%s%s",
                self._what,
                share,
                f", {load}" if load else "",
                extra={"event": "progress"},
            )


def _told(report: LoadReport) -> str:
    rate = report.read / max(time.monotonic() - report.started, 0.001)
    return f"{report.articles:,} articles, {rate:,.0f}/s, {report.rejected:,} rejected"


def progress_on(console: Console, rejects: str | None) -> AbstractContextManager[Observer]:
    """Choose what suits the console.

    Raises:
        WriteFailed: the rejects file cannot be written.

    """
    file = OutputFile(rejects, _WHAT)
    return ProgressBar(file, console) if console.is_terminal else ProgressLines(file)
