"""Files that are not modules are part of an installed package."""

import tomllib
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
_PACKAGED = {
    path
    for package, patterns in _DECLARED["package-data"].items()
    for pattern in patterns
    for path in ROOT.joinpath(*package.split(".")).glob(pattern)
}


@pytest.mark.parametrize("folder", ["search", "indexer", "web"])
def test_every_file_is_packaged(folder: str) -> None:
    """A template or style sheet in a new folder is not missing where Dateline is installed."""
    missing = {path for path in _data_files(ROOT / folder) if path not in _PACKAGED}
    assert not missing


def _data_files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and path.name != ".DS_Store"
    ]
