"""The base of every command: its common options, the settings in force, and its report."""

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
from search.settings.all_tables import Settings
from search.settings.loading import LoadedSettings, load_settings
from search.settings.sources import CONFIG_VARIABLE

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
"""Exit codes other than 0.

1: nothing changed. 2: wrong usage. 3: done, but some records were rejected or a list is lost.
"""

LOG = logging.getLogger("dateline.cli")


class ReportLost(DatelineError):
    """The command did its work, but its report or one of its lists could not be written."""


class _ReportConsole(Console):
    """A console that raises BrokenPipeError when its reader leaves; rich would exit."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def report_console(*, stderr: bool = False) -> Console:
    """Return the console that a command reports on."""
    return _ReportConsole(stderr=stderr, soft_wrap=True, highlight=False)


def leave_standard_output() -> None:
    """Discard what is still buffered for standard output, which can no longer be written."""
    handle = os.open(os.devnull, os.O_WRONLY)
    os.dup2(handle, sys.stdout.fileno())
    os.close(handle)


@dataclass(slots=True)
class Context:
    """The context of a command: the settings in force, and how to report."""

    loaded: LoadedSettings
    as_json: bool
    console: Console

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    @property
    def store(self) -> GenerationStore:
        """The archive's generations."""
        return open_configured(self.settings)

    @property
    def place(self) -> str:
        """The location of the index: a folder, or an archive of a cluster."""
        if self.settings.engine == "tantivy":
            return str(Path(self.settings.data).absolute())
        # The addresses of a cluster may hold a password.
        return f"archive {self.settings.cluster.archive} of the cluster"

    @property
    def formats(self) -> FormatOptions:
        """The options of reading files."""
        options = self.settings.import_
        return FormatOptions(
            language=self.settings.index.language,
            keys=options.keys,
            categories=options.categories,
            wordpress=options.wordpress,
            sites=_read_sites(options.sites),
        )

    def find_files(
        self, sources: Sequence[str], exclude: Sequence[str], outputs: Sequence[Path] = ()
    ) -> SourceFiles:
        """Find the files of SOURCEs, except `outputs`, which the command itself writes.

        Raises:
            UsageError: a SOURCE is empty, as a script's unset variable makes one. It would mean
                the working directory.

        """
        if "" in sources:
            raise click.UsageError(
                "a SOURCE must not be empty; name a file or a folder, or - for standard input"
            )
        never = (Path(self.settings.data), *outputs)
        return find_files(sources, exclude=exclude, never=never, keys=self.settings.import_.keys)

    @property
    def checks(self) -> AcceptanceChecks:
        """The checks that a new generation must pass."""
        return AcceptanceChecks(keep=self.settings.index.keep, golden=self.settings.index.golden)

    def leave_standard_output_to(self, outputs: Mapping[str, str | None]) -> None:
        """Report on standard error if one of these options writes its FILE to standard output.

        Raises:
            UsageError: two of them do, or one and --json; their outputs would be mixed.

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
        """Report on standard output; `done` means that the command has changed something already.

        Raises:
            ReportLost: the report of a command that is done cannot be written.
            OSError: the report of any other command cannot be written.

        """
        try:
            if self.as_json:
                sys.stdout.write(orjson.dumps(data).decode() + "\n")
            else:
                show(self.console)
            # At the end of the process it would be too late to report the error.
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


def _common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command takes, before or after its name."""
    for option in (
        click.option(
            "--config",
            metavar="FILE",
            callback=_not_empty,
            help="File of settings. [default: DATELINE_CONFIG or ./dateline.toml]",
        ),
        click.option(
            "--data", metavar="DIR", help="Folder of the index. [default: DATELINE_DATA or ./data]"
        ),
        click.option(
            "--engine",
            help="tantivy, or OpenSearch addresses. [default: DATELINE_ENGINE or tantivy]",
        ),
        click.option("--json", "as_json", is_flag=True, help="Report as JSON."),
        click.option(
            "--log-format",
            type=click.Choice(logs.FORMATS),
            help="Format of logs on standard error. [default: text]",
        ),
    ):
        function = option(function)
    return function


def _not_empty(_context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty FILE, which a script's unset variable makes."""
    if value == "":
        raise click.BadParameter("the name of the file is empty", param=option)
    return value


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dateline", prog_name="dateline")
@_common_options
@click.pass_context
def cli(context: click.Context, /, **before: Any) -> None:
    """Search and browse an archive of news articles."""
    context.obj = before


def command(function: Callable[..., Any]) -> click.Command:
    """Register a command that also takes the common options."""

    def run(*, as_json: bool, **options: Any) -> None:
        before = click.get_current_context().obj
        config, data, engine, log_format = (
            options.pop(name) or before[name] for name in ("config", "data", "engine", "log_format")
        )
        if config:
            # Workers of a server read the same file.
            os.environ[CONFIG_VARIABLE] = config
        loaded = load_settings(
            os.environ,
            Path(),
            {
                "data": data or None,
                "engine": engine or None,
                "server.log_format": log_format,
            },
        )
        logs.set_up(loaded.settings.server.log_format)
        loaded.warn()
        function(Context(loaded, as_json or before["as_json"], report_console()), **options)

    update_wrapper(run, function)
    return cli.command()(_common_options(run))


def writing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option of commands that write: how long to wait for another one."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0,
        metavar="SECONDS",
        help="Wait up to this long for another writer.",
    )(function)
