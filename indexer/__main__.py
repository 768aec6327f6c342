"""`python -m indexer`, installed as `dateline`: lowers the priority first, then loads the rest."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

__all__ = ["WRITING", "main"]

WRITING = frozenset({"check", "delete", "rebuild", "restore", "rollback", "update"})
"""The commands that do much work, often next to a running server."""

_NICENESS = 10
"""Lowers their priority: when a server needs the processors, they get a tenth of the time."""

_OPTIONS_WITH_VALUE = frozenset({"--config", "--data", "--engine", "--log-format"})


def main() -> None:
    """Run the command line; commands that write give way to servers on the same machine."""
    if _command(sys.argv[1:]) in WRITING:
        # Before anything is loaded, which takes a third of a small update.
        os.nice(_NICENESS)
    import_module("indexer.cli.main").main()


def _command(arguments: Sequence[str]) -> str:
    """Return the command's name, which may follow options."""
    remaining = iter(arguments)
    for argument in remaining:
        if not argument.startswith("-"):
            return argument
        if argument in _OPTIONS_WITH_VALUE:
            next(remaining, None)
    return ""


if __name__ == "__main__":
    main()
