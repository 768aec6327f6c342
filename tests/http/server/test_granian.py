"""The internals of Granian that `web.processes.granian_server` relies on."""

import inspect

import granian
import pytest
from granian import _granian
from granian.server.common import AbstractServer
from granian.server.mp import MPServer, WorkerProcess

from tests.conftest import ROOT

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
