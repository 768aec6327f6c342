"""Runs benchmarks and writes results.md: `python -m benchmarks [NAME …]`.

With names, only their parts of the file are replaced. `peers`, `large` and `check` take options of
their own: `python -m benchmarks peers --help`.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import (
    api,
    chronicle,
    corrections,
    guard,
    indexing,
    large,
    largest,
    lighthouse,
    pages,
    ranking,
    reading,
    rewriting,
    searching,
    servers,
    serving,
    updating,
    worst,
)
from benchmarks.comparison import run as comparison

_PART = re.compile(r"<!-- (\w+) -->\n(.*?)(?=<!-- |\Z)", re.DOTALL)
RESULTS = Path(__file__).with_name("results.md")

HEAD = """# Costs

Written by `make bench`. Each ratio compares two things measured in turn in one run on one machine;
all figures are medians. Absolute figures depend on the machine ({cores} cores) and its load then.
"""
BENCHMARKS = {
    "peers": comparison.run,
    "ranking": ranking.run,
    "rewriting": rewriting.run,
    "corrections": corrections.run,
    "reading": reading.run,
    "indexing": indexing.run,
    "updating": updating.run,
    "searching": searching.run,
    "serving": serving.run,
    "servers": servers.run,
    "pages": pages.run,
    "api": api.run,
    "chronicle": chronicle.run,
    "worst": worst.run,
    "largest": largest.run,
    "large": large.run,
    "lighthouse": lighthouse.run,
}
ONLY_BY_NAME = ("lighthouse", "large")
"""Benchmarks that need more than Python and a browser, or hours; a run of all keeps their parts."""
WITH_OPTIONS: dict[str, Callable[[Sequence[str]], str]] = {
    "peers": comparison.compare,
    "large": large.run,
}


def main(arguments: list[str]) -> None:
    """Run benchmarks one after the other."""
    names, options = arguments, []
    if arguments and arguments[0] == "check":
        sys.exit(guard.check(arguments[1:]))
    if len(arguments) > 1 and arguments[0] in WITH_OPTIONS and arguments[1].startswith("-"):
        names, options = arguments[:1], arguments[1:]
    # A plain installation is measured; the benchmark of ranking turns `meaning` on itself.
    os.environ["DATELINE_RANKING_MEANING"] = "off"
    parts = dict(_PART.findall(RESULTS.read_text("utf-8")))
    if not names:
        parts = {name: part for name, part in parts.items() if name in ONLY_BY_NAME}
    for name in names or (name for name in BENCHMARKS if name not in ONLY_BY_NAME):
        content = WITH_OPTIONS[name](options) if options else BENCHMARKS[name]()
        print(content)
        parts[name] = content
        ordered = [
            f"<!-- {each} -->\n{parts[each].strip()}\n" for each in BENCHMARKS if each in parts
        ]
        RESULTS.write_text("\n".join([HEAD.format(cores=os.cpu_count()), *ordered]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
