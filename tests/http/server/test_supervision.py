"""Workers that hang are replaced, and none outlives its server."""

import fcntl
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.conftest import Cli, Server, serving
from tests.support.wait_until import until
from web.processes.supervision import Activity, Pulse, Watchdog

RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'
MISSED = 11
"""Looks without a beat after which a worker hangs."""


def test_a_pulse_is_shared_by_who_opens_its_file(tmp_path: Path) -> None:
    """A server sees the beats of its workers, each by itself."""
    server, worker = (Pulse(tmp_path / "pulse", 2) for _ in range(2))
    worker.beat(1)
    worker.beat(1)
    assert (server.count(0), server.count(1)) == (0, 2)


def test_a_worker_without_a_beat_hangs_after_some_looks(tmp_path: Path) -> None:
    """A worker that is only slow lives; one that does not move is told once, and then has its time again."""
    pulse = Pulse(tmp_path / "pulse", 2)
    watchdog = Watchdog(pulse)
    seen = []
    for _ in range(2 * MISSED + 1):
        pulse.beat(1)
        seen.append(watchdog.check((0, 1)))
    assert [number for number, hung in enumerate(seen) if hung] == [MISSED, 2 * MISSED]
    assert seen[MISSED] == [0]


def test_threads_that_all_wait_too_long_are_stuck() -> None:
    """A worker whose every thread hangs in a request is one that hangs, though its process runs; a busy one is none."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        del environ, start_response
        return [b"x"]

    activity = Activity(answer, threads=2, stuck_seconds=0)
    one = activity({}, _start)
    assert not activity.is_stuck
    two = activity({}, _start)
    until(lambda: activity.is_stuck)
    for each in (one, two):
        each.close()  # type: ignore[attr-defined]  # WSGI names it, its type does not
    assert not activity.is_stuck


def _start(*_: object) -> Callable[[bytes], object]:
    return lambda _: None


def workers(server: Server) -> set[int]:
    """Return the processes of a server's workers."""
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    return {int(each) for task in tasks for each in (task / "children").read_text("ascii").split()}


def test_a_worker_that_hangs_is_replaced(cli: Cli) -> None:
    """A worker that is stopped is found and replaced, and the log says so."""
    cli("rebuild", "-", given=RECORD)
    with serving("serve", folder=cli.folder, workers=2) as server:
        until(lambda: len(workers(server)) == 2)
        hung = min(workers(server))
        os.kill(hung, signal.SIGSTOP)
        until(lambda: hung not in workers(server) and len(workers(server)) == 2)
        assert "has not responded for 10 s; it is replaced" in (
            cli.folder / "server.log"
        ).read_text("utf-8")
        until(lambda: server.get("/api/v1/search").status_code == 200)


def test_workers_end_with_their_server(cli: Cli) -> None:
    """After a kill -9 of the server a new one finds its port free."""
    cli("rebuild", "-", given=RECORD)
    with serving("serve", folder=cli.folder, workers=2) as server:
        until(lambda: len(workers(server)) == 2)
        orphans = workers(server)
        os.kill(server.process.pid, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{each}").exists() for each in orphans))


def test_a_worker_is_replaced_while_the_settings_are_broken(cli: Cli) -> None:
    """A slip in a file that nobody has loaded yet ends no server, and a change is not in force in one worker alone."""
    cli("rebuild", "-", given=RECORD)
    settings, log = cli.folder / "dateline.toml", cli.folder / "server.log"
    settings.write_text('title = "Before"\n', "utf-8")
    with serving("serve", folder=cli.folder, workers=2) as server:
        until(lambda: log.read_text("utf-8").count("is served") == 2)
        settings.write_text('titel = "After"\n', "utf-8")
        dead = min(workers(server))
        os.kill(dead, signal.SIGKILL)
        until(
            lambda: (
                server.process.poll() is not None or log.read_text("utf-8").count("is served") == 3
            )
        )
        assert server.process.poll() is None
        assert "Before" in server.get("/").text
        settings.write_text('title = "After"\n', "utf-8")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: "After" in server.get("/").text)


def test_what_tidies_up_leaves_the_files_of_a_server(cli: Cli) -> None:
    """Files for the time that nobody writes to for days are removed on many machines, but not below a folder that is locked."""
    cli("rebuild", "-", given=RECORD)
    with serving("serve", folder=cli.folder, environment={"TMPDIR": str(cli.folder)}):
        (folder,) = cli.folder.glob("dateline-metrics-*")
        handle = os.open(folder, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
    assert not folder.exists()
