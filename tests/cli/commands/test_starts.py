"""Every command as a user starts it, and as other tests start it to save time."""

import json
import subprocess
from pathlib import Path

import pytest

from indexer.cli.main import COMMANDS
from tests.support.cli import Cli
from tests.support.paths import SAMPLE

_EACH_COMMAND = (
    ("rebuild", SAMPLE),
    ("update", SAMPLE),
    ("delete", "ID"),
    ("read", SAMPLE),
    ("rollback",),
    ("backup", "b.tar"),
    ("restore", "b.tar"),
    ("check",),
    ("export",),
    ("search", "river"),
    ("stats",),
    ("queries",),
    ("settings",),
    ("keys", "list"),
)
_ALIKE = (
    (("settings",), 0),
    (("search", "river", "--json"), 1),
    (("read", "-"), 0),
    (("--version",), 0),
    (("nothing",), 2),
)


def test_every_command_runs_as_a_user_starts_it(tmp_path: Path) -> None:
    """A new interpreter loads all that a command needs; `serve` and `demo` have tests of theirs."""
    cli = Cli(tmp_path, is_cold=True)
    for command, *arguments in _EACH_COMMAND:
        cli(command, *(_found(cli) if word == "ID" else word for word in arguments))
    assert {command for command, *_ in _EACH_COMMAND} == set(COMMANDS) - {"demo", "serve"}


def _found(cli: Cli) -> str:
    return str(json.loads(cli("search", "tug", "--json").stdout)["hits"][0]["id"])


@pytest.mark.parametrize(("arguments", "code"), _ALIKE)
def test_a_fork_answers_as_a_new_interpreter_does(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    """Both have the same exit code and outputs, so tests may fork to save time."""
    article = b'{"title": "On forks", "published": "2020-01-01", "body": "A fork."}\n'
    forked, new = (
        Cli(tmp_path, is_cold=is_cold)(*arguments, code=code, stdin=article, DATELINE_TITLE="Fork")
        for is_cold in (False, True)
    )
    assert (forked.stdout, forked.stderr) == (new.stdout, new.stderr)


def test_a_fork_is_killed_when_it_runs_for_too_long(cli: Cli) -> None:
    """A command that takes longer than its test allows fails it, and the next one runs."""
    with pytest.raises(subprocess.TimeoutExpired):
        cli("rebuild", SAMPLE, seconds=0.001)
    assert "dateline" in cli("--version").stdout
