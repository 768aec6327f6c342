"""Moving an archive from one machine into a cluster and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.nodes import Cluster
from tests.conftest import SAMPLE, Cli, archive_in, environment_of

pytestmark = pytest.mark.cluster


def test_an_archive_moves_into_a_cluster_and_back(cluster: Cluster, tmp_path: Path) -> None:
    """An export of one engine, rebuilt in the other, has the same articles and counts."""
    with archive_in(cluster) as settings:
        inside = Cli(tmp_path, environment_of(settings))
        before, after = (
            Cli(tmp_path, {"DATELINE_DATA": "before"}),
            Cli(tmp_path, {"DATELINE_DATA": "after"}),
        )
        before("rebuild", SAMPLE)
        inside("rebuild", "-", stdin=before("export").stdout.encode())
        after("rebuild", "-", stdin=inside("export").stdout.encode())
        assert _articles(before) == _articles(inside) == _articles(after)
        assert _facets(before) == _facets(inside) == _facets(after)
        assert json.loads(inside("check", "--json").stdout)["ok"] is True


def test_a_backup_is_restored_with_its_copies(cluster: Cluster, tmp_path: Path) -> None:
    """After a restore no lost node takes articles away, as after a load."""
    with archive_in(cluster) as settings:
        cli = Cli(tmp_path, environment_of(settings))
        cli("rebuild", SAMPLE)
        cli("backup", "b")
        assert json.loads(cli("restore", "b", "--json").stdout)["articles"] == 42
        question = f"/_cat/indices/{settings.cluster.archive}.*?format=json&h=index,rep,health"
        indexes = cluster.ask(question)
        assert len(indexes) > 1
        assert {(each["rep"] != "0", each["health"]) for each in indexes} == {(True, "green")}


def _articles(cli: Cli) -> list[dict[str, Any]]:
    # The origin of an article changes.
    return [json.loads(line) | {"origin": ""} for line in cli("export").stdout.splitlines()]


def _facets(cli: Cli) -> Any:
    return json.loads(cli("stats", "--json").stdout)["facets"]
