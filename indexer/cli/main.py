"""The command line's end: every command, and what its failures look like."""

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
"""The commands' names; importing their modules has added them."""


_STANDARD_ERROR = 2


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every failure that Dateline knows is one clear line."""
    _hold_standard_descriptors()
    signal.signal(signal.SIGTERM, _stop)
    # Until the settings are read, which may say otherwise.
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
        # Whoever read our output has left; say nothing more to it.
        leave_standard_output()
        sys.exit(FAILED)
    except OSError as error:
        place = Path(str(error.filename)) if error.filename else Path()
        where = f": {error.filename}" if error.filename else ""
        _fail(f"{reason(error, place)}{where}; nothing changed", FAILED)


def _check_working_folder() -> None:
    """Refuse a working folder that was deleted: no relative path means anything in it, and no settings are there."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise DatelineError(
            "the working directory was deleted; change to one that exists, and run the command again; nothing changed"
        ) from error


def _hold_standard_descriptors() -> None:
    """Let no file of ours take the number of a standard descriptor that is closed, where messages would be written into it."""
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
