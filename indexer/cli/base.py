"""What every command has: its options, the settings in force, one way to answer."""

import errno
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from indexer.acceptance import AcceptanceChecks
from indexer.formats import FormatOptions
from indexer.formats.page.site_rules import site_rules
from indexer.formats.reprint.publishers import publishers
from indexer.input.sources import SourceFiles, find_files
from search import logs
from search.engines import open_configured
from search.errors import DatelineError, InvalidSettings
from search.files.output_paths import is_standard_output
from search.files.write_errors import reason
from search.index.protocols import GenerationStore
from search.settings.tables import Settings, read_settings

__all__ = [
    "DONE_IN_PART",
    "FAILED",
    "USAGE",
    "Context",
    "ReportLost",
    "cli",
    "command",
    "leave_standard_output",
    "report_console",
    "writing",
]

FAILED, USAGE, DONE_IN_PART = 1, 2, 3
"""Exit codes other than 0: nothing changed; a wrong option; done, but some records were rejected or a list is lost."""

LOG = logging.getLogger("dateline.cli")


class ReportLost(DatelineError):
    """The command did its work, but the report or a list of it could not be written."""


class _ReportConsole(Console):
    """A console whose reader may leave, which the command decides about."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def report_console(*, stderr: bool = False) -> Console:
    """Return the console that a command reports on."""
    return _ReportConsole(stderr=stderr, soft_wrap=True, highlight=False)


def leave_standard_output() -> None:
    """Discard what is still to be written to standard output, which cannot be written any more."""
    handle = os.open(os.devnull, os.O_WRONLY)
    os.dup2(handle, sys.stdout.fileno())
    os.close(handle)


@dataclass(slots=True)
class Context:
    """What every command gets: the settings in force, and whether a machine reads the answer."""

    settings: Settings
    as_json: bool
    console: Console

    @property
    def store(self) -> GenerationStore:
        """The archive's generations."""
        return open_configured(self.settings)

    @property
    def place(self) -> str:
        """The place of the index: a folder, or an archive of a cluster."""
        if self.settings.engine == "tantivy":
            return str(Path(self.settings.data).absolute())
        # The addresses of a cluster may hold a password.
        return f"archive {self.settings.archive} of the cluster"

    @property
    def formats(self) -> FormatOptions:
        """How files are read."""
        given = self.settings
        return FormatOptions(
            language=given.language,
            keys=given.keys,
            categories=given.categories,
            wordpress=given.wordpress,
            sites=_read_sites(given.sites),
        )

    def find_files(
        self, sources: Sequence[str], exclude: Sequence[str], outputs: Sequence[Path] = ()
    ) -> SourceFiles:
        """Find the files of SOURCEs; `outputs` are files that the command itself writes, which are not read.

        Raises:
            UsageError: a SOURCE is empty, as a script's unset variable makes one; it would mean this folder.

        """
        if "" in sources:
            raise click.UsageError(
                "a SOURCE must not be empty; name a file or a folder, or - for standard input"
            )
        never = (Path(self.settings.data), *outputs)
        return find_files(sources, exclude=exclude, never=never, keys=self.settings.keys)

    @property
    def checks(self) -> AcceptanceChecks:
        """The checks that a new generation must pass."""
        return AcceptanceChecks(keep=self.settings.keep, golden=self.settings.golden)

    def leave_standard_output_to(self, outputs: Mapping[str, str | None]) -> None:
        """Report on standard error where one of these options, with its FILE, writes to standard output.

        Raises:
            UsageError: a second one does, or --json, whose report would be mixed with it.

        """
        taken = [option for option, path in outputs.items() if is_standard_output(path)]
        if self.as_json and taken:
            raise click.UsageError(
                f"--json and {taken[0]} cannot both write to standard output; name a file"
            )
        if len(taken) > 1:
            raise click.UsageError(
                f"{' and '.join(taken)} cannot both write to standard output; name a file"
            )
        if taken:
            self.console = report_console(stderr=True)

    def report(
        self, data: dict[str, Any], show: Callable[[Console], None], *, done: bool = False
    ) -> None:
        """Answer on standard output; `done` says that the command has changed something already.

        Raises:
            ReportLost: the answer to one that is done cannot be written.
            OSError: another one cannot be written.

        """
        try:
            if self.as_json:
                sys.stdout.write(orjson.dumps(data).decode() + "\n")
            else:
                show(self.console)
            # At the end of the process it would be too late to say that it cannot be written.
            sys.stdout.flush()
        except OSError as error:
            leave_standard_output()
            if not done:
                raise
            why = reason(error, Path())
            raise ReportLost(
                f"the report could not be written to standard output: {why}"
            ) from error


def _read_sites(path: str) -> str:
    if not path:
        return ""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"the site rules in {path} cannot be read: {error}") from error
    try:
        site_rules(text)
        publishers(text)
    except InvalidSettings as error:
        raise InvalidSettings(f"{path}: {error}") from error
    return text


def _everywhere(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command takes, before or after its name."""
    for option in (
        click.option(
            "--data", metavar="DIR", help="Where the index is. [default: DATELINE_DATA or ./data]"
        ),
        click.option(
            "--engine",
            help="tantivy, or OpenSearch addresses. [default: DATELINE_ENGINE or tantivy]",
        ),
        click.option("--json", "as_json", is_flag=True, help="Answer as JSON."),
        click.option(
            "--log-format",
            type=click.Choice(logs.FORMATS),
            help="How to log to standard error. [default: text]",
        ),
    ):
        function = option(function)
    return function


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dateline", prog_name="dateline")
@_everywhere
@click.pass_context
def cli(context: click.Context, /, **before: Any) -> None:
    """Search and browse an archive of news articles."""
    context.obj = before


def command(function: Callable[..., Any]) -> click.Command:
    """Make a command with the options that stand everywhere."""

    def run(
        *,
        data: str | None,
        engine: str | None,
        as_json: bool,
        log_format: str | None,
        **options: Any,
    ) -> None:
        before = click.get_current_context().obj
        settings = read_settings(os.environ, Path()).changed(
            data=data or before["data"],
            engine=engine or before["engine"],
            log_format=log_format or before["log_format"],
        )
        logs.set_up(settings.log_format)
        function(Context(settings, as_json or before["as_json"], report_console()), **options)

    update_wrapper(run, function)
    return cli.command()(_everywhere(run))


def writing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command that writes wait for another one."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0,
        metavar="SECONDS",
        help="Wait so long for another writer.",
    )(function)
