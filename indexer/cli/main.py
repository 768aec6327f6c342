"""CLI entry point: registers the commands and maps errors to exit codes."""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from indexer.cli import load, operate, serve, settings, show
from indexer.cli.base import (
    DONE_IN_PART,
    FAILED,
    LOG,
    USAGE,
    ReportLost,
    cli,
    leave_standard_output,
)
from search import logs
from search.errors import DatelineError, InvalidSettings
from search.files.write_errors import reason

__all__ = ["COMMANDS", "main"]

COMMANDS = (
    *load.__all__,
    *show.__all__,
    *serve.__all__,
    *operate.__all__,
    *settings.__all__,
)
"""Names of the commands; importing their modules registered them."""

_STANDARD_ERROR = 2


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; an expected failure is reported as one line."""
    _open_standard_descriptors()
    signal.signal(signal.SIGTERM, _stop)
    # The default format, until the settings are read.
    logs.set_up("text")
    try:
        _check_working_folder()
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except InvalidSettings as error:
        _fail(str(error), USAGE)
    except ReportLost as error:
        _fail(f"done, but {error}", DONE_IN_PART)
    except DatelineError as error:
        _fail(str(error), FAILED)
    except (KeyboardInterrupt, click.Abort):
        _fail("stopped; nothing changed", FAILED)
    except BrokenPipeError:
        # The reader of our output closed the pipe, so nothing more is printed.
        leave_standard_output()
        sys.exit(FAILED)
    except OSError as error:
        path = Path(str(error.filename)) if error.filename else Path()
        where = f": {error.filename}" if error.filename else ""
        _fail(f"{reason(error, path)}{where}; nothing changed", FAILED)


def _check_working_folder() -> None:
    """Refuse a working directory that was deleted, since relative paths mean nothing in it."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise DatelineError(
            "the working directory was deleted; change to one that exists, and run the command "
            "again; nothing changed"
        ) from error


def _open_standard_descriptors() -> None:
    """Open standard descriptors that are closed.

    Otherwise a file of ours could get one of their numbers, and messages would be written into it.
    """
    handle = os.open(os.devnull, os.O_RDWR)
    while handle <= _STANDARD_ERROR:
        handle = os.open(os.devnull, os.O_RDWR)
    os.close(handle)
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(_STANDARD_ERROR, "w")


def _fail(message: str, code: int) -> NoReturn:
    LOG.error(message, extra={"event": "failed", "exit_code": code})
    sys.exit(code)
