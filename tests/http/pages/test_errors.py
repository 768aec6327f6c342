"""Error pages: the problem and the way out."""

import json
from pathlib import Path

import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, StoreTuned, article, build, on_tantivy


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Return stores of one engine; the engine makes no difference here."""
    return on_tantivy(tmp_path)


def test_an_unexpected_error_is_a_page(
    store: GenerationStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    app_of: AppOf,
) -> None:
    """Readers are offered to try again; the cause is in the log only."""
    build(store, [article(1)])
    client = app_of().test_client()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("an internal secret")

    monkeypatch.setattr(type(store.serving()), "search", fail)
    response = client.get("/?q=river&region=Asia")
    assert response.status_code == 500
    assert "Something went wrong" in response.text
    assert '<a href="/?q=river&amp;region=Asia">Try again</a>' in response.text
    assert "secret" not in response.text
    assert "an internal secret" in caplog.text
    assert response.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    problem = client.get("/api/v1/search?q=river")
    assert (problem.status_code, problem.mimetype) == (500, "application/problem+json")


def test_a_missing_index_is_explained(app_of: AppOf) -> None:
    """Pages of a new site, and 404 pages, work without an index."""
    client = app_of().test_client()
    response = client.get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "There is no index yet" in response.text
    assert "dateline rebuild" in response.text
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert "Page not found" in missing.text


@pytest.mark.parametrize(
    "path",
    [
        f"/{'a' * 2_000}",
        "/" + "/".join(letter * 300 for letter in "abcdefgh"),
        f"/articles/{'a' * 2_000}",
        f"/static/{'a' * 2_000}",
        f"/browse/{'a' * 2_000}",
    ],
)
def test_long_addresses_cause_no_server_error(
    store: GenerationStore, path: str, app_of: AppOf
) -> None:
    """Only as many words of the path are searched as a query may have."""
    build(store, [article(1)])
    assert app_of().test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/?page=x", "page=x"),
        ("/?from=2017-13-01&size=0", "size=0"),
        ("/browse/author?order=x", "order=x"),
    ],
)
def test_invalid_parameters_are_named(
    store: GenerationStore, path: str, parameter: str, app_of: AppOf
) -> None:
    """Each invalid parameter is named once, and the page has a search box."""
    build(store, [article(1)])
    response = app_of().test_client().get(path)
    assert response.status_code == 400
    assert "Invalid address" in response.text
    assert f"<li>{parameter}: " in response.text
    assert 'id="q"' in response.text


BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "path",
    ["/export.csv?sort=x", "/export.jsonl?from=x", "/export.bib?match=x", "/feed.atom?page=x"],
)
@pytest.mark.parametrize(
    ("accepted", "is_page"), [({}, False), ({"Accept": "*/*"}, False), ({"Accept": BROWSERS}, True)]
)
def test_downloads_report_errors_as_problems(
    store: GenerationStore, app_of: AppOf, path: str, accepted: dict[str, str], is_page: bool
) -> None:
    """Programs get a problem rather than a page in their file; browsers get a page."""
    build(store, [article(1)])
    response = app_of().test_client().get(path, headers=accepted)
    assert (response.status_code, response.mimetype) == (
        400,
        "text/html" if is_page else "application/problem+json",
    )
    if not is_page:
        assert [problem["parameter"] for problem in json.loads(response.text)["errors"]] == [
            path.partition("?")[2].partition("=")[0]
        ]
