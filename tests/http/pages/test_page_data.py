"""A view asks the engine for everything in one place; presenters and templates never do."""

import ast
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any, cast

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore, SearchEngine
from tests.conftest import ROOT, AppOf, StoreTuned, article, build, on_tantivy
from tests.support.settings import settings_of
from web.app import create_app

TEXT = " ".join(f"word{number}" for number in range(300))
"""The text of reprints."""
FORBIDDEN = ("search.index.protocols", "search.engines", "flask", "htmx_flask", "web.views")
"""Modules by which a presenter could reach an engine or a request."""


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Return stores of one engine; the engine makes no difference here."""
    return on_tantivy(tmp_path)


class CountingStore:
    """A store whose engines count the calls of their methods."""

    def __init__(self, store: GenerationStore) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def serving(self) -> SearchEngine:
        """Return the engine to count."""
        return cast("SearchEngine", CountingEngine(self._store.serving(), self.calls))


class CountingEngine:
    """An engine that counts the calls of its methods."""

    def __init__(self, engine: SearchEngine, calls: Counter[str]) -> None:
        self._engine = engine
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._engine, name)
        if callable(value) and name != "caches":
            self._calls[name] += 1
        return value


@pytest.fixture
def counted(store: GenerationStore, tmp_path: Path) -> tuple[FlaskClient, CountingStore]:
    """Give a client of 30 articles, two of them reprints of others, and the count of calls."""
    build(
        store,
        [
            article(
                number,
                title=f"Harbour {number}",
                body=TEXT if number in (3, 5, 11) else f"Body of {number}.",
                regions=["Asia"],
                published=f"2020-01-{31 - number:02}",
            )
            for number in range(1, 31)
        ],
    )
    counting = CountingStore(store)
    return create_app(counting, settings_of(data=str(tmp_path))).test_client(), counting


def _imports(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(str(node.module))
    return modules


def test_presenters_reach_no_engine() -> None:
    """A presenter turns values into values: it can be tested and changed without an index."""
    violations = [
        f"{path.name} imports {module}"
        for path in (ROOT / "web" / "presenters").rglob("*.py")
        for module in _imports(path)
        if module.startswith(FORBIDDEN)
    ]
    assert violations == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=harbour",
        "/?q=zzzz",
        "/articles/a3?q=harbour",
        "/browse/region",
        "/region/Asia",
        "/region/Asien",
        "/browse/date",
        "/help",
        "/coverage",
        "/compare?a=harbour&b=title",
        "/keys",
        "/trends",
        "/trends?s=harbour",
        "/mentions?q=harbour",
        "/overview?q=harbour",
        "/none",
        "/reprints?id=a3",
    ],
)
def test_templates_get_no_engine(store: GenerationStore, app_of: AppOf, path: str) -> None:
    """A template cannot search, since nothing that it is given can."""
    build(store, [article(3, title="Harbour")])
    app = app_of()
    contexts: list[dict[str, Any]] = []

    def note(_: Flask, context: dict[str, Any], **__: Any) -> None:
        contexts.append(context)

    with flask.template_rendered.connected_to(note, app):
        app.test_client().get(path)
    assert contexts
    for context in contexts:
        assert [name for name, value in context.items() if hasattr(value, "serving")] == []
        assert [name for name, value in context.items() if hasattr(value, "understand")] == []


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        ("/", {"search": 1, "hits": 1}),
        ("/?q=harbour", {"search": 1}),
        ("/?q=zzzz", {"search": 1, "understand": 1, "counts": 1, "hits": 1, "filled_facets": 1}),
        ("/?q=zzzz+harbour&match=all&region=Asia&region=Europe&date=1999",
         {"search": 1, "understand": 1, "counts": 1, "filled_facets": 1}),
        ("/articles/a4", {"article": 1, "understand": 1, "related": 1, "reprints": 1}),
        ("/articles/a4?q=harbour&sort=newest",
         {"article": 1, "understand": 1, "related": 1, "reprints": 1, "hits": 1}),
        ("/articles/a10?q=harbour&sort=newest",
         {"article": 1, "understand": 1, "related": 1, "reprints": 1, "hits": 1}),
        ("/browse/region?q=harbour", {"facet_values": 1, "understand": 1, "filled_facets": 1}),
        ("/browse/date?q=harbour", {"months": 1, "understand": 1, "filled_facets": 1}),
        ("/coverage", {"coverage": 1}),
        ("/compare", {}),
        ("/compare?a=harbour&b=zzzz", {"trends": 1}),
        ("/compare?a=harbour&b=body", {"trends": 1, "contrast": 1}),
        ("/overview?q=harbour", {"overview": 1, "understand": 1, "hits": 2}),
        ("/overview?q=zzzz", {"overview": 1, "understand": 1}),
        ("/region/Asia", {"search": 1, "overview": 1}),
        ("/region/Asia?q=harbour", {"search": 1, "overview": 1, "counts": 1}),
        ("/keys", {}),
        ("/trends", {"hits": 2, "counts": 1, "facet": 1, "filled_facets": 1}),
        ("/trends?s=harbour&s=body", {"trends": 1}),
        ("/trends?s=zzzz&by=day", {"trends": 1, "understand": 1}),
        ("/trends.svg?s=harbour", {"trends": 1}),
        ("/mentions?q=harbour", {"mentions": 1}),
        ("/reprints?id=a3", {"article": 1, "reprints": 1}),
        ("/reprints?id=a3&with=a4", {"article": 2, "reprints": 1}),
        ("/help", {"hits": 2, "counts": 1, "facet": 2, "filled_facets": 1}),
    ],
)  # fmt: skip
def test_a_page_takes_few_engine_calls(
    counted: tuple[FlaskClient, CountingStore], path: str, calls: dict[str, int]
) -> None:
    """Relaxations are counted at once, and one query finds an article's neighbours.

    The facets with values are counted once for a generation.
    """
    client, store = counted
    assert client.get(path).status_code == 200
    assert store.calls == calls


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_previous_and_next_walk_the_results(
    counted: tuple[FlaskClient, CountingStore], size: int
) -> None:
    """They visit each row of all pages in order, and lead back the same way."""
    client, _ = counted
    rows = []
    for page in range(1, 30 // size + 2):
        html = client.get(f"/?q=harbour&sort=newest&size={size}&page={page}").text
        rows += re.findall(r'<h2 dir="auto"><a href="([^"]+)"', html)
    assert len(rows) >= 28
    for relation, expected in (("next", rows), ("prev", rows[::-1])):
        path, visited = expected[0], []
        while path:
            visited.append(path)
            html = client.get(unescape(path)).text
            link = re.search(f'<a rel="{relation}" href="([^"]+)"', html)
            path = link[1] if link else ""
        assert visited == expected


def test_next_leads_beyond_the_numbered_pages(
    counted: tuple[FlaskClient, CountingStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the last page number, the next article is on the page of a cursor."""
    monkeypatch.setattr("web.views.article.MAX_PAGED_HITS", 10)
    client, _ = counted
    html = client.get("/articles/a10?q=harbour&sort=newest").text
    link = re.search(r'<a rel="next" href="([^"]+)"', html)
    assert link
    assert link[1].startswith("/articles/a11?")
    assert "cursor=" in link[1]
    after = client.get(unescape(link[1])).text
    assert 'rel="prev"' not in after
    assert re.search(r'<a rel="next" href="/articles/a12', after)
