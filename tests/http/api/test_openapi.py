"""The OpenAPI document is complete, and answers match it."""

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
    """Return the OpenAPI document."""
    document: dict[str, Any] = sample_server.get(DESCRIPTION).json()
    return document


def closed(described: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the schema of an answer that allows no undescribed key."""
    parts = {
        name: schema | ({"additionalProperties": False} if "properties" in schema else {})
        for name, schema in described["components"]["schemas"].items()
    }
    return {"$ref": f"#/components/schemas/{name}", "components": {"schemas": parts}}


def test_every_path_is_described(
    store: GenerationStore, described: dict[str, Any], app_of: AppOf
) -> None:
    """The document has all paths below /api/v1 and the other formats of a search."""
    rules = {rule.rule for rule in app_of().url_map.iter_rules()}
    below = {rule for rule in rules if rule.startswith(API)} - {DESCRIPTION}
    spelled = {
        f"{API}/search",
        f"{API}/suggest",
        f"{API}/coverage",
        f"{API}/articles/<article_id:article_id>",
        f"{API}/facets/<name>",
        f"{API}/overview",
        f"{API}/trends",
    }
    assert below == spelled
    assert set(described["paths"]) == {API + operation.path for operation in OPERATIONS} | {
        "/export.csv", "/export.jsonl", "/export.bib", "/export.ris", "/feed.atom",
        "/trends.csv", "/coverage.csv",
    }  # fmt: skip


def test_every_parameter_is_described_and_read(
    sample_server: Server, described: dict[str, Any]
) -> None:
    """The service accepts the values that are described and refuses others."""
    names = {
        parameter["name"] for parameter in described["paths"][f"{API}/search"]["get"]["parameters"]
    }
    assert names == set(SEARCH.parameters)
    refused = sample_server.get(f"{API}/search?nonsense=1").json()["errors"]
    assert [error["parameter"] for error in refused] == ["nonsense"]
    for operation in OPERATIONS:
        path = API + operation.example.partition("?")[0]
        required = {
            name: "2017" for name, parameter in operation.parameters.items() if parameter.required
        }
        for name, parameter in operation.parameters.items():
            schema = parameter.schema
            value = schema.get("default") or (schema.get("enum") or [""])[0]
            given = {} if name in ("cursor", "from", "to") else {name: value or "2017"}
            answer = sample_server.get(path, params=required | given)
            assert answer.status_code == 200, (path, name, answer.text)


def test_answers_match_their_schemas(sample_server: Server, described: dict[str, Any]) -> None:
    """No answer has an undescribed key or lacks a required one."""
    search = f"{API}/search"
    requests = {
        "SearchResponse": [
            search, f"{search}?q=UK+bakers", f"{search}?q=flamigos",
            f"{search}?q=brine+flamingos&explain=1",
            f"{search}?q=river&from=2010-01-01&to=2020-01-01&-theme=Energy&theme=Science&page=1&size=1",
            f"{search}?q=yusuf+permanent", f"{search}?sort=oldest&page=2&size=2",
        ],
        "ProblemResponse": [f"{search}?q={'y' * 1001}&sort=x", f"{API}/none",
        f"{API}/articles/none", f"{API}/facets/none"],
    }  # fmt: skip
    for operation in OPERATIONS:
        requests.setdefault(operation.response.__name__, []).append(API + operation.example)
    for name, paths in requests.items():
        for path in paths:
            jsonschema.validate(sample_server.get(path).json(), closed(described, name))


def test_every_key_of_an_article_is_described(described: dict[str, Any]) -> None:
    """The schema has the keys of the contract, each with its meaning."""
    article = described["components"]["schemas"]["Article"]
    assert tuple(article["properties"]) == tuple(article["required"]) == ARTICLE_KEYS
    assert all(schema["description"] for schema in article["properties"].values())


def test_the_examples_are_answers_of_the_sample(
    sample_server: Server, described: dict[str, Any]
) -> None:
    """`make examples` writes them."""
    assert orjson.loads(EXAMPLES.read_bytes()) == example_responses(sample_server)
    shown = described["paths"][f"{API}/search"]["get"]["responses"]["200"]["content"][
        "application/json"
    ]["examples"]
    assert shown["sample"]["value"]["hits"]


def test_generated_requests_get_described_answers(sample_server: Server, tmp_path: Path) -> None:
    """No valid or invalid request gets a 5xx or an answer of another schema."""
    (tmp_path / "schemathesis.toml").write_text(
        # Invalid cursors and pages beyond the limit are 400, which no schema can express; 410 needs
        # an update.
        '[checks]\npositive_data_acceptance.expected-statuses = ["2xx", 304, 400, 404, 410]\n',
        "utf-8",
    )
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run",
            sample_server.url.rstrip("/") + DESCRIPTION,
            "--max-examples", EXAMPLES_EACH, "--seed", "1", "--generation-database", "none",
            "--no-color",
            "--include-path-regex", f"^{API}/",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(OPERATIONS)} selected" in done.stdout
