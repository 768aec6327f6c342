"""Work in a short-lived process, whose memory is free again afterwards."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from search.errors import DatelineError

__all__ = ["SeparateProcessFailed", "in_separate_process"]

_Result = TypeVar("_Result")


class SeparateProcessFailed(DatelineError):
    """The work of a separate process failed; the message is that of its error."""


def in_separate_process(function: Callable[[], _Result]) -> _Result:
    """Run a function in a process forked from this one and return its result.

    Raises:
        SeparateProcessFailed: it raised a DatelineError, or the process ended without a result.

    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(function, sender), daemon=True)
    process.start()
    # With this copy open, the end of a process that crashed would not be noticed.
    sender.close()
    try:
        result, failure = receiver.recv()
    except EOFError:
        result, failure = None, "the process that does it has ended unexpectedly"
    process.join()
    if failure:
        raise SeparateProcessFailed(failure)
    # A connection passes on objects of any type; this one is what `function` has returned.
    return result  # type: ignore[no-any-return]


def _run(function: Callable[[], object], sender: Connection) -> None:
    try:
        outcome = function(), ""
    except DatelineError as error:
        outcome = None, str(error)
    sender.send(outcome)
