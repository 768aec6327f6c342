"""Run all benchmarks and write results.md: `python -m benchmarks`."""

import os
from pathlib import Path

from benchmarks import indexing, pages, ranking, reading, searching, serving, understanding, updating

RESULTS = Path(__file__).with_name("results.md")

HEAD = """# What it costs

Written by `make bench`. Each ratio is of two things measured in turn in one run on one machine; medians. Absolute
figures are of that machine ({cores} cores) and its load at that time.
"""


def main() -> None:
    """Run them one after the other."""
    # What is measured of loading and serving is a plain installation; the benchmark of ranking has both.
    os.environ["DATELINE_MEANING"] = "off"
    parts = [HEAD.format(cores=os.cpu_count())]
    for benchmark in (ranking, understanding, reading, indexing, updating, searching, serving, pages):
        parts.append(benchmark.run())
        print(parts[-1])
    RESULTS.write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main()
