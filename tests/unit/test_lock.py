"""The lock files fit pyproject.toml."""

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT
from tools.lock import DEVELOPMENT, RUNTIME

_PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _pins(name: str) -> dict[str, set[str]]:
    """Return the versions of each package; markers may select one of several."""
    pins: dict[str, set[str]] = {}
    for package, version in _PIN.findall(_text(name)):
        pins.setdefault(canonicalize_name(package), set()).add(version)
    return pins


def _runtime() -> list[str]:
    project = _PROJECT["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["opensearch"]]


def _development() -> Iterator[str]:
    """Yield the requirements of all extras and of the tools for development."""
    yield from _runtime()
    yield from _PROJECT["project"]["optional-dependencies"]["meaning"]
    for group in ("test", "lint", "bench"):
        yield from _PROJECT["dependency-groups"][group]


@pytest.mark.parametrize(
    ("lock", "requirements"), [(RUNTIME, _runtime()), (DEVELOPMENT, list(_development()))]
)
def test_every_dependency_is_locked_within_its_bounds(lock: str, requirements: list[str]) -> None:
    """A changed bound in pyproject.toml needs a renewed lock file (`make lock`)."""
    pins = _pins(lock)
    for requirement in map(Requirement, requirements):
        versions = pins.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is missing in {lock}"
        for version in versions:
            assert requirement.specifier.contains(version, prereleases=True), requirement


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_lock_files_have_hashes_and_no_addresses(lock: str) -> None:
    """An installation verifies every file, from whichever index it downloads."""
    text = _text(lock)
    assert "://" not in text
    assert "--hash=sha256:" in text
    for entry in re.split(r"\n(?=[\w.-]+(?:\[|==))", text.strip()):
        assert "--hash=sha256:" in entry, entry


def test_both_lock_files_agree() -> None:
    """The tests run with the versions that an installation gets."""
    development = _pins(DEVELOPMENT)
    assert {
        name: versions for name, versions in _pins(RUNTIME).items() if development[name] != versions
    } == {}
