"""`python -m indexer` is `dateline`: it lowers its priority first, then loads the rest."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

__all__ = ["WRITING", "main"]

WRITING = frozenset({"check", "delete", "rebuild", "restore", "rollback", "update"})
"""The commands that work much beside a server."""

_NICENESS = 10
"""By how much they lower their priority: where a server wants the processors, they get a tenth of them."""


_WITH_VALUE = frozenset({"--config", "--data", "--engine", "--log-format"})


def main() -> None:
    """Run the command line; commands that write give way to servers on the same machine."""
    if _command(sys.argv[1:]) in WRITING:
        # Before all else: loading it takes a third of a small update.
        os.nice(_NICENESS)
    import_module("indexer.cli.main").main()


def _command(arguments: Sequence[str]) -> str:
    """Return the command's name, which may follow options."""
    left = iter(arguments)
    for argument in left:
        if not argument.startswith("-"):
            return argument
        if argument in _WITH_VALUE:
            next(left, None)
    return ""


if __name__ == "__main__":
    main()
