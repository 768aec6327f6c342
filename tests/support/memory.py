"""Memory use of a process and its children."""

from contextlib import suppress
from pathlib import Path

__all__ = ["resident_bytes"]


def resident_bytes(pid: int) -> int:
    """Return the anonymous memory of a process and its descendants, shared pages split (PSS)."""
    total = 0
    pending = [pid]
    while pending:
        process = Path(f"/proc/{pending.pop()}")
        total += sum(
            int(line.split()[1]) * 1024
            for line in (process / "smaps_rollup").read_text("ascii").splitlines()
            if line.startswith("Pss_Anon:")
        )
        for thread in (process / "task").iterdir():
            # A thread may end while the others are read; then it has no children.
            with suppress(FileNotFoundError, ProcessLookupError):
                children = (thread / "children").read_text("ascii")
                pending += [int(child) for child in children.split()]
    return total
