"""Backups: snapshots in a registered repository, and a small file that names one."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from search.engines.opensearch.storage.client import ClusterError, OpenSearchClient
from search.errors import BackupUnreadable, InvalidSettings, WriteFailed
from search.files.backup_format import SNAPSHOT_FORMAT
from search.files.output_file import OutputFile

__all__ = ["Snapshot", "Snapshots"]

_VERSION = 1
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The content of a backup's file: a snapshot and what it holds; `size` in bytes."""

    repository: str
    name: str
    generation: str
    indexes: tuple[str, str]
    size: int


class Snapshots:
    """Takes snapshots into a registered repository, and restores them."""

    def __init__(self, client: OpenSearchClient, repository: str) -> None:
        self._client = client
        self._repository = repository

    def take(
        self,
        generation: str,
        indexes: tuple[str, str],
        target: Path,
        on_bytes: Callable[[int], None],
    ) -> None:
        """Take a snapshot of a generation's indexes, and write the file that names it.

        Raises:
            InvalidSettings: no repository is set, or the cluster has none of this name.
            WriteFailed: the snapshot failed.

        """
        if not self._repository:
            raise InvalidSettings(
                "a backup of a cluster goes into a snapshot repository; register one with the "
                "cluster and name it with DATELINE_CLUSTER_SNAPSHOTS (docs/cluster.md), or write "
                "the articles to a file with dateline export"
            )
        name = f"{indexes[0]}-{time.time_ns()}"
        path = f"/_snapshot/{self._repository}/{name}"
        body = {"indices": ",".join(indexes), "include_global_state": False}
        try:
            self._client.request_once("PUT", path, body, wait_for_completion="false")
        except ClusterError as refusal:
            raise InvalidSettings(
                f"the cluster takes no snapshot into the repository {self._repository!r} "
                f"({refusal}); set DATELINE_CLUSTER_SNAPSHOTS to one that is registered"
            ) from refusal
        size = self._wait_for(path, on_bytes)
        snapshot = Snapshot(
            repository=self._repository,
            name=name,
            generation=generation,
            indexes=indexes,
            size=size,
        )
        data = {"format": SNAPSHOT_FORMAT, "version": _VERSION} | asdict(snapshot)
        with OutputFile(
            target, f"the snapshot {name} was taken, but the file that names it"
        ) as file:
            file.write(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def read(self, source: Path) -> Snapshot:
        """Read a backup's file, and check that its snapshot exists and is complete.

        Raises:
            BackupUnreadable: the file is not a backup, or the snapshot is missing or incomplete.

        """
        try:
            snapshot = _parsed(source.read_bytes())
        except OSError as error:
            raise BackupUnreadable(f"{source} cannot be read ({error}); nothing changed") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupUnreadable(
                f"{source} is not a backup of a cluster; backups of the embedded engine are "
                "restored with --engine tantivy; nothing changed"
            ) from error
        try:
            path = f"/_snapshot/{snapshot.repository}/{snapshot.name}"
            state = self._client.request("GET", path)["snapshots"][0]["state"]
        except ClusterError as refusal:
            raise BackupUnreadable(
                f"the snapshot {snapshot.name} is not in the repository {snapshot.repository} "
                f"({refusal}); nothing changed"
            ) from refusal
        if state != "SUCCESS":
            raise BackupUnreadable(
                f"the snapshot {snapshot.name} is not complete ({state}); nothing changed"
            )
        return snapshot

    def restore(self, snapshot: Snapshot, indexes: tuple[str, str]) -> None:
        """Restore a snapshot's indexes under other names.

        Raises:
            BackupUnreadable: the cluster cannot restore it.

        """
        path = f"/_snapshot/{snapshot.repository}/{snapshot.name}/_restore"
        for stored, restored in zip(snapshot.indexes, indexes, strict=True):
            body = {
                "indices": stored,
                "include_global_state": False,
                "include_aliases": False,
                "rename_pattern": ".+",
                "rename_replacement": restored,
            }
            try:
                result = self._client.request_once("POST", path, body, wait_for_completion="true")
            except ClusterError as refusal:
                raise BackupUnreadable(
                    f"{snapshot.name} cannot be restored ({refusal}); nothing changed"
                ) from refusal
            if result["snapshot"]["shards"]["failed"]:
                raise BackupUnreadable(
                    f"parts of {snapshot.name} cannot be restored; nothing changed"
                )

    def _wait_for(self, path: str, on_bytes: Callable[[int], None]) -> int:
        """Wait until a snapshot is finished, and return its size."""
        reported = 0
        while True:
            status: dict[str, Any] = self._client.request("GET", f"{path}/_status")["snapshots"][0]
            total = int(status["stats"]["total"]["size_in_bytes"])
            done = (
                total
                if status["state"] == "SUCCESS"
                else int(status["stats"].get("processed", {}).get("size_in_bytes", 0))
            )
            on_bytes(max(0, done - reported))
            reported = max(done, reported)
            if status["state"] == "SUCCESS":
                return total
            if status["state"] in ("FAILED", "PARTIAL"):
                raise WriteFailed(f"the snapshot failed ({status['state']}); see the cluster's log")
            time.sleep(_POLL_SECONDS)


def _parsed(data: bytes) -> Snapshot:
    content = orjson.loads(data)
    if (content.pop("format"), content.pop("version")) != (SNAPSHOT_FORMAT, _VERSION):
        raise ValueError
    return Snapshot(**content | {"indexes": tuple(content["indexes"])})
