"""Write the lock files: exact versions of all dependencies with hashes, and no download addresses.

`make lock` writes both files. requirements.lock has the runtime dependencies with the OpenSearch
client; requirements-dev.lock adds the extras and the development tools. They are resolved by uv for
every supported Python version and platform at once, which pip cannot do.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
OLDEST_PYTHON = "3.11"
_COMPILE = ("compile", "--quiet", "--no-header", "--no-annotate", "--python-version", OLDEST_PYTHON)
_HASHED = ("--universal", "--generate-hashes")


def _resolve(output: str, *options: str) -> None:
    """Resolve pyproject.toml into a requirements file."""
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", *_COMPILE, *options, "-o", output, "pyproject.toml"],
        cwd=ROOT,
        check=True,
    )


def write_locks(*, upgrade: bool) -> None:
    """Write both lock files; without `upgrade`, pinned versions that are still allowed stay."""
    newest = ("--upgrade",) if upgrade else ()
    _resolve(RUNTIME, *_HASHED, *newest, "--extra", "opensearch")
    # The constraint keeps the versions of both files equal.
    _resolve(DEVELOPMENT, *_HASHED, *newest, "--all-extras", "--group", "dev", "-c", RUNTIME)


def write_lowest(path: Path) -> None:
    """Write the lowest allowed version of each direct dependency of the project and its extras."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _resolve(str(path.resolve()), "--resolution", "lowest-direct", "--all-extras")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the lock files.")
    parser.add_argument("--upgrade", action="store_true", help="use the newest allowed versions")
    parser.add_argument(
        "--lowest", type=Path, metavar="FILE", help="write the lowest allowed versions instead"
    )
    arguments = parser.parse_args()
    if arguments.lowest:
        write_lowest(arguments.lowest)
    else:
        write_locks(upgrade=arguments.upgrade)
