"""The API's description says what is there, no more and no less, and what is answered keeps it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from search.index.protocols import GenerationStore
from search.model.article import ARTICLE_KEYS
from tests.conftest import ROOT, AppOf, Server
from tools.examples import EXAMPLES, example_responses
from web.openapi.operations import OPERATIONS, SEARCH
from web.urls import API

DESCRIPTION = f"{API}/openapi.json"
EXAMPLES_EACH = os.environ.get("EXAMPLES_EACH", "40")


@pytest.fixture(scope="module")
def described(sample_server: Server) -> dict[str, Any]:
    """Give the description."""
    told: dict[str, Any] = sample_server.get(DESCRIPTION).json()
    return told


def closed(described: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an answer's schema in which a key that is not described is wrong."""
    parts = {
        each: schema | ({"additionalProperties": False} if "properties" in schema else {})
        for each, schema in described["components"]["schemas"].items()
    }
    return {"$ref": f"#/components/schemas/{name}", "components": {"schemas": parts}}


def test_every_path_is_described(
    store: GenerationStore, described: dict[str, Any], app_of: AppOf
) -> None:
    """A service's developer finds all that is below /api/v1 in the description, and the other forms of a search."""
    rules = {rule.rule for rule in app_of().url_map.iter_rules()}
    below = {rule for rule in rules if rule.startswith(API)} - {DESCRIPTION}
    spelled = {
        f"{API}/search",
        f"{API}/suggest",
        f"{API}/articles/<everything:article_id>",
        f"{API}/facets/<name>",
    }
    assert below == spelled
    assert set(described["paths"]) == {API + each.path for each in OPERATIONS} | {
        "/export.csv", "/export.jsonl", "/export.bib", "/export.ris", "/feed.atom"
    }  # fmt: skip


def test_every_parameter_is_described_and_read(
    sample_server: Server, described: dict[str, Any]
) -> None:
    """What the description takes the service takes, and what it lacks the service refuses."""
    told = {each["name"] for each in described["paths"][f"{API}/search"]["get"]["parameters"]}
    assert told == set(SEARCH.parameters)
    refused = sample_server.get(f"{API}/search?nonsense=1").json()["errors"]
    assert [each["parameter"] for each in refused] == ["nonsense"]
    for operation in OPERATIONS:
        path = API + operation.example.partition("?")[0]
        for name, parameter in operation.parameters.items():
            schema = parameter.schema
            given = schema.get("default") or (schema.get("enum") or [""])[0]
            answer = sample_server.get(
                path, params={name: given or "2017"} if name not in ("cursor", "from", "to") else {}
            )
            assert answer.status_code == 200, (path, name, answer.text)


def test_answers_keep_the_description(sample_server: Server, described: dict[str, Any]) -> None:
    """No answer has a key that is not described, none lacks one that is promised."""
    search = f"{API}/search"
    asked = {
        "SearchResponse": [
            search, f"{search}?q=UK+bakers", f"{search}?q=flamigos", f"{search}?q=brine+flamingos&explain=1",
            f"{search}?q=river&from=2010-01-01&to=2020-01-01&-theme=Energy&theme=Science&page=1&size=1",
            f"{search}?q=yusuf+permanent", f"{search}?sort=oldest&page=2&size=2",
        ],
        "ProblemResponse": [f"{search}?q={'y' * 1001}&sort=x", f"{API}/none", f"{API}/articles/none", f"{API}/facets/none"],
    }  # fmt: skip
    for operation in OPERATIONS:
        asked.setdefault(operation.answer.__name__, []).append(API + operation.example)
    for name, paths in asked.items():
        for path in paths:
            jsonschema.validate(sample_server.get(path).json(), closed(described, name))


def test_articles_are_described_by_their_keys(described: dict[str, Any]) -> None:
    """An article's keys are the contract's, each with its meaning."""
    article = described["components"]["schemas"]["Article"]
    assert tuple(article["properties"]) == tuple(article["required"]) == ARTICLE_KEYS
    assert all(each["description"] for each in article["properties"].values())


def test_the_examples_are_what_the_sample_answers(
    sample_server: Server, described: dict[str, Any]
) -> None:
    """What the page shows is what comes back; `make examples` writes it anew."""
    assert orjson.loads(EXAMPLES.read_bytes()) == example_responses(sample_server)
    shown = described["paths"][f"{API}/search"]["get"]["responses"]["200"]["content"][
        "application/json"
    ]["examples"]
    assert shown["sample"]["value"]["hits"]


def test_made_up_requests_are_answered_as_described(sample_server: Server, tmp_path: Path) -> None:
    """Whatever is asked by the description or against it, no answer is a 5xx, undescribed, or of another shape."""
    (tmp_path / "schemathesis.toml").write_text(
        # A cursor's text, and pages past the first matches, are 400 by what no schema can say; 410 needs an update.
        '[checks]\npositive_data_acceptance.expected-statuses = ["2xx", 304, 400, 404, 410]\n',
        "utf-8",
    )
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", sample_server.url.rstrip("/") + DESCRIPTION,
            "--max-examples", EXAMPLES_EACH, "--seed", "1", "--generation-database", "none", "--no-color",
            "--include-path-regex", f"^{API}/",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(OPERATIONS)} selected" in done.stdout
