"""What a process and its children hold in memory."""

from pathlib import Path

__all__ = ["resident_bytes"]


def resident_bytes(pid: int) -> int:
    """Return the memory that a process and all below it hold as their own, shares of what they share: no files that are mapped."""
    total = 0
    waiting = [pid]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        total += sum(
            int(line.split()[1]) * 1024
            for line in (process / "smaps_rollup").read_text("ascii").splitlines()
            if line.startswith("Pss_Anon:")
        )
        for thread in (process / "task").iterdir():
            waiting += [int(each) for each in (thread / "children").read_text("ascii").split()]
    return total
