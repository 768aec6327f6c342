"""The goals of speed and size, and where a measurement misses them."""

from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

from benchmarks.comparison.classes import CLASSES, HEAVY, LIGHT
from benchmarks.support.timing import table

__all__ = ["ENGINE", "LIMIT", "OURS", "goals", "heading", "ratio", "services"]

OURS, LIMIT = "dateline", "tantivy"
ENGINE = "engine"
_NO_SERVICE = (OURS, LIMIT, ENGINE, "sqlite")
_HEAVY, _LIGHT, _OTHER = 5.0, 2.0, 3.0
_INDEXING, _BARE_INDEXING, _MEMORY, _DISK = 1.5, 0.8, 0.5, 1.2
_SMALLEST = 50_000
"""Smaller archives are measured only to see how costs grow."""
_OF_BARE = 1.5
_SCALING, _TAIL = 1.8, 4.0
_Seen = dict[str, Any]


def heading(seen: _Seen) -> str:
    """Return the name of a corpus in words."""
    kind = "made-up articles" if seen["corpus"].isdecimal() else f"articles of {seen['corpus']}"
    return f"{seen['articles']:,} {kind}"


def services(times: _Seen) -> list[str]:
    """Return the peers that answer over HTTP."""
    return [name for name in times if name not in _NO_SERVICE]


def ratio(
    times: _Seen, peer: str, name: str, base: str = OURS
) -> tuple[float, float, float] | None:
    """Return the median ratio of two peers within a round, and its quartiles."""
    theirs, ours = times.get(peer, {}).get(name), times.get(base, {}).get(name)
    if not theirs or not ours:
        return None
    ratios = [a / b for a, b in zip(theirs, ours, strict=False) if b]
    if len(ratios) < 2:
        return ratios[0], ratios[0], ratios[0]
    low, _, high = quantiles(ratios, n=4)
    return median(ratios), low, high


def goals(seen: list[_Seen]) -> str:
    """Return the table of goals that are missed."""
    measured = [each for each in seen if "latency" in each and each["articles"] >= _SMALLEST]
    if not measured:
        return ""
    rows = [[heading(each), *row] for each in measured for row in _missed(each)]
    if not rows:
        return "Every goal is reached.\n"
    return "Goals that are missed:\n\n" + table(["articles", "what", "goal", "reached"], rows)


def _missed(seen: _Seen) -> Iterator[list[str]]:
    times, peers = seen["latency"]["clock"], seen["peers"]
    for name in CLASSES:
        goal = _HEAVY if name in HEAVY else _LIGHT if name in LIGHT else _OTHER
        slower = [
            f"{found[0]:.1f} × {peers[peer]['title']}"
            for peer in services(times)
            if (found := ratio(times, peer, name)) and found[0] < goal
        ]
        if slower:
            yield [f"{name}, times as fast", f"≥ {goal:.0f}", ", ".join(slower)]
    for name in CLASSES:
        found = ratio(seen["latency"]["processor"], ENGINE, name, LIMIT)
        if found and found[0] > _OF_BARE:
            yield [f"{name}, the engine ÷ bare", f"≤ {_OF_BARE:g}", f"{found[0]:.2f}"]
    for what, is_least, goal, value in _others(seen):
        if value < goal if is_least else value > goal:
            yield [what, f"{'≥' if is_least else '≤'} {goal:g}", f"{value:.2f}"]


def _others(seen: _Seen) -> Iterator[tuple[str, bool, float, float]]:
    """Yield what else has a goal, whether it is the least or the most, the goal and the value."""
    peers = seen["peers"]
    ours, typesense, limit = (peers.get(name, {}) for name in (OURS, "typesense", LIMIT))
    if "load" in ours and "load" in typesense:
        quicker = typesense["load"]["seconds"] / ours["load"]["seconds"]
        yield "indexing, times as fast as Typesense", True, _INDEXING, quicker
    if "load" in ours and "load" in limit:
        share = limit["load"]["seconds"] / ours["load"]["seconds"]
        yield "indexing, of the rate of bare tantivy-py", True, _BARE_INDEXING, share
    if "memory" in ours and "memory" in typesense:
        share = ours["memory"] / typesense["memory"]
        yield "memory, of Typesense's", False, _MEMORY, share
    if "disk" in ours and "disk" in limit:
        yield "index, of bare tantivy-py's", False, _DISK, ours["disk"] / limit["disk"]
    if "scaling" in seen:
        one, two = (float(seen["scaling"][cores]) for cores in ("1", "2"))
        yield "throughput of two cores, times that of one", True, _SCALING, two / one
    for load in ours.get("loads", ()):
        if load["rate"]:
            tail = load["p99"] / load["median"]
            yield "p99 at 80 % of the most, times the median", False, _TAIL, tail
