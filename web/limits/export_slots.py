"""Slots of downloads: how many run at once, in a worker and for one client address.

A download occupies a thread for as long as its client reads.
"""

import threading
from contextlib import ExitStack
from pathlib import Path

from flask import request

from web.limits.client_address import client_address
from web.limits.concurrency import TooManyExports, TooManyExportsOfAddress
from web.limits.slots import AddressSlots, Slots

__all__ = ["ExportSlots"]

_MAX_PER_ADDRESS = 2
"""Concurrent exports of one client address."""
_SLOTS_FILE = "exports"


class ExportSlots:
    """The slots that all kinds of downloads of a worker share.

    Those of an address are shared by all workers, if there is a folder that these share.
    """

    def __init__(self, at_once: int, folder: str | None) -> None:
        self._slots = threading.BoundedSemaphore(at_once)
        self._address_slots = (
            AddressSlots(Path(folder) / _SLOTS_FILE, _MAX_PER_ADDRESS)
            if folder
            else Slots(at_once, _MAX_PER_ADDRESS)
        )

    def take(self) -> ExitStack:
        """Take a slot for the current request; the stack frees it when it is closed.

        Raises:
            TooManyExports, TooManyExportsOfAddress: no slot is free.

        """
        with ExitStack() as cleanup:
            if not self._slots.acquire(blocking=False):
                raise TooManyExports(
                    "This server has reached its limit of concurrent exports; "
                    "try again when one has ended."
                )
            cleanup.callback(self._slots.release)
            release = self._address_slots.take(client_address(request.environ))
            if release is None:
                raise TooManyExportsOfAddress(
                    f"{_MAX_PER_ADDRESS} exports of yours are running, the limit of one address; "
                    "try again when one has ended."
                )
            cleanup.callback(release)
            return cleanup.pop_all()
