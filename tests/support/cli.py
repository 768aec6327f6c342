"""The real command line, run as a subprocess."""

import atexit
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.warm_start import Starter

__all__ = ["Cli", "clean_environment"]


@dataclass
class Cli:
    """Runs `dateline` in a folder; `environment` holds the settings that choose an engine.

    A process is forked from one that has loaded the modules, unless `is_cold`.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    is_cold: bool = False

    def __call__(
        self,
        *arguments: str | Path,
        code: int = 0,
        stdin: bytes = b"",
        seconds: float = 120,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and check its exit code; its output is returned as text."""
        words = list(map(str, arguments))
        variables = clean_environment() | self.environment | environment
        if self.is_cold or not _starter().can_run_with(variables):
            returned, output, errors = self._run_cold(words, variables, stdin, seconds)
        else:
            returned, output, errors = _starter().run(words, self.folder, variables, stdin, seconds)
        out, err = output.decode(), errors.decode()
        assert returned == code, f"exit code {returned}\n{out}\n{err}"
        assert "Traceback" not in err
        return subprocess.CompletedProcess(words, returned, out, err)

    def _run_cold(
        self, arguments: list[str], environment: dict[str, str], stdin: bytes, seconds: float
    ) -> tuple[int, bytes, bytes]:
        process = subprocess.run(
            [sys.executable, "-m", "indexer", *arguments],
            cwd=self.folder,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
        return process.returncode, process.stdout, process.stderr


@cache
def _starter() -> Starter:
    starter = Starter(clean_environment())
    atexit.register(starter.close)
    return starter


def clean_environment() -> dict[str, str]:
    """Return this process's environment without Dateline's settings and with the project on the path."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")
    }
    return inherited | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
