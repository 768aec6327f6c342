"""An article that its source made private leaves the index with the next update."""

import json
from pathlib import Path

import pytest

from tests.cli.load.test_update import counts, generation, load, titles
from tests.support.cli import Cli
from tests.support.exports import EXPORT_END, EXPORT_HEAD, item


@pytest.fixture
def cli(every_cli: Cli) -> Cli:
    """Run on every engine."""
    return every_cli


def export(path: Path, *items: str) -> Path:
    """Write a WordPress export."""
    path.write_text(EXPORT_HEAD + "".join(items) + EXPORT_END)
    return path


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        (item(2, status="private"), "status private"),
        (item(2, status="draft"), "status draft"),
        (item(2, more="<wp:post_password>oyster</wp:post_password>"), "password"),
    ],
)
def test_a_post_that_is_hidden_leaves_the_index(cli: Cli, changed: str, kind: str) -> None:
    """A hidden post leaves the index with the next update, even without --prune."""
    source = export(cli.folder / "export.xml", item(1), item(2), item(3))
    load(cli, "rebuild", source)
    export(source, item(1), changed, item(3))
    dry = load(cli, "update", source, "--dry-run")
    assert dry["ids"]["deleted"] == ["https://tide.example/?p=2"]
    report = load(cli, "update", source)
    assert (counts(report), report["skipped"], report["read"]) == ((0, 0, 2, 1), {kind: 1}, 3)
    assert sorted(titles(cli)) == ["https://tide.example/?p=1", "https://tide.example/?p=3"]
    quiet = generation(cli)
    assert counts(load(cli, "update", source)) == (0, 0, 2, 0)
    assert generation(cli) == quiet
    export(source, item(1), item(2), item(3))
    assert counts(load(cli, "update", source)) == (1, 0, 2, 0)
    assert json.loads(cli("check", "--json").stdout)["ok"] is True


def test_of_two_records_the_later_one_decides(cli: Cli) -> None:
    """If a post is public in one export and a draft in another, the last one decides."""
    folder = cli.folder / "in"
    folder.mkdir()
    export(folder / "a.xml", item(1), item(2, status="draft"))
    export(folder / "b.xml", item(1, status="draft"), item(2), item(3))
    report = load(cli, "rebuild", folder)
    assert (report["read"], report["added"], report["replaced"], report["skipped"]) == (
        5,
        2,
        1,
        {"status draft": 2},
    )
    assert sorted(titles(cli)) == ["https://tide.example/?p=2", "https://tide.example/?p=3"]
    assert json.loads(cli("check", "--json").stdout)["ok"] is True
