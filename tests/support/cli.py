"""The real command line, run as a subprocess."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.paths import ROOT

__all__ = ["Cli", "clean_environment"]


@dataclass
class Cli:
    """Runs `dateline` in a folder; `environment` holds the settings that choose an engine."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *arguments: str | Path,
        code: int = 0,
        stdin: bytes = b"",
        seconds: float = 120,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and check its exit code; its output is returned as text."""
        process = subprocess.run(
            [sys.executable, "-m", "indexer", *map(str, arguments)],
            cwd=self.folder,
            env=clean_environment() | self.environment | environment,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
        out, err = process.stdout.decode(), process.stderr.decode()
        assert process.returncode == code, f"exit code {process.returncode}\n{out}\n{err}"
        assert "Traceback" not in err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without Dateline's settings and with the project on the path."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")
    }
    return inherited | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
