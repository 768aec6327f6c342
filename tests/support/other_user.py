"""The command line as another user, for tests that root runs: one user loads, another serves."""

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.cli import clean_environment
from tests.support.paths import ROOT

IS_ROOT = os.geteuid() == 0
_BASE = Path(sys.base_prefix)
_SITE = Path(sysconfig.get_path("purelib"))


@dataclass(frozen=True)
class OtherUser:
    """A user by numbers; `umask` is what commands run with."""

    user: int
    group: int
    groups: Sequence[int] = ()
    umask: int = 0o022
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str | Path, folder: Path) -> "subprocess.Popen[str]":
        """Start a command in a folder; root alone can."""
        places = [_BASE, _SITE, ROOT]
        if not all(map(_is_open, places)):
            return self._started_apart(places, arguments, folder)
        return self._started(f"{_BASE}/bin/{_python()}", [_SITE, ROOT], arguments, folder)

    def run(self, *arguments: str | Path, folder: Path, code: int = 0) -> str:
        """Run a command, demand its exit code, and return what it said."""
        process = self.start(*arguments, folder=folder)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == code, said
        assert "Traceback" not in said
        return said

    def _started(
        self, python: str, paths: Sequence[Path], arguments: Sequence[str | Path], folder: Path
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [python, "-m", "indexer", *map(str, arguments)],
            cwd=folder,
            env=self._environment(paths),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=self.user,
            group=self.group,
            extra_groups=list(self.groups),
            umask=self.umask,
        )

    def _started_apart(
        self, places: Sequence[Path], arguments: Sequence[str | Path], folder: Path
    ) -> "subprocess.Popen[str]":
        """Start a command that sees the folders of Python and the project, which others may not enter, elsewhere."""
        script = ['set -e; T=$(mktemp -d); chmod 755 "$T"; mount -t tmpfs -o mode=755 tmpfs "$T"']
        script += [
            f'mkdir "$T/{number}"; mount --bind "{place}" "$T/{number}"'
            for number, place in enumerate(places)
        ]
        groups = f"--groups={','.join(map(str, self.groups))}" if self.groups else "--clear-groups"
        script += [
            f"umask {self.umask:03o}",
            'export PYTHONPATH="$T/1:$T/2" LD_LIBRARY_PATH="$T/0/lib"',
            f'exec setpriv --reuid={self.user} --regid={self.group} {groups} "$T/0/bin/{_python()}" -m indexer "$@"',
        ]
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", "; ".join(script), "sh", *map(str, arguments)],
            cwd=folder,
            env=self._environment([]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def _environment(self, paths: Sequence[Path]) -> dict[str, str]:
        own = {
            "PYTHONPATH": ":".join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/tmp",
        }
        return clean_environment() | own | self.environment


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a new folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="dateline-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _python() -> str:
    return f"python3.{sys.version_info.minor}"


def _is_open(place: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (place, *place.parents))
