"""The walls of ARCHITECTURE.md, read from the imports."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from tests.conftest import ROOT

# Who alone may import what, by file; `web.server` is the one door between the command line and the web.
ONLY = {
    "tantivy": ["search/engines/tantivy_*.py"],
    "opensearchpy": ["search/engines/opensearch_*.py"],
    "flask": ["web/*.py"],
    "htmx_flask": ["web/*.py"],
    "granian": ["web/server.py", "web/listening.py"],
    "click": ["indexer/cli/*.py"],
    "warcio": ["indexer/input/web_archive.py"],
    "feedparser": ["indexer/formats/feeds/*.py"],
    "trafilatura": ["indexer/formats/page/*.py"],
    "rich": ["indexer/cli/*.py", "indexer/progress.py"],
    "babel": ["indexer/formats/dates/month_names.py", "web/wording.py"],
    "markdown_it": ["web/prose.py"],
    "Stemmer": ["search/analysis.py"],
    "numpy": ["search/meaning.py"],
    "tokenizers": ["search/meaning.py"],
    "rapidfuzz": ["search/spelling.py", "search/suggest.py"],
    "indexer": ["indexer/*"],
    "web": ["web/*.py", "indexer/cli/serve.py"],
}
DOOR = "web.server"


def _sources() -> Iterator[Path]:
    for folder in ("search", "indexer", "web"):
        yield from (ROOT / folder).rglob("*.py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield node.module or ""


def test_walls_stand() -> None:
    """A module that imports over a wall would couple what must be exchangeable."""
    crossed = []
    for path in _sources():
        name = path.relative_to(ROOT).as_posix()
        for module in _imports(path):
            allowed = ONLY.get(module.partition(".")[0])
            if allowed and not any(fnmatch(name, pattern) for pattern in allowed):
                crossed.append(f"{name} imports {module}")
            if name == "indexer/cli/serve.py" and module.startswith("web") and module != DOOR:
                crossed.append(f"{name} imports {module}")
    assert not crossed


def test_search_engines_are_known_by_their_table_alone() -> None:
    """Naming an engine outside its package would need a change there for the next engine."""
    for path in _sources():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("search/engines/"):
            assert not [module for module in _imports(path) if module.startswith("search.engines.")], name


def test_packages_of_the_indexer_form_no_cycle() -> None:
    """Two packages that import each other can be neither read nor changed one at a time."""
    uses: dict[str, set[str]] = {}
    for path in (ROOT / "indexer").rglob("*.py"):
        package = path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for module in _imports(path):
            if module.startswith("indexer."):
                place = ROOT / module.replace(".", "/")
                other = module if place.is_dir() else module.rpartition(".")[0]
                uses.setdefault(package, set()).add(other)
    waiting = {package: others - {package} for package, others in uses.items()}
    while free := [package for package, others in waiting.items() if not others & waiting.keys()]:
        for package in free:
            del waiting[package]
    assert not waiting
