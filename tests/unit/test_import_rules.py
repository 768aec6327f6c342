"""The import rules of ARCHITECTURE.md."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = ("search", "indexer", "web")
# Which files alone may import a package.
ONLY = {
    "tantivy": ["search/engines/tantivy/*"],
    "opensearchpy": ["search/engines/opensearch/*"],
    "flask": ["web/*"],
    "htmx_flask": ["web/*"],
    "isal": ["web/middleware/compression.py"],
    "granian": ["web/processes/granian_server.py"],
    "click": ["indexer/cli/*"],
    "warcio": ["indexer/input/web_archive.py"],
    "feedparser": ["indexer/formats/feeds/*"],
    "trafilatura": ["indexer/formats/page/*"],
    "rich": ["indexer/cli/*", "indexer/progress.py"],
    "babel": ["indexer/formats/dates/month_names.py", "web/theme/i18n.py"],
    "nameparser": ["web/presenters/citations/person_names.py"],
    "anyascii": ["web/presenters/downloads/file_names.py"],
    "markdown_it": ["search/analysis/body_markup.py", "web/presenters/article_body.py"],
    "Stemmer": ["search/analysis/analyzer.py"],
    "numpy": ["search/analysis/embeddings.py"],
    "tokenizers": ["search/analysis/embeddings.py"],
    "rapidfuzz": [
        "search/query/vocabulary/vocabulary.py",
        "search/results/near_names.py",
        "search/results/suggester.py",
    ],
    "indexer": ["indexer/*"],
    "web": ["web/*", "indexer/cli/serve.py"],
}
DOOR = "web.server"
"""The one module of the web that the command line imports."""


@cache
def _modules() -> dict[str, Path]:
    """Map the name of each module and package to its file."""
    found = {}
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


def _imports(path: Path) -> Iterator[str]:
    """Yield the full names of what a file imports; names from a package may be modules of it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            for name in node.names:
                module = f"{node.module}.{name.name}"
                yield module if module in _modules() else str(node.module)


def _package(module: str) -> str:
    """Return the package of a module; modules next to the packages of a top-level folder stand for themselves."""
    if _modules()[module].name == "__init__.py":
        return f"{module}.__init__"
    package = module.rpartition(".")[0]
    return module if package in FOLDERS else package


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_only_allowed_modules_import_a_package() -> None:
    """Each library, and each top-level folder, stays replaceable because few modules know it."""
    violations = []
    for path in _modules().values():
        name = _name(path)
        for module in _imports(path):
            allowed = ONLY.get(module.partition(".")[0])
            if allowed and not any(fnmatch(name, pattern) for pattern in allowed):
                violations.append(f"{name} imports {module}")
            if name == "indexer/cli/serve.py" and module.startswith("web") and module != DOOR:
                violations.append(f"{name} imports {module}")
    assert violations == []


def test_engines_are_named_in_their_table_only() -> None:
    """A new engine needs a row in `search/engines/__init__.py` and no change elsewhere."""
    for path in _modules().values():
        if not _name(path).startswith("search/engines/"):
            assert [
                module for module in _imports(path) if module.startswith("search.engines.")
            ] == [], _name(path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_packages_form_no_cycle(folder: str) -> None:
    """Two packages that import each other can neither be read nor changed one at a time."""
    edges: dict[str, set[str]] = {}
    for module, path in _modules().items():
        if module.partition(".")[0] != folder:
            continue
        package = _package(module)
        others = {_package(other) for other in _imports(path) if other in _modules()}
        edges.setdefault(package, set()).update(others - {package})
    assert _cyclic(edges) == {}


def _cyclic(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return what is left of a graph when all that leads to no cycle is taken away."""
    left = dict(edges)
    while ends := [node for node, others in left.items() if not others & left.keys()]:
        for node in ends:
            del left[node]
    return {node: others & left.keys() for node, others in left.items()}


def test_a_cycle_is_found() -> None:
    """The search for cycles reports a cycle, and none where there is none."""
    assert _cyclic({"a": {"b"}, "b": {"c"}, "c": set()}) == {}
    assert _cyclic({"a": {"b"}, "b": {"a"}, "c": {"a"}}).keys() == {"a", "b", "c"}


def test_packages_stay_small() -> None:
    """A package is read at a glance: at most 14 modules, `formats` excepted, and none above 400 lines."""
    sizes: dict[Path, int] = {}
    for path in _modules().values():
        if path.name != "__init__.py":
            sizes[path.parent] = sizes.get(path.parent, 0) + 1
        assert len(path.read_text("utf-8").splitlines()) <= 400, _name(path)
    assert {_name(folder): size for folder, size in sizes.items() if size > 14} == {}
