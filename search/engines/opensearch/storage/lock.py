"""A write lock that expires: a document of the cluster, which its holder renews while it works.

Only the cluster's clock counts, so machines whose clocks differ agree: a script on the node with
the document takes, renews and releases the lock. A holder that cannot renew it in time has lost it
and stops writing.
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
"""How long the lock outlives a killed holder."""
_RENEW_SECONDS = 5.0
_RETRY_SECONDS = 0.5
_CONFLICT = 409
_DOCUMENT = "lock"
_TAKE = (
    "if (ctx._source.token == params.token || ctx._source.until < ctx._now) "
    "{ ctx._source.token = params.token; ctx._source.owner = params.owner; "
    "ctx._source.until = ctx._now + params.lease } "
    "else { ctx.op = 'none' }"
)
_RENEW = (
    "if (ctx._source.token == params.token) { ctx._source.until = ctx._now + params.lease } "
    "else { ctx.op = 'none' }"
)
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
        """Hold the lock while the block runs; wait at most `wait` seconds for it.

        Raises:
            IndexLocked: another process holds it; the message names it.

        """
        self._prepare()
        token = secrets.token_hex(8)
        owner = f"process {os.getpid()} on {socket.gethostname()} ({task})"
        deadline = time.monotonic() + wait
        # The lease is counted from before the request: the cluster's clock may start at any time
        # until the response is here.
        requested = time.monotonic()
        while not self._run(_TAKE, token, owner):
            if time.monotonic() >= deadline:
                document = self._client.request("GET", f"/{self._index}/_doc/{_DOCUMENT}")
                raise IndexLocked(
                    f"{document['_source']['owner']} is writing in the cluster; try again later, "
                    "or wait with --wait SECONDS (the lock of a killed process expires after "
                    f"{LEASE_SECONDS} seconds)"
                )
            time.sleep(_RETRY_SECONDS)
            requested = time.monotonic()
        self._token, self._renewed = token, requested
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
        """Verify that the lock is still held, before a step that only its holder may do.

        Raises:
            IndexLocked: it was lost, so another process may write.

        """
        # By this machine's clock the lease ends a little earlier than by the cluster's.
        if self._token and time.monotonic() - self._renewed > LEASE_SECONDS - _RENEW_SECONDS:
            raise IndexLocked(
                "the cluster did not answer for more than "
                f"{LEASE_SECONDS - _RENEW_SECONDS:.0f} seconds, so another process may have begun "
                "to write; nothing changed, run the command again"
            )

    def _renew(self, token: str, owner: str, ended: threading.Event) -> None:
        while not ended.wait(_RENEW_SECONDS):
            requested = time.monotonic()
            try:
                if self._run(_RENEW, token, owner):
                    self._renewed = requested
            except (ClusterUnavailable, ClusterError):
                # The next try may be in time; if not, `check` raises.
                continue

    def _run(self, script: str, token: str, owner: str) -> bool:
        """Run a script on the document; return whether the lock is or was held by the token."""
        parameters = {"token": token, "owner": owner, "lease": LEASE_SECONDS * 1000}
        body = {
            "script": {"source": script, "params": parameters},
            "upsert": _FREE,
            "scripted_upsert": True,
        }
        try:
            result = self._client.request(
                "POST", f"/{self._index}/_update/{_DOCUMENT}", body, retry_on_conflict=3
            )
        except ClusterError as refusal:
            if refusal.status == _CONFLICT:
                return False
            raise
        return bool(result["result"] != "noop")

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
