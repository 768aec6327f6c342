"""Writes the examples of the API description from a real server's responses: `make examples`."""

import tempfile
from pathlib import Path
from typing import Any

import orjson

from tests.support.cli import Cli
from tests.support.paths import ROOT, SAMPLE
from tests.support.servers import Server, serving
from web.openapi.document import EXAMPLES_FILE
from web.openapi.operations import OPERATIONS
from web.urls import API

__all__ = ["EXAMPLES", "example_responses"]

EXAMPLES = ROOT / "web" / "openapi" / EXAMPLES_FILE
_FIXED_VALUES = {
    "took_ms": 1.9,
    "generation": "20260101-120000-000000",
    "built": "2026-01-01T12:00:00+00:00",
}
"""Replaces the values that differ between any two responses."""


def example_responses(server: Server) -> dict[str, Any]:
    """Return a server's response to each operation's example; it must serve the sample."""
    responses: dict[str, Any] = {}
    for operation in OPERATIONS:
        response = server.get(API + operation.example).raise_for_status().json()
        fixed = {key: value for key, value in _FIXED_VALUES.items() if key in response}
        link = response.get("links", {}).get("next", "")
        if "cursor=" in link:
            response["links"]["next"] = link.partition("cursor=")[0] + "cursor=WyI1…"
        responses[operation.name] = response | fixed
    return responses


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Cli(Path(folder))("rebuild", SAMPLE, "--data", f"{folder}/data")
        with serving("serve", "--data", f"{folder}/data", folder=Path(folder)) as server:
            examples = orjson.dumps(example_responses(server), option=orjson.OPT_INDENT_2)
            EXAMPLES.write_bytes(examples + b"\n")


if __name__ == "__main__":
    _write()
