"""Lighthouse scores of the sample's pages on a phone and a desktop; needs Node.js and npm.

Run `python -m benchmarks lighthouse`, which replaces its part of results.md.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.serving import SAMPLE, rebuild, start, stop
from benchmarks.support.timing import table
from tests.support.chromium import find

__all__ = ["run"]

_ARTICLE = "a-permanent-tug-base-for-a-harbour-that-asked-for-one-boat-a4ca8531e28e4869"
_PAGES = {
    "home": "/",
    "results": "/?q=river",
    "article": f"/articles/{_ARTICLE}?q=tug",
    "browse": "/browse/author",
    "calendar": "/browse/date",
    "list": f"/list?id={_ARTICLE}",
    "trends": "/trends?s=river&s=harbour&as=share",
    "overview": "/overview?q=river",
    "value": "/region/Europe",
    "coverage": "/coverage",
    "mentions": "/mentions?q=river",
    "compare": "/compare?a=river&b=harbour",
    "help": "/help",
    "keys": "/keys",
    "API docs": "/api/docs",
}
_KEPT_OUT = ("results", "list", "trends", "overview", "mentions", "compare")
"""Crawlers are asked to leave these pages out: there are endlessly many of them."""
_PRESETS = {"phone": (), "desktop": ("--preset=desktop",)}
_RUNS = 3
"""The median counts: other work on the machine lengthens some runs."""
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
                [name, preset, *_row(Path(folder), f"http://127.0.0.1:{port}{path}", name, preset)]
                for name, path in _PAGES.items()
                for preset in _PRESETS
            ]
        finally:
            stop(process)
    return (
        "## Lighthouse (the sample)\n\n"
        f"Each page {_RUNS} times, the run with the median of performance; layout shift and kB are "
        "of the same run, kB of a first visit as transferred. Results and lists are left out of "
        "other search engines on purpose, so there the audit `is-crawlable` is skipped.\n\n"
    ) + table(["page", "screen", *_CATEGORIES, "layout shift", "kB", "failed audits"], rows)


def _row(folder: Path, address: str, name: str, preset: str) -> list[str]:
    """Return the scores of a page, what moves, what it weighs, and the audits that failed."""
    skipped = ("--skip-audits=is-crawlable",) if name in _KEPT_OUT else ()
    reports: list[Any] = []
    failures = 0
    while len(reports) < _RUNS:
        try:
            reports.append(_report(folder, address, *_PRESETS[preset], *skipped))
        except subprocess.CalledProcessError:
            # On a busy machine Lighthouse gives up on some runs.
            failures += 1
            if failures > _RUNS:
                raise
    reports.sort(key=lambda report: float(report["categories"]["performance"]["score"]))
    report = reports[_RUNS // 2]
    categories, audits = report["categories"], report["audits"]
    failed = [
        reference["id"]
        for category in _CATEGORIES
        for reference in categories[category]["auditRefs"]
        if reference["weight"] and reference["id"] in audits
        if (audits[reference["id"]]["score"] or 0) < 1
        and audits[reference["id"]]["scoreDisplayMode"] not in _WITHOUT_SCORE
    ]
    return [
        *(f"{categories[category]['score'] * 100:.0f}" for category in _CATEGORIES),
        f"{audits['cumulative-layout-shift']['numericValue']:.3g}",
        f"{audits['total-byte-weight']['numericValue'] / 1000:.1f}",
        ", ".join(failed),
    ]


def _report(folder: Path, address: str, *options: str) -> Any:
    path = folder / "report.json"
    lighthouse = folder / "node_modules" / ".bin" / "lighthouse"
    subprocess.run(
        [
            lighthouse,
            address,
            "--quiet",
            "--output=json",
            f"--output-path={path}",
            "--chrome-flags=--headless=new --no-sandbox",
            *options,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"CHROME_PATH": find() or ""},
    )
    return json.loads(path.read_bytes())


if __name__ == "__main__":
    print(run())
