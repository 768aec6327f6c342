"""Supervision: hung workers are replaced, and none outlives its server."""

import fcntl
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from search.cores import CORES
from tests.conftest import Cli, Server, serving
from tests.support.wait_until import until
from web.processes.supervision import Activity, Pulse, Watchdog

RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'
MISSED = 11
"""Checks without a heartbeat after which a worker counts as hung."""


def test_processes_share_a_pulse(tmp_path: Path) -> None:
    """The server sees the counter of each worker."""
    server, worker = (Pulse(tmp_path / "pulse", 2) for _ in range(2))
    worker.beat(1)
    worker.beat(1)
    worker.note_start(0)
    assert (server.count(0), server.count(1)) == (0, 2)
    assert (server.starts(0), server.starts(1)) == (1, 0)


def test_a_worker_without_a_heartbeat_counts_as_hung(tmp_path: Path) -> None:
    """It is reported once, and then gets the full time again."""
    pulse = Pulse(tmp_path / "pulse", 2)
    watchdog = Watchdog(pulse)
    hung_by_check = []
    for _ in range(2 * MISSED + 1):
        pulse.beat(1)
        hung_by_check.append(watchdog.check((0, 1)))
    assert [number for number, hung in enumerate(hung_by_check) if hung] == [MISSED, 2 * MISSED]
    assert hung_by_check[MISSED] == [0]


def test_threads_that_all_wait_too_long_are_stuck() -> None:
    """A worker is stuck if all of its threads are busy for too long."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        del environ, start_response
        return iter([b"x"])

    activity = Activity(answer, threads=2, stuck_seconds=0)
    first = activity({}, _start)
    assert not activity.is_stuck
    second = activity({}, _start)
    until(lambda: activity.is_stuck)
    for response in (first, second):
        # WSGI (PEP 3333) lets a response have close(); the type of an iterable lacks it.
        response.close()  # type: ignore[attr-defined]
    assert not activity.is_stuck


def test_a_worker_becomes_idle_once_after_its_last_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is returned when no request is in progress, and not again before the next one."""
    monkeypatch.setattr("web.processes.supervision._IDLE_SECONDS", 0.0)
    activity = Activity(lambda *_: iter([b"x"]), threads=2, stuck_seconds=0)
    response = activity({}, _start)
    assert not activity.became_idle()
    # As above: the type of an iterable lacks close().
    response.close()  # type: ignore[attr-defined]
    assert [activity.became_idle() for _ in range(3)] == [True, False, False]


def test_a_response_in_a_list_is_passed_on_as_it_is() -> None:
    """The server sends a list without calling Python again, so its request has ended."""
    body = [b"x"]
    activity = Activity(lambda *_: body, threads=1, stuck_seconds=0)
    assert activity({}, _start) is body
    assert not activity.is_stuck


def _start(*_: object) -> Callable[[bytes], object]:
    return lambda _: None


def workers(server: Server) -> set[int]:
    """Return the process ids of a server's workers."""
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text("ascii").split()}


def test_a_worker_that_hangs_is_replaced(cli: Cli) -> None:
    """A stopped worker is detected, logged and replaced."""
    cli("rebuild", "-", stdin=RECORD)
    with serving("serve", folder=cli.folder, workers=2) as server:
        until(lambda: len(workers(server)) == 2)
        hung = min(workers(server))
        os.kill(hung, signal.SIGSTOP)
        until(lambda: hung not in workers(server) and len(workers(server)) == 2)
        assert "has not responded for 10 s; it is replaced" in (
            cli.folder / "server.log"
        ).read_text("utf-8")
        until(lambda: server.get("/api/v1/search").status_code == 200)


def test_workers_keep_to_cores_of_their_own(cli: Cli) -> None:
    """Work that moves between cores for every hand-over costs up to a fifth more."""
    cli("rebuild", "-", stdin=RECORD)
    with serving("serve", folder=cli.folder, workers=len(CORES)) as server:
        until(lambda: len(workers(server)) == len(CORES))
        shares = {frozenset({core}) for core in CORES}
        # The runtime's thread is the last to start.
        until(lambda: {_runtime_cores(pid) for pid in workers(server)} == shares)


def _runtime_cores(pid: int) -> frozenset[int]:
    """Return the cores of the thread that receives a worker's requests, none if there is none."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text("ascii").startswith("tokio"):
            return frozenset(os.sched_getaffinity(int(task.name)))
    return frozenset()


def test_workers_end_with_their_server(cli: Cli) -> None:
    """After a kill -9 of the server its port is free again."""
    cli("rebuild", "-", stdin=RECORD)
    with serving("serve", folder=cli.folder, workers=2) as server:
        until(lambda: len(workers(server)) == 2)
        orphans = workers(server)
        os.kill(server.process.pid, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans))


def test_a_worker_is_replaced_while_the_settings_are_broken(cli: Cli) -> None:
    """A replaced worker has the validated settings, like all other workers."""
    cli("rebuild", "-", stdin=RECORD)
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


def test_the_folder_of_a_server_is_locked(cli: Cli) -> None:
    """A lock keeps systemd-tmpfiles from removing the folder."""
    cli("rebuild", "-", stdin=RECORD)
    with serving("serve", folder=cli.folder, environment={"TMPDIR": str(cli.folder)}):
        (folder,) = cli.folder.glob("dateline-metrics-*")
        handle = os.open(folder, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
    assert not folder.exists()
