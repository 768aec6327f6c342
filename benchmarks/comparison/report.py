"""The tables of the comparison, and a picture, from what was measured."""

import math
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.comparison.chart import bars
from benchmarks.comparison.classes import CLASSES
from benchmarks.comparison.goals import ENGINE, LIMIT, OURS, goals, heading, ratio, services
from benchmarks.support.timing import table

__all__ = ["CHART", "chart", "report"]

CHART = Path(__file__).resolve().parent.parent / "results.svg"
_MISSING = "–"
_Seen = dict[str, Any]

_NOTE = """Searches over HTTP (`dateline serve`, JSON) with ten hits, highlights and six facets of
ten values; Dateline's engine, SQLite and bare tantivy-py answer in the measuring process. Peers
search in turn, with other words in every round, so that no answer is remembered. Cells are medians;
in brackets the quartiles of the ratio within a round. Above 1 Dateline is faster; the ratio of the
engine to tantivy is how many times the bare calls it takes. Processor time is that of a service's
processes; it hardly depends on what else the machine does.
"""


def report(seen: Iterable[_Seen]) -> str:
    """Return the part of results.md."""
    ordered = sorted(seen, key=lambda each: (not each["corpus"].isdecimal(), each["articles"]))
    parts = ["## Next to other search services\n", _NOTE]
    if CHART.exists():
        parts.append("![Ratios by class](results.svg)\n")
    parts += [goals(ordered)]
    for each in ordered:
        parts += _sections(each)
    parts.append(_slopes([each for each in ordered if each["corpus"].isdecimal()]))
    return "\n".join(part for part in parts if part)


def chart(seen: Iterable[_Seen]) -> str:
    """Return the picture: by class how many times faster than each service Dateline answers."""
    groups = []
    for each in sorted(seen, key=lambda each: each["articles"]):
        times = each.get("latency", {}).get("clock", {})
        rows = [
            (
                name,
                {
                    each["peers"][peer]["title"]: found[0]
                    for peer in services(times)
                    if (found := ratio(times, peer, name))
                },
            )
            for name in CLASSES
        ]
        if services(times):
            groups.append((heading(each), [row for row in rows if row[1]]))
    return bars("How many times faster Dateline answers", groups)


def _sections(seen: _Seen) -> list[str]:
    parts = [f"### {heading(seen)}\n", f"On {seen['machine']}.\n", _missing(seen)]
    latency = seen.get("latency")
    if latency:
        rounds = max(len(values) for values in latency["hits"].values())
        parts += [
            f"New searches, ms on the clock ({rounds} rounds):\n",
            _times(latency, "clock", seen),
            "The same, ms of processor time:\n",
            _times(latency, "processor", seen),
            "Searches repeated at once, the best of three, ms on the clock; caches may answer:\n",
            _times(latency, "repeated", seen),
            _agreement(latency),
        ]
    parts += [_loads(seen), _resources(seen)]
    return parts


def _missing(seen: _Seen) -> str:
    return "".join(f"Not measured: {name}: {why}\n" for name, why in seen["missing"].items())


def _times(latency: _Seen, kind: str, seen: _Seen) -> str:
    times = latency[kind]
    peers = list(times)
    others = [peer for peer in peers if peer != OURS]
    titles = [seen["peers"][peer]["title"] for peer in others]
    pairs = _pairs(others)
    ratios = [f"{above} ÷ {below}" for above, below in pairs]
    head = ["search", "hits", "Dateline", *titles, *ratios]
    rows = []
    for name in CLASSES:
        if name not in latency["hits"]:
            continue
        hits = int(median(latency["hits"][name]))
        row = [name, f"{hits:,}" if hits else _MISSING]
        for peer in (OURS, *others):
            values = times.get(peer, {}).get(name)
            row.append(f"{median(values):.1f}" if values else _MISSING)
        for above, below in pairs:
            found = ratio(times, above, name, below)
            row.append(f"{found[0]:.2f} ({found[1]:.2f}–{found[2]:.2f})" if found else _MISSING)
        rows.append(row)
    return table(head, rows)


def _pairs(others: list[str]) -> list[tuple[str, str]]:
    """Return whose times are divided: those of peers by ours, the engine's by the limit's."""
    pairs = [(peer, OURS) for peer in others if peer not in (ENGINE, LIMIT)]
    if LIMIT in others:
        pairs.append((ENGINE if ENGINE in others else OURS, LIMIT))
    return pairs


def _agreement(latency: _Seen) -> str:
    parts = [
        f"{peer} {latency['totals'][peer]} of {compared} totals and {latency['facets'][peer]} of "
        f"{compared} sets of counts"
        for peer, compared in latency["compared"].items()
    ]
    lines = [f"Equal to Dateline's: {'; '.join(parts)}.\n"]
    if latency["differences"]:
        lines.append("Different totals, the first ten:\n")
        lines += [f"- {line}" for line in latency["differences"][:10]]
        lines.append("")
    return "\n".join(lines)


def _loads(seen: _Seen) -> str:
    rows = []
    for about in seen["peers"].values():
        for load in about.get("loads", ()):
            how = f"at {load['rate']:.0f} a second" if load["rate"] else "back to back"
            rows.append(
                [
                    about["title"],
                    f"{load['clients']}, {how}",
                    f"{load['per_second']:.0f}",
                    f"{load['median']:.1f}",
                    f"{load['p99']:.1f}",
                    f"{load['p99'] / load['median']:.1f}",
                    str(load["failed"]),
                ]
            )
    if not rows:
        return ""
    head = [
        "service",
        "clients",
        "searches per second",
        "median, ms",
        "p99, ms",
        "p99 / median",
        "failed",
    ]
    text = f"Throughput on {seen['cores']} cores, which the clients share; mixed searches:\n\n"
    text += table(head, rows)
    if ours := seen.get("scaling"):
        one, two = float(ours["1"]), float(ours["2"])
        text += (
            f"\nDateline with one worker on one core: {one:.0f} searches per second; with two on "
            f"two: {two:.0f}, {two / one:.2f} times as many.\n"
        )
    return text


def _resources(seen: _Seen) -> str:
    rows = []
    for name, about in seen["peers"].items():
        if name == "engine":  # it has neither an index nor a process of its own
            continue
        load = about.get("load")
        rows.append(
            [
                about["title"],
                f"{seen['articles'] / load['seconds']:,.0f}" if load else _MISSING,
                f"{load['processor'] / seen['articles'] * 1e6:,.0f}" if load else _MISSING,
                _mega(about.get("disk")),
                f"{about['start']:.2f}" if "start" in about else _MISSING,
                _mega(about.get("memory")),
                _mega(about.get("anonymous")),
            ]
        )
    head = [
        "service",
        "articles indexed per second",
        "processor µs of the machine per article",
        "index, MB",
        "from start to first answer, s",
        "memory (PSS), MB",
        "of it not mapped files, MB",
    ]
    return table(head, rows)


def _mega(size: int | None) -> str:
    return f"{size / 1e6:,.0f}" if size else _MISSING


def _slopes(made_up: list[_Seen]) -> str:
    """Return how the cost of each class grows with the number of articles."""
    sizes = [each for each in made_up if each.get("latency")]
    if len(sizes) < 2:
        return ""
    peers = [
        peer
        for peer in sizes[-1]["latency"]["processor"]
        if peer in sizes[-2]["latency"]["processor"]
    ]
    rows = []
    for name in CLASSES:
        row = [name]
        for each in sizes:
            values = each["latency"]["processor"].get(OURS, {}).get(name)
            row.append(f"{median(values):.1f}" if values else _MISSING)
        rows.append([*row, *(_exponent(sizes[-2:], peer, name) for peer in peers)])
    head = [
        "search",
        *(f"Dateline, {each['articles']:,}, processor ms" for each in sizes),
        *(f"{sizes[-1]['peers'][peer]['title']}: exponent" for peer in peers),
    ]
    return (
        "### How costs grow\n\nProcessor time per search by size, and the exponent between the "
        "last two sizes: 1 is linear, 0 constant.\n\n" + table(head, rows)
    )


def _exponent(sizes: list[_Seen], peer: str, name: str) -> str:
    small, large = (each["latency"]["processor"].get(peer, {}).get(name) for each in sizes)
    if not small or not large or not median(small):
        return _MISSING
    grown = math.log(median(large) / median(small))
    return f"{grown / math.log(sizes[1]['articles'] / sizes[0]['articles']):.2f}"
