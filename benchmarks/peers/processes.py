"""Processor time, memory and size on disk of other processes."""

import os
import re
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen

__all__ = [
    "folder_bytes",
    "free_port",
    "machine",
    "memory",
    "on_cores",
    "process_tree",
    "processor_time",
    "wait_until",
]

_POLL = 0.02
_CLOCK_OF_PROCESS = 2


def process_tree(pid: int) -> list[int]:
    """Return the ids of a process and its descendants."""
    found: list[int] = []
    pending = [pid]
    while pending:
        found.append(pending.pop())
        with suppress(OSError):
            for thread in Path(f"/proc/{found[-1]}/task").iterdir():
                pending += map(int, (thread / "children").read_text("ascii").split())
    return found


def processor_time(pids: Iterable[int]) -> int:
    """Return the processor time of processes in ns, by the clock that Linux has for each."""
    return sum(time.clock_gettime_ns((~pid << 3) | _CLOCK_OF_PROCESS) for pid in pids)


def memory(pids: Iterable[int]) -> tuple[int, int]:
    """Return memory in bytes, shared pages split (PSS): of all pages, and without mapped files."""
    total = anonymous = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            name, _, amount = line.partition(":")
            if name == "Pss":
                total += int(amount.split()[0]) * 1024
            elif name == "Pss_Anon":
                anonymous += int(amount.split()[0]) * 1024
    return total, anonymous


def folder_bytes(folder: Path) -> int:
    """Return the size of all files below a folder, links not followed."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*") if not path.is_dir())


def machine() -> str:
    """Return the machine in words: its cores, their kind, and its memory."""
    kinds = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    kind = f" of {kinds[0].strip()}" if kinds else ""
    return f"{len(os.sched_getaffinity(0))} cores{kind} with {size / 1e9:.0f} GB of memory"


@contextmanager
def on_cores(cores: Collection[int]) -> Iterator[None]:
    """Keep this process, and those started meanwhile, on some cores; on any if none are given."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], process: Popen[bytes], seconds: int) -> None:
    """Wait until `ready` returns True without an OSError.

    Raises:
        TimeoutError: it took too long.
        ChildProcessError: the process ended.

    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            if ready():
                return
        if process.poll() is not None:
            raise ChildProcessError(f"the process ended with {process.returncode}")
        time.sleep(_POLL)
    raise TimeoutError(f"not ready after {seconds} s")
