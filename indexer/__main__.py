"""`python -m indexer` is `dateline`: it gives way first, then loads the rest."""

import os
import sys
from importlib import import_module

__all__ = ["WRITING", "main"]

WRITING = frozenset({"check", "delete", "rebuild", "restore", "rollback", "update"})
"""The commands that work much beside a server."""

_NICENESS = 10
"""By how much they lower their priority: where a server wants the processors, they get a tenth of them."""


def main() -> None:
    """Run the command line; what writes gives way to who answers readers on the same machine."""
    if WRITING.intersection(sys.argv[1:2]):
        # Before all else: loading it takes a third of a small update.
        os.nice(_NICENESS)
    import_module("indexer.cli.main").main()


if __name__ == "__main__":
    main()
