"""The long run of kills: `python -m tests.torture --kills 500`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.torture.harness import Torture


def main() -> None:
    """Kill commands and print a summary; stop at the first error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument(
        "--articles", type=int, default=4000, help="enough for several worker processes"
    )
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        torture = Torture(Path(folder), options.seed, options.articles)
        with torture.reading() as readers:
            while torture.kills.total() < options.kills:
                torture.round()
                assert readers.failures == [], readers.failures[:5]
                if torture.kills.total() % 25 == 0:
                    sys.stdout.write(
                        f"{torture.kills.total()} kills, {readers.answers:,} answers\n"
                    )
                    sys.stdout.flush()
    sys.stdout.write(
        f"{torture.kills.total()} kills in {time.monotonic() - started:,.0f} s: "
        f"{dict(torture.kills)}; "
        f"{torture.ended_before_kill} commands ended before the kill, "
        f"{torture.swapped_before_kill} had published; "
        f"{readers.answers:,} answers, {len(readers.failures)} failed; at most "
        f"{torture.largest_bytes / 1e6:.1f} MB on disk\n"
    )


if __name__ == "__main__":
    main()
