"""Medians of things measured in turn."""

import time
from collections.abc import Callable
from statistics import median

__all__ = ["medians", "table"]


def medians(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run each task once a round, in turn, and return its median time in ms; a first round warms up."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            if number:
                times[name].append((time.perf_counter() - started) * 1000)
    return {name: median(taken) for name, taken in times.items()}


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
