"""The command line as another user, for tests that run as root."""

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
    """A user by its ids, and the umask of its commands."""

    user: int
    group: int
    groups: Sequence[int] = ()
    umask: int = 0o022
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str | Path, folder: Path) -> "subprocess.Popen[str]":
        """Start a command in a folder; only root can."""
        paths = [_BASE, _SITE, ROOT]
        if not all(map(_is_open, paths)):
            return self._start_with_mounts(paths, arguments, folder)
        return self._start(f"{_BASE}/bin/{_python()}", [_SITE, ROOT], arguments, folder)

    def run(self, *arguments: str | Path, folder: Path, code: int = 0) -> str:
        """Run a command, check its exit code, and return its output."""
        process = self.start(*arguments, folder=folder)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == code, output
        assert "Traceback" not in output
        return output

    def _start(
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

    def _start_with_mounts(
        self, paths: Sequence[Path], arguments: Sequence[str | Path], folder: Path
    ) -> "subprocess.Popen[str]":
        """Start a command that sees closed folders, mounted elsewhere in a mount namespace."""
        script = ['set -e; T=$(mktemp -d); chmod 755 "$T"; mount -t tmpfs -o mode=755 tmpfs "$T"']
        script += [
            f'mkdir "$T/{number}"; mount --bind "{path}" "$T/{number}"'
            for number, path in enumerate(paths)
        ]
        groups = f"--groups={','.join(map(str, self.groups))}" if self.groups else "--clear-groups"
        script += [
            f"umask {self.umask:03o}",
            'export PYTHONPATH="$T/1:$T/2" LD_LIBRARY_PATH="$T/0/lib"',
            (
                f"exec setpriv --reuid={self.user} --regid={self.group} {groups}"
                f' "$T/0/bin/{_python()}" -m indexer "$@"'
            ),
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
    """Give a temporary folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="dateline-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _python() -> str:
    return f"python3.{sys.version_info.minor}"


def _is_open(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))
