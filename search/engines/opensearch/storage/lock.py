"""One writer at a time, by a document of the cluster that expires: whoever holds it renews it while it works.

Only the cluster's clock counts, so machines whose clocks differ agree: a script takes, renews and gives back the lock
where the document lies. A holder that cannot renew in time has lost it, and writes no more.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from search.engines.opensearch.storage.client import ClusterError, OpenSearchClient
from search.errors import ClusterUnavailable, IndexLocked

__all__ = ["LEASE_SECONDS", "ClusterLock"]

LEASE_SECONDS = 30
"""How long the lock outlives a holder that was killed."""
_RENEWED_AFTER = 5.0
_RETRY_SECONDS = 0.5
_CONFLICT = 409
_DOCUMENT = "lock"
_TAKE = (
    "if (ctx._source.token == params.token || ctx._source.until < ctx._now) "
    "{ ctx._source.token = params.token; ctx._source.owner = params.owner; ctx._source.until = ctx._now + params.lease } "
    "else { ctx.op = 'none' }"
)
_RENEW = "if (ctx._source.token == params.token) { ctx._source.until = ctx._now + params.lease } else { ctx.op = 'none' }"
_RELEASE = (
    "if (ctx._source.token == params.token) { ctx._source.until = 0L } else { ctx.op = 'none' }"
)
_FREE: dict[str, Any] = {"token": "", "owner": "", "until": 0}


class ClusterLock:
    """The lock of an archive, in the document `lock` of its index `index`."""

    def __init__(self, client: OpenSearchClient, index: str) -> None:
        self._client = client
        self._index = index
        self._token = ""
        self._renewed = 0.0

    @contextmanager
    def held(self, task: str, wait: float) -> Iterator[None]:
        """Hold the lock while the block runs; `wait` at most so many seconds for it.

        Raises:
            IndexLocked: another process holds it; the message names it.

        """
        self._prepare()
        token = secrets.token_hex(8)
        owner = f"process {os.getpid()} on {socket.gethostname()} ({task})"
        deadline = time.monotonic() + wait
        # The lease counts from before it is asked for: the cluster's clock may start at any time until the answer is here.
        asked = time.monotonic()
        while not self._run(_TAKE, token, owner):
            if time.monotonic() >= deadline:
                found = self._client.request("GET", f"/{self._index}/_doc/{_DOCUMENT}")["_source"][
                    "owner"
                ]
                raise IndexLocked(
                    f"{found} is writing in the cluster; try again later, or wait with --wait SECONDS (what a killed "
                    f"process holds is free after {LEASE_SECONDS} seconds)"
                )
            time.sleep(_RETRY_SECONDS)
            asked = time.monotonic()
        self._token, self._renewed = token, asked
        ended = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(token, owner, ended), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            self._token = ""
            self._run(_RELEASE, token, owner)

    def check(self) -> None:
        """Make sure that the lock is still held, before something is done that another writer must not do too.

        Raises:
            IndexLocked: it was lost; another process may write.

        """
        # By our own clock the lease is over a little earlier than by the cluster's.
        if self._token and time.monotonic() - self._renewed > LEASE_SECONDS - _RENEWED_AFTER:
            raise IndexLocked(
                "the cluster did not answer for so long that another process may have begun to write; nothing changed, "
                "run the command again"
            )

    def _renew(self, token: str, owner: str, ended: threading.Event) -> None:
        while not ended.wait(_RENEWED_AFTER):
            asked = time.monotonic()
            try:
                if self._run(_RENEW, token, owner):
                    self._renewed = asked
            except (ClusterUnavailable, ClusterError):
                # The next try may be in time; `check` tells when it was not.
                continue

    def _run(self, script: str, token: str, owner: str) -> bool:
        """Run a script on the document; say whether the lock is now ours, or was."""
        parameters = {"token": token, "owner": owner, "lease": LEASE_SECONDS * 1000}
        body = {
            "script": {"source": script, "params": parameters},
            "upsert": _FREE,
            "scripted_upsert": True,
        }
        try:
            done = self._client.request(
                "POST", f"/{self._index}/_update/{_DOCUMENT}", body, retry_on_conflict=3
            )
        except ClusterError as refusal:
            if refusal.status == _CONFLICT:
                return False
            raise
        return bool(done["result"] != "noop")

    def _prepare(self) -> None:
        fields = {
            "token": {"type": "keyword"},
            "owner": {"type": "keyword"},
            "until": {"type": "long"},
        }
        body = {
            "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-2"},
            "mappings": {"dynamic": "strict", "properties": fields},
        }
        try:
            self._client.request("GET", f"/{self._index}/_doc/{_DOCUMENT}")
        except ClusterError:
            try:
                self._client.request_once("PUT", f"/{self._index}", body)
            except ClusterError as refusal:
                if refusal.kind != "resource_already_exists_exception":
                    raise
