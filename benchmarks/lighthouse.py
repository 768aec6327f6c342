"""Lighthouse scores (mobile preset) of the sample's pages; needs Node.js and npm.

Run `python -m benchmarks.lighthouse`.
"""

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
    "article": (
        "/articles/a-permanent-tug-base-for-a-harbour-that-asked-for-one-boat-a4ca8531e28e4869?q=tug"
    ),
}
_WITHOUT_SCORE = ("notApplicable", "manual", "informative")
_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def run() -> str:
    """Serve the sample, score each page, and return the table."""
    npm = shutil.which("npm")
    assert npm, "Lighthouse needs Node.js and npm"
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
        ["page", *_CATEGORIES, "failed audits"], rows
    )


def _scores(folder: Path, address: str) -> list[str]:
    report = folder / "report.json"
    lighthouse = folder / "node_modules" / ".bin" / "lighthouse"
    options = [
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        "--chrome-flags=--headless=new --no-sandbox",
    ]
    subprocess.run(
        [lighthouse, address, *options],
        check=True,
        capture_output=True,
        env=os.environ | {"CHROME_PATH": find() or ""},
    )
    result = json.loads(report.read_bytes())
    categories, audits = result["categories"], result["audits"]
    failed = [
        reference["id"]
        for category in categories.values()
        for reference in category["auditRefs"]
        if reference["weight"]
        and (audits[reference["id"]]["score"] or 0) < 1
        and audits[reference["id"]]["scoreDisplayMode"] not in _WITHOUT_SCORE
    ]
    return [
        *(f"{categories[category]['score'] * 100:.0f}" for category in _CATEGORIES),
        ", ".join(failed),
    ]


if __name__ == "__main__":
    print(run())
