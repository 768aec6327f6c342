"""A client for an OpenSearch cluster, with retries until a time budget is spent.

Any node may answer. Reasons for the numbers below: a killed node refuses connections at once, so
another one is tried without a pause. A cluster that elects a manager or moves a shard is busy for a
second or a few, so refusals (429, 5xx) are retried with growing pauses. A frozen node does not
answer, so after some seconds another copy is tried, each time with a longer timeout. See
docs/cluster.md.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import orjson
from opensearchpy import OpenSearch, exceptions
from opensearchpy.serializer import Serializer

from search.errors import ClusterUnavailable, InvalidSettings

__all__ = ["EVERYTHING", "Access", "ClusterError", "OpenSearchClient", "QueryDsl"]

# It warns of responses that are retried, or reported as our own error.
logging.getLogger("opensearch").setLevel(logging.ERROR)

_TIMEOUTS = (3.0, 4.0, 8.0, 16.0)
"""Timeouts of the first and later tries."""
_TASK_TIMEOUT = 600.0
_TRIES = 12
_BUDGET_SECONDS = 45.0
_FIRST_PAUSE, _MAX_PAUSE = 0.05, 1.0
_MAX_REFUSED_ROUNDS = 2
"""How often every node may refuse a connection before the cluster counts as down."""
_NODE_AVOIDED_SECONDS = 5
_MAX_DOUBLINGS = 4
"""Of that time, for a node that repeatedly does not answer."""
_TRANSIENT = frozenset((429, 500, 502, 503, 504))
_LOST_SEARCH = "search_phase_execution_exception"
"""The type of a 404 when a node left and closed the context of a search."""
_UNAUTHORISED = (401, 403)
_TIMED_OUT = 408
_BUSY = 503
_TOO_MANY_REQUESTS = 429
_SEARCHES_PER_REQUEST = 100

Body = Mapping[str, Any] | bytes | None
QueryDsl = dict[str, Any]
"""A query in the cluster's query DSL."""
EVERYTHING: QueryDsl = {"match_all": {}}


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a cluster: its nodes' addresses, a user, a file of CA certificates."""

    addresses: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    certificates: str = ""

    @classmethod
    def parse(
        cls, addresses: str, user: str = "", password: str = "", certificates: str = ""
    ) -> "Access":
        """Read addresses as `--engine` takes them.

        Raises:
            InvalidSettings: an address is invalid, or contains a password.

        """
        nodes = tuple(
            filter(None, (address.strip().rstrip("/") for address in addresses.split(",")))
        )
        if any("@" in address for address in nodes):
            # It would be visible in logs and in lists of processes.
            raise InvalidSettings(
                "an address of the engine contains a user or a password; set "
                "DATELINE_CLUSTER_USER and DATELINE_CLUSTER_PASSWORD instead"
            )
        if certificates and not Path(certificates).is_file():
            raise InvalidSettings(
                f"ca (DATELINE_CLUSTER_CA) is {certificates!r}, which is not a file of certificates"
            )
        for address in nodes:
            if not address.startswith(("http://", "https://")):
                raise InvalidSettings(
                    f"{address!r} is not the address of a node; write it like https://host:9200"
                )
        return cls(nodes, user, password, certificates)


class ClusterError(Exception):
    """An error response of the cluster, with its HTTP status; `kind` is the error's type."""

    def __init__(self, status: int, kind: str, reason: str, answer: Any = None) -> None:
        super().__init__(f"the OpenSearch cluster refused ({status} {kind}: {reason})")
        self.status = status
        self.kind = kind
        self.answer = answer


class OpenSearchClient:
    """Sends requests to a cluster; safe to share between threads, not between processes.

    Raises:
        ClusterUnavailable: no node answers within the time budget; every method may raise it.
        ClusterError: the cluster answers with an error; likewise.

    """

    def __init__(self, access: Access) -> None:
        self.access = access
        options: dict[str, Any] = {}
        if access.user:
            options["http_auth"] = (access.user, access.password)
        if access.certificates:
            options["ca_certs"] = access.certificates
        self._client = OpenSearch(
            list(access.addresses),
            serializers={_Orjson.mimetype: _Orjson()},
            # Retries are decided below; a node that timed out is avoided for a while.
            max_retries=0,
            retry_on_timeout=True,
            retry_on_status=(),
            dead_timeout=_NODE_AVOIDED_SECONDS,
            timeout_cutoff=_MAX_DOUBLINGS,
            pool_maxsize=16,
            **options,
        )

    def request(
        self,
        method: str,
        path: str,
        body: Body = None,
        *,
        is_complete: Callable[[Any], bool] | None = None,
        patience: float = 0.0,
        **parameters: Any,
    ) -> Any:
        """Send an idempotent request, with retries.

        It is not retried before `patience` seconds without a response. A response is retried too
        if `is_complete` returns False for it, as part of it failed.
        """
        started = time.monotonic()
        pause = _FIRST_PAUSE
        refused = 0
        failed: exceptions.TransportError
        for attempt in range(1, _TRIES + 1):
            try:
                seconds = max(patience, _TIMEOUTS[min(attempt, len(_TIMEOUTS)) - 1])
                response = self._send(method, path, body, parameters, seconds)
                if is_complete is None or is_complete(response):
                    return response
                failed = exceptions.TransportError(_BUSY, "part of the response failed", response)
            except exceptions.ConnectionTimeout as error:
                failed = error
            except exceptions.ConnectionError as error:
                failed = error
                refused += 1
                if refused >= _MAX_REFUSED_ROUNDS * len(self.access.addresses):
                    raise self._unavailable(failed) from failed
                continue
            except exceptions.TransportError as error:
                failed = error
                if not _is_transient(error):
                    _raise_refusal(error)
            if attempt == _TRIES or time.monotonic() - started > _BUDGET_SECONDS:
                break
            time.sleep(pause)
            pause = min(2 * pause, _MAX_PAUSE)
        raise self._unavailable(failed) from failed

    def request_once(self, method: str, path: str, body: Body = None, **parameters: Any) -> Any:
        """Send a request that is not idempotent, and wait for it as long as it takes."""
        pauses = [min(_FIRST_PAUSE * 2**number, _MAX_PAUSE) for number in range(_TRIES)]
        while True:
            try:
                return self._send(method, path, body, parameters, _TASK_TIMEOUT)
            except exceptions.TransportError as error:
                # A request that a busy cluster rejected was not begun, so it can be sent again.
                if error.status_code == _TOO_MANY_REQUESTS and pauses:
                    time.sleep(pauses.pop(0))
                    continue
                if isinstance(error, exceptions.ConnectionError) or _is_transient(error):
                    raise self._unavailable(error) from error
                _raise_refusal(error)

    def health(self, indexes: str, status: str) -> Any:
        """Wait some seconds until indexes have at least a status, and return their health."""
        try:
            return self.request_once(
                "GET", f"/_cluster/health/{indexes}", wait_for_status=status, timeout="10s"
            )
        except ClusterError as refusal:
            if refusal.status != _TIMED_OUT:
                raise
            return refusal.answer

    def search(self, index: str, body: Body, **parameters: Any) -> Any:
        """Search an index; a response that lacks a shard is retried."""
        return self.request(
            "POST", f"/{index}/_search", body, allow_partial_search_results="false", **parameters
        )

    def search_all(
        self, index: str, bodies: Sequence[Mapping[str, Any]]
    ) -> Iterator[Mapping[str, Any]]:
        """Search an index several times; one request for up to _SEARCHES_PER_REQUEST searches."""
        for start in range(0, len(bodies), _SEARCHES_PER_REQUEST):
            lines: list[Mapping[str, Any]] = []
            for body in bodies[start : start + _SEARCHES_PER_REQUEST]:
                lines += [{"allow_partial_search_results": False}, body]
            request = b"".join(orjson.dumps(line) + b"\n" for line in lines)
            path = f"/{index}/_msearch"
            response = self.request("POST", path, request, is_complete=_has_no_error)
            yield from response["responses"]

    def totals(self, index: str, queries: Sequence[Mapping[str, Any]]) -> list[int]:
        """Count the matches of many queries."""
        bodies = [{"query": query, "size": 0, "track_total_hits": True} for query in queries]
        return [int(each["hits"]["total"]["value"]) for each in self.search_all(index, bodies)]

    def _send(
        self, method: str, path: str, body: Body, parameters: Mapping[str, object], timeout: float
    ) -> Any:
        headers = {"content-type": "application/x-ndjson"} if isinstance(body, bytes) else None
        params = {name: str(value) for name, value in parameters.items()} | {
            "request_timeout": timeout
        }
        return self._client.transport.perform_request(
            method, path, params=params, body=body, headers=headers
        )

    def _unavailable(self, error: exceptions.TransportError) -> ClusterUnavailable:
        nodes = ", ".join(self.access.addresses)
        reason = (
            error.error
            if isinstance(error, exceptions.ConnectionError)
            else f"{error.status_code} {error.error}"
        )
        return ClusterUnavailable(
            f"the OpenSearch cluster at {nodes} does not answer ({reason}); check that it runs and "
            "that its health is not red, then try again"
        )


class _Orjson(Serializer):
    """JSON by a faster library; bytes and text are sent unchanged."""

    mimetype = "application/json"

    def loads(self, s: str) -> Any:
        return orjson.loads(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, bytes | str) else orjson.dumps(data)


def _is_transient(error: exceptions.TransportError) -> bool:
    return error.status_code in _TRANSIENT or (
        isinstance(error, exceptions.NotFoundError) and error.error == _LOST_SEARCH
    )


def _has_no_error(response: Mapping[str, Any]) -> bool:
    return not any("error" in each for each in response["responses"])


def _raise_refusal(error: exceptions.TransportError) -> NoReturn:
    status = int(error.status_code)
    if status in _UNAUTHORISED:
        raise ClusterUnavailable(
            f"the OpenSearch cluster denies access ({status}); set DATELINE_CLUSTER_USER and "
            "DATELINE_CLUSTER_PASSWORD"
        ) from error
    reason = str(error.info)
    if isinstance(error.info, dict) and isinstance(error.info.get("error"), dict):
        reason = str(error.info["error"].get("reason"))
    raise ClusterError(status, str(error.error), reason, error.info) from error
