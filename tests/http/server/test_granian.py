"""The internals of Granian that `web.processes.granian_server` relies on, and its own server."""

import inspect
from pathlib import Path
from typing import Any

import granian
import pytest
from granian import _granian
from granian.server.common import AbstractServer
from granian.server.mp import MPServer, WorkerProcess

from search.settings.all_tables import Settings
from tests.conftest import ROOT
from web.processes.granian_server import create_server
from web.processes.supervision import Pulse

REASONS = {
    "_spawn_wsgi_worker": "runs the original worker inside our own",
    "_spawn_worker": "starts the successor of a worker with the validated settings",
    "_respawn_workers": "is replaced, so that a stop signal is obeyed while workers are replaced",
    "startup": "is extended, so that the watchdog's thread starts after the workers are forked",
    "signal_handler_interrupt": "is extended for workers without signal handlers of their own",
    "signal_handler_reload": "is extended, so that invalid settings are refused",
}
"""Methods of Granian's server and what each is used for."""
ATTRIBUTES = ("wrks", "respawned_wrks", "interrupt_signal", "main_loop_interrupt")


def test_granian_is_pinned_to_the_minor_version_that_was_checked() -> None:
    """Another minor version may rename internals: check the list in `granian_server` first."""
    assert granian.__version__.startswith("2.8.")
    assert '"granian>=2.8,<2.9"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("method", REASONS)
def test_a_method_of_the_server_exists(method: str) -> None:
    """Each method is overridden or called; the reason is in REASONS."""
    assert callable(getattr(MPServer, method, None)), REASONS[method]


def test_attributes_of_the_server_exist() -> None:
    """The state that the replaced methods read and change has the expected names."""
    server = MPServer("unused:app", port=0)
    assert [name for name in ATTRIBUTES if not hasattr(server, name)] == []
    assert "self.inner" in inspect.getsource(WorkerProcess)
    assert "self.pid = " in inspect.getsource(AbstractServer)


def test_a_socket_can_be_handed_to_a_worker() -> None:
    """Each worker listens on a socket of its own, with a send timeout."""
    assert callable(_granian.SocketHolder)


class _SlowWorker:
    """A worker that has started after a number of questions whether it is alive."""

    def __init__(self, pulse: Pulse, questions: int) -> None:
        self._pulse = pulse
        self._questions = questions
        self.is_stopped = False

    def start(self) -> None:
        """Begin to start."""

    def is_alive(self) -> bool:
        """Return true until it is stopped; the last question finds it started."""
        self._questions -= 1
        if self._questions == 0:
            self._pulse.note_start(0)
        return not self.is_stopped

    def terminate(self) -> None:
        """Stop at once."""
        self.is_stopped = True


def test_a_worker_is_stopped_when_its_successor_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine, where a start takes long, no request is refused during a reload."""
    pulse = Pulse(tmp_path / "pulse", 1)
    server: Any = create_server(Settings(data=str(tmp_path)), 0, 1, 1)
    old, new = _SlowWorker(pulse, 0), _SlowWorker(pulse, 5)
    stopped_after: list[int] = []
    monkeypatch.setattr(old, "terminate", lambda: stopped_after.append(pulse.starts(0)))
    monkeypatch.setattr(server, "_pulse", pulse, raising=False)
    monkeypatch.setattr(server, "_settings", Settings(data=str(tmp_path)), raising=False)
    monkeypatch.setattr(server, "wrks", [old])
    monkeypatch.setattr(server, "_spawn_worker", lambda **_: new)
    monkeypatch.setattr("web.processes.granian_server.replace", lambda target, **_: target)
    monkeypatch.setattr("web.processes.granian_server._STOP_SECONDS", 0)
    monkeypatch.setattr(old, "is_alive", lambda: False)
    # Granian calls its own method by this name.
    server._respawn_workers([0], None, None)  # noqa: SLF001
    assert stopped_after == [1]
    assert server.wrks == [new]
