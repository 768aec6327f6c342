"""Processes of the command line that begin with all modules loaded, for tests that run many of them.

Most of the time of a short command is spent on loading modules. A starter loads them once and forks
a process for each command. That process runs `indexer.__main__` as `python -m indexer` does, with
arguments, folder, environment and standard streams of its own, and ends as any interpreter does.
"""

import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

__all__ = ["Starter"]

_MODULES = (
    "indexer.cli.main",
    "indexer.input.archives",
    "indexer.formats.feeds.json_feed",
    "indexer.formats.feeds.reader",
    "indexer.formats.page.reader",
    "indexer.formats.reprint.reader",
    "indexer.formats.wordpress.export",
    "search.analysis.embeddings",
    "search.engines.opensearch.store",
    "search.engines.tantivy.store",
)
"""The modules that the command line loads at once or when it needs them."""

_TABLES = (
    ("search.results.collation", "name_key"),
    ("indexer.formats.dates.month_names", "month_of"),
)
"""Functions whose tables are filled by their first call, in a fifth of a second each."""

_LARGEST_REQUEST = 1_000_000
_RECEIVED = 4
"""Each request comes with the socket for its result and the three standard streams."""

_OWN_PREFIXES = ("DATELINE_", "PYTEST_")


class _Request(NamedTuple):
    arguments: list[str]
    folder: str
    environment: dict[str, str]


def _foreign(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if not name.startswith(_OWN_PREFIXES)
    }


class Starter:
    """The process that forks; it ends with the process that uses it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = _foreign(environment)
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LARGEST_REQUEST)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.warm_start", str(theirs.fileno())],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def can_run_with(self, environment: Mapping[str, str]) -> bool:
        """Return whether a fork sees this environment as a new interpreter would.

        Variables of the interpreter and of libraries have their effect when these are loaded.
        """
        return _foreign(environment) == self._environment

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.wait()

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        stdin: bytes,
        seconds: float,
    ) -> tuple[int, bytes, bytes]:
        """Run a command; return its exit code, as `subprocess` counts it, and both outputs.

        Raises:
            subprocess.TimeoutExpired: it ran for too long and was killed.

        """
        with ExitStack() as stack:
            answers, answered = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.enter_context(answers)
            read, write = zip(*(os.pipe() for _ in range(3)), strict=True)
            ours = [write[0], read[1], read[2]]
            theirs = [answered.detach(), read[0], write[1], write[2]]
            request = _Request(list(arguments), str(folder), dict(environment))
            socket.send_fds(self._requests, [json.dumps(request).encode()], theirs)
            for handle in theirs:
                os.close(handle)
            outputs = [b"", b""]
            threads = [
                threading.Thread(target=_write, args=(ours[0], stdin)),
                *(
                    threading.Thread(target=_read, args=(handle, outputs, place))
                    for place, handle in enumerate(ours[1:])
                ),
            ]
            for thread in threads:
                thread.start()
            number = int(answers.recv(100))
            answers.settimeout(seconds)
            try:
                code = int(answers.recv(100))
            except TimeoutError:
                os.kill(number, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), seconds) from None
            finally:
                for thread in threads:
                    thread.join()
        return code, outputs[0], outputs[1]


def _write(handle: int, content: bytes) -> None:
    # A command may end without reading all of its input.
    with suppress(BrokenPipeError), os.fdopen(handle, "wb") as stream:
        stream.write(content)


def _read(handle: int, outputs: list[bytes], place: int) -> None:
    with os.fdopen(handle, "rb") as stream:
        outputs[place] = stream.read()


def _forks(requests: socket.socket) -> tuple[_Request, list[int]]:
    """Fork a process per request and tell its end; return in each such process, with the request."""
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not requests:
                    selector.unregister(key.fileobj)
                    _tell_end(*key.data)
                    continue
                request, handles, _, _ = socket.recv_fds(requests, _LARGEST_REQUEST, _RECEIVED)
                if not request:
                    os._exit(0)
                number = os.fork()
                if not number:
                    _forget(selector)
                    os.close(handles[0])
                    return _Request(*json.loads(request)), handles[1:]
                answers = socket.socket(fileno=handles[0])
                for handle in handles[1:]:
                    os.close(handle)
                answers.send(str(number).encode())
                ended = os.pidfd_open(number)
                selector.register(ended, selectors.EVENT_READ, (number, ended, answers))


def _tell_end(number: int, ended: int, answers: socket.socket) -> None:
    _, status = os.waitpid(number, 0)
    os.close(ended)
    # Whoever waited too long for a command has left.
    with answers, suppress(BrokenPipeError):
        answers.send(str(os.waitstatus_to_exitcode(status)).encode())


def _forget(selector: selectors.BaseSelector) -> None:
    """Close what belongs to the starter and to other commands."""
    for key in list(selector.get_map().values()):
        if key.data:
            os.close(key.data[1])
            key.data[2].close()


def _become(request: _Request, streams: list[int]) -> None:
    """Give this process what `python -m indexer` would have been started with."""
    for number, handle in enumerate(streams):
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    program = sys.modules["__main__"] = import_module("indexer.__main__")
    sys.argv = [str(program.__file__), *request.arguments]


def _main(handle: int) -> None:
    # Ctrl-C is for the tests, whose end is also the end of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in _MODULES:
        import_module(module)
    for module, function in _TABLES:
        getattr(import_module(module), function)("march")
    program = import_module("indexer.__main__")
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=handle) as requests:
        request, streams = _forks(requests)
    _become(request, streams)
    program.main()


if __name__ == "__main__":
    _main(int(sys.argv[1]))
