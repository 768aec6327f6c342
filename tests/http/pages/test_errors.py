"""Pages that say that something is wrong, and the way out."""

import json

import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build


def test_an_error_that_nobody_expected_is_a_page(
    store: GenerationStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    app_of: AppOf,
) -> None:
    """A reader is told that it is not their doing and may try again; what went wrong stands in the log alone."""
    build(store, [article(1)])
    client = app_of().test_client()

    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the server's")

    monkeypatch.setattr(type(store.serving()), "search", fail)
    answer = client.get("/?q=river&region=Asia")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert '<a href="/?q=river&amp;region=Asia">Try again</a>' in answer.text
    assert "secret" not in answer.text
    assert "a secret of the server's" in caplog.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    problem = client.get("/api/v1/search?q=river")
    assert (problem.status_code, problem.mimetype) == (500, "application/problem+json")


def test_an_archive_without_an_index_says_who_makes_one(app_of: AppOf) -> None:
    """The first visitor of a new site, and an address that leads nowhere, are answered all the same."""
    client = app_of().test_client()
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "There is no index yet" in answer.text
    assert "dateline rebuild" in answer.text
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
def test_a_long_address_that_leads_nowhere_is_no_error_of_ours(
    store: GenerationStore, path: str, app_of: AppOf
) -> None:
    """An address may have more letters than a search may; what is near it is asked for by those that fit."""
    build(store, [article(1)])
    assert app_of().test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/?page=x", "page=x"),
        ("/?from=2017-13-01&size=0", "size=0"),
        ("/browse/author?order=x", "order=x"),
    ],
)
def test_an_address_that_cannot_be_read_names_what_is_wrong(
    store: GenerationStore, path: str, told: str, app_of: AppOf
) -> None:
    """Each faulty part is named once, as it stands in the address, and the box to search anew is there."""
    build(store, [article(1)])
    answer = app_of().test_client().get(path)
    assert answer.status_code == 400
    assert "Invalid address" in answer.text
    assert f"<li>{told}: " in answer.text
    assert 'id="q"' in answer.text


BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "path",
    ["/export.csv?sort=x", "/export.jsonl?from=x", "/export.bib?match=x", "/feed.atom?page=x"],
)
@pytest.mark.parametrize(
    ("accepted", "is_page"), [({}, False), ({"Accept": "*/*"}, False), ({"Accept": BROWSERS}, True)]
)
def test_a_program_that_takes_matches_along_is_told_what_is_wrong(
    store: GenerationStore, app_of: AppOf, path: str, accepted: dict[str, str], is_page: bool
) -> None:
    """A download that went wrong is a problem that a program can read, never a page in its file; a reader who followed a link has the page."""
    build(store, [article(1)])
    answer = app_of().test_client().get(path, headers=accepted)
    assert (answer.status_code, answer.mimetype) == (
        400,
        "text/html" if is_page else "application/problem+json",
    )
    if not is_page:
        assert [each["parameter"] for each in json.loads(answer.text)["errors"]] == [
            path.partition("?")[2].partition("=")[0]
        ]
