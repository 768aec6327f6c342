"""Asks an OpenSearch cluster, through whichever of its nodes answers; what may be sent twice is, until a budget is spent.

Why these numbers: a killed node refuses connections at once, so another is asked without waiting; a cluster that elects a
manager or moves a shard is busy for a second or a few, so its refusals (429, 5xx) are met with growing pauses; a frozen
node answers nothing, so after some seconds another copy is asked, with more patience each time. Docs: docs/cluster.md.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import orjson
from opensearchpy import OpenSearch, exceptions
from opensearchpy.serializer import Serializer

from search.errors import ClusterUnavailable, InvalidSettings

__all__ = ["EVERYTHING", "Access", "ClusterError", "OpenSearchClient", "QueryDsl"]

# Its warnings are of answers that are asked again, or told as an error of ours.
logging.getLogger("opensearch").setLevel(logging.ERROR)

_SECONDS_AN_ANSWER = (3.0, 4.0, 8.0, 16.0)
"""How long an answer is waited for, the first time and later ones."""
_SECONDS_A_TASK = 600.0
_TRIES = 12
_BUDGET_SECONDS = 45.0
_FIRST_PAUSE, _MAX_PAUSE = 0.05, 1.0
_ROUNDS_REFUSED = 2
"""How often every node may refuse a connection before the cluster counts as gone."""
_NODE_AVOIDED_SECONDS = 5
_MAX_DOUBLINGS = 4
"""Of that time, for a node that does not answer again and again."""
_TRANSIENT = frozenset((429, 500, 502, 503, 504))
_LOST_SEARCH = "search_phase_execution_exception"
"""What a 404 is called when a node closed a search's context as it left."""
_UNAUTHORISED = (401, 403)
_NOT_YET = 408
_BUSY = 503
_TURNED_AWAY = 429
_COUNTED_AT_ONCE = 100

Body = Mapping[str, Any] | bytes | None
QueryDsl = dict[str, Any]
"""A query as the cluster's query DSL writes it."""
EVERYTHING: QueryDsl = {"match_all": {}}


@dataclass(frozen=True, slots=True)
class Access:
    """Where a cluster is and how it lets one in: its nodes' addresses, a user, a file of certificates it is known by."""

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
            InvalidSettings: one of them is no address, or holds a password.

        """
        found = tuple(
            filter(None, (address.strip().rstrip("/") for address in addresses.split(",")))
        )
        if any("@" in address for address in found):
            # It would be seen in logs and in lists of processes.
            raise InvalidSettings(
                "an address of the engine holds a user or a password; set DATELINE_USER and DATELINE_PASSWORD instead"
            )
        if certificates and not Path(certificates).is_file():
            raise InvalidSettings(
                f"ca (DATELINE_CA) is {certificates!r}, where there is no file of certificates"
            )
        for address in found:
            if not address.startswith(("http://", "https://")):
                raise InvalidSettings(
                    f"{address!r} is no address of a node; write it like https://host:9200"
                )
        return cls(found, user, password, certificates)


class ClusterError(Exception):  # named for what it is, as the errors of search/errors.py are
    """What the cluster answered instead, with its HTTP status; `kind` is its name for it."""

    def __init__(self, status: int, kind: str, reason: str, answer: Any = None) -> None:
        super().__init__(f"the OpenSearch cluster refused ({status} {kind}: {reason})")
        self.status = status
        self.kind = kind
        self.answer = answer


class OpenSearchClient:
    """Asks a cluster; safe to share between threads, not between processes.

    Raises:
        ClusterUnavailable: no node answers within the budget; so does every method.
        ClusterError: the cluster refuses; likewise.

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
            # What is asked again, and when, is decided below; a node that did not answer in time is avoided for a while.
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
        """Ask something that may be asked twice: reading, or writing what is the same when it is written again.

        It is not asked again before `patience` seconds have passed without an answer.

        An answer of which `whole` says that something in it failed is no answer.
        """
        started = time.monotonic()
        pause = _FIRST_PAUSE
        refused = 0
        failed: exceptions.TransportError
        for attempt in range(1, _TRIES + 1):
            try:
                seconds = max(
                    patience, _SECONDS_AN_ANSWER[min(attempt, len(_SECONDS_AN_ANSWER)) - 1]
                )
                answer = self._send(method, path, body, parameters, seconds)
                if is_complete is None or is_complete(answer):
                    return answer
                failed = exceptions.TransportError(_BUSY, "part of the answer failed", answer)
            except exceptions.ConnectionTimeout as error:
                failed = error
            except exceptions.ConnectionError as error:
                failed = error
                refused += 1
                if refused >= _ROUNDS_REFUSED * len(self.access.addresses):
                    raise self._gone(failed) from failed
                continue
            except exceptions.TransportError as error:
                failed = error
                if not _is_transient(error):
                    _refuse(error)
            if attempt == _TRIES or time.monotonic() - started > _BUDGET_SECONDS:
                break
            time.sleep(pause)
            pause = min(2 * pause, _MAX_PAUSE)
        raise self._gone(failed) from failed

    def request_once(self, method: str, path: str, body: Body = None, **parameters: Any) -> Any:
        """Ask something that would fail or do harm when it is done twice, and wait for it as long as it takes."""
        pauses = [min(_FIRST_PAUSE * 2**number, _MAX_PAUSE) for number in range(_TRIES)]
        while True:
            try:
                return self._send(method, path, body, parameters, _SECONDS_A_TASK)
            except exceptions.TransportError as error:
                # What a busy cluster turned away it did not begin.
                if error.status_code == _TURNED_AWAY and pauses:
                    time.sleep(pauses.pop(0))
                    continue
                if isinstance(error, exceptions.ConnectionError) or _is_transient(error):
                    raise self._gone(error) from error
                _refuse(error)

    def health(self, indexes: str, status: str) -> Any:
        """Wait some seconds for indexes to have a status or a better one, and return what the cluster says of them."""
        try:
            return self.request_once(
                "GET", f"/_cluster/health/{indexes}", wait_for_status=status, timeout="10s"
            )
        except ClusterError as refusal:
            if refusal.status != _NOT_YET:
                raise
            return refusal.answer

    def search(self, index: str, body: Body, **parameters: Any) -> Any:
        """Search an index; an answer that lacks a shard is no answer."""
        return self.request(
            "POST", f"/{index}/_search", body, allow_partial_search_results="false", **parameters
        )

    def totals(self, index: str, queries: Sequence[Mapping[str, Any]]) -> list[int]:
        """Count the matches of many queries."""
        found: list[int] = []
        for start in range(0, len(queries), _COUNTED_AT_ONCE):
            lines: list[Mapping[str, Any]] = []
            for query in queries[start : start + _COUNTED_AT_ONCE]:
                lines += [
                    {"allow_partial_search_results": False},
                    {"query": query, "size": 0, "track_total_hits": True},
                ]
            body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
            answers = self.request("POST", f"/{index}/_msearch", body, is_complete=_are_all_right)[
                "responses"
            ]
            found += [int(answer["hits"]["total"]["value"]) for answer in answers]
        return found

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

    def _gone(self, error: exceptions.TransportError) -> ClusterUnavailable:
        nodes = ", ".join(self.access.addresses)
        what = (
            error.error
            if isinstance(error, exceptions.ConnectionError)
            else f"{error.status_code} {error.error}"
        )
        return ClusterUnavailable(
            f"the OpenSearch cluster at {nodes} does not answer ({what}); see that it runs and that its health is not red, "
            "then try again"
        )


class _Orjson(Serializer):
    """JSON by a faster library; bytes and text go through as they are."""

    mimetype = "application/json"

    def loads(self, s: str) -> Any:
        return orjson.loads(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, bytes | str) else orjson.dumps(data)


def _is_transient(error: exceptions.TransportError) -> bool:
    return error.status_code in _TRANSIENT or (
        isinstance(error, exceptions.NotFoundError) and error.error == _LOST_SEARCH
    )


def _are_all_right(answer: Mapping[str, Any]) -> bool:
    return not any("error" in each for each in answer["responses"])


def _refuse(error: exceptions.TransportError) -> NoReturn:
    status = int(error.status_code)
    if status in _UNAUTHORISED:
        raise ClusterUnavailable(
            f"the OpenSearch cluster lets nobody in ({status}); set DATELINE_USER and DATELINE_PASSWORD"
        ) from error
    reason = str(error.info)
    if isinstance(error.info, dict) and isinstance(error.info.get("error"), dict):
        reason = str(error.info["error"].get("reason"))
    raise ClusterError(status, str(error.error), reason, error.info) from error
