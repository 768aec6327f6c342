"""Medians of tasks timed in turn, and Markdown tables."""

import time
from collections.abc import Callable
from statistics import median

__all__ = ["medians", "table"]


def medians(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run each task once per round, in turn; return median times in ms without a warm-up round."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            if number:
                times[name].append((time.perf_counter() - started) * 1000)
    return {name: median(task_times) for name, task_times in times.items()}


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
