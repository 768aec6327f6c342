"""Lighthouse's scores (its mobile preset) of each kind of page of the sample: `python -m benchmarks.lighthouse`; takes Node.js and npm."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.serving import SAMPLE, rebuild, start, stop
from benchmarks.support.timing import table
from tests.support.chromium import find

__all__ = ["run"]

_PAGES = {
    "home": "/",
    "results": "/?q=river",
    "browse": "/browse/author",
    "help": "/help",
    "article": "/articles/a-permanent-tug-base-for-a-harbour-that-asked-for-one-boat-a4ca8531e28e4869?q=tug",
}
_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def run() -> str:
    """Serve the sample, look at each page and return the table."""
    npm = shutil.which("npm")
    assert npm, "Lighthouse takes Node.js and npm"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [npm, "install", "--silent", "--prefix", folder, "lighthouse@13"], check=True
        )
        rebuild(SAMPLE, f"{folder}/data")
        process, port, _ = start(f"{folder}/data")
        try:
            rows = [
                [name, *_scores(Path(folder), f"http://127.0.0.1:{port}{path}")]
                for name, path in _PAGES.items()
            ]
        finally:
            stop(process)
    return "## Lighthouse, mobile preset (the sample)\n\n" + table(
        ["page", *_CATEGORIES, "what costs"], rows
    )


def _scores(folder: Path, address: str) -> list[str]:
    report = folder / "report.json"
    lighthouse = folder / "node_modules" / ".bin" / "lighthouse"
    subprocess.run(
        [lighthouse, address, "--quiet", "--output=json", f"--output-path={report}", "--chrome-flags=--headless=new --no-sandbox"],
        check=True, capture_output=True, env=os.environ | {"CHROME_PATH": find() or ""},
    )  # fmt: skip
    found = json.loads(report.read_bytes())
    costs = [
        reference["id"]
        for category in found["categories"].values()
        for reference in category["auditRefs"]
        if reference["weight"] and (found["audits"][reference["id"]]["score"] or 0) < 1
        and found["audits"][reference["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
    ]  # fmt: skip
    return [
        *(f"{found['categories'][each]['score'] * 100:.0f}" for each in _CATEGORIES),
        ", ".join(costs),
    ]


if __name__ == "__main__":
    print(run())
