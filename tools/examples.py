"""The examples of the API's description, made of what a real server of the sample answers: `make examples` writes them."""

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

__all__ = ["EXAMPLES", "ask"]

EXAMPLES = ROOT / "web" / EXAMPLES_FILE
_AS_AN_EXAMPLE = {"took_ms": 1.9, "generation": "20260101-120000-000000"}
"""What differs between any two answers."""


def ask(server: Server) -> dict[str, Any]:
    """Return what a server of the sample answers to each operation's example."""
    answers: dict[str, Any] = {}
    for operation in OPERATIONS:
        answer = server.get(API + operation.example).raise_for_status().json()
        same = {key: value for key, value in _AS_AN_EXAMPLE.items() if key in answer}
        token = answer.get("links", {}).get("next", "")
        if "cursor=" in token:
            answer["links"]["next"] = token.partition("cursor=")[0] + "cursor=WyI1…"
        answers[operation.name] = answer | same
    return answers


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Cli(Path(folder))("rebuild", SAMPLE, "--data", f"{folder}/data")
        with serving("serve", "--data", f"{folder}/data", folder=Path(folder)) as server:
            EXAMPLES.write_bytes(orjson.dumps(ask(server), option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    _write()
