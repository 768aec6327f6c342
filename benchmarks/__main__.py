"""Run benchmarks and write results.md: `python -m benchmarks [NAME …]`; named ones replace their own part of it alone."""

import os
import re
import sys
from pathlib import Path

from benchmarks import (
    api,
    indexing,
    largest,
    lighthouse,
    pages,
    ranking,
    reading,
    searching,
    servers,
    serving,
    understanding,
    updating,
)

RESULTS = Path(__file__).with_name("results.md")

HEAD = """# What it costs

Written by `make bench`. Each ratio is of two things measured in turn in one run on one machine; medians. Absolute
figures are of a machine of {cores} cores and its load at that time.
"""
BENCHMARKS = {
    "ranking": ranking.run,
    "understanding": understanding.run,
    "reading": reading.run,
    "indexing": indexing.run,
    "updating": updating.run,
    "searching": searching.run,
    "serving": serving.run,
    "servers": servers.run,
    "pages": pages.run,
    "api": api.run,
    "largest": largest.run,
    "lighthouse": lighthouse.run,
}
BY_NAME_ALONE = ("lighthouse",)
"""What takes more than Python and a browser."""


def main(names: list[str]) -> None:
    """Run them one after the other."""
    # What is measured of loading and serving is a plain installation; the benchmark of ranking has both.
    os.environ["DATELINE_RANKING_MEANING"] = "off"
    written = RESULTS.read_text("utf-8") if names else HEAD.format(cores=os.cpu_count())
    for name in names or (each for each in BENCHMARKS if each not in BY_NAME_ALONE):
        part = f"<!-- {name} -->\n{BENCHMARKS[name]().strip()}\n"
        print(part)
        kept = re.sub(rf"<!-- {name} -->\n.*?(?=<!-- |\Z)", "", written, flags=re.DOTALL).rstrip()
        written = f"{kept}\n\n{part}"
        RESULTS.write_text(written, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
