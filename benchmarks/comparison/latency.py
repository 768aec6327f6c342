"""The time of one search: each class, each peer in turn, other words in every round."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.peers.peer import Peer
from benchmarks.peers.processes import processor_time
from benchmarks.peers.request import Answer, Request

__all__ = ["Samples", "measure"]

_SLOW_NS = 200_000_000
"""Searches that take longer are repeated only once."""


@dataclass(slots=True)
class Samples:
    """Times in ms by peer and class: on the clock, of the processors, and of a repeated search.

    `totals` counts how often a peer's total, and the counts of its facets, were those of the first
    exact peer. `hits` are the totals of each class.
    """

    clock: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    processor: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    repeated: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    hits: dict[str, list[int]] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    facets: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the content as JSON can hold it."""
        return asdict(self)

    def add(self, peer: str, name: str, times: tuple[float, float, float]) -> None:
        """Add the times of one search."""
        for kind, value in zip((self.clock, self.processor, self.repeated), times, strict=True):
            kind.setdefault(peer, {}).setdefault(name, []).append(value)

    def compare(self, name: str, request: Request, answers: dict[str, Answer]) -> None:
        """Compare the answers with the one of the first peer."""
        first, *others = answers
        expected = answers[first]
        self.hits.setdefault(name, []).append(expected.total)
        if not request.is_comparable:
            return
        for peer in others:
            answer = answers[peer]
            self.compared[peer] = self.compared.get(peer, 0) + 1
            self.totals[peer] = self.totals.get(peer, 0) + (answer.total == expected.total)
            same = all(
                answer.facets[facet] == expected.facets[facet]
                for facet in answer.facets.keys() & expected.facets.keys() - {"year"}
            )
            self.facets[peer] = self.facets.get(peer, 0) + same
            if answer.total != expected.total:
                self.differences.append(
                    f"{name}: {request.text or '*'} {request.prefix} {request.filters}: "
                    f"{first} {expected.total:,}, {peer} {answer.total:,}"
                )


def measure(
    peers: Sequence[Peer], rounds: Iterable[dict[str, Request]], *, warm_up: int, repeats: int = 3
) -> Iterator[Samples]:
    """Search with each peer in turn, and yield the samples after every round.

    The order of the peers rotates, so that none always comes first. Each search is made once for
    the first table and `repeats` times more for the table of repeated searches.
    """
    samples = Samples()
    pids = {peer.name: peer.processes() for peer in peers}
    for number, searches in enumerate(rounds):
        order = [*peers[number % len(peers) :], *peers[: number % len(peers)]]
        for name, request in searches.items():
            answers = {}
            for peer in order:
                if not peer.answers(request):
                    continue
                raw, times = _time(peer, request, pids[peer.name], repeats)
                answers[peer.name] = peer.read(raw, request)
                if number >= warm_up:
                    samples.add(peer.name, name, times)
            if number >= warm_up:
                in_order = {p.name: answers[p.name] for p in peers if p.name in answers}
                samples.compare(name, request, in_order)
        if number >= warm_up:
            yield samples


def _time(
    peer: Peer, request: Request, pids: list[int], repeats: int
) -> tuple[Any, tuple[float, float, float]]:
    ask = peer.prepare(request)
    used = processor_time(pids) if pids else time.process_time_ns()
    started = time.perf_counter_ns()
    raw = ask()
    took = time.perf_counter_ns() - started
    used = (processor_time(pids) if pids else time.process_time_ns()) - used
    again = []
    for _ in range(repeats if took < _SLOW_NS else 1):
        started = time.perf_counter_ns()
        ask()
        again.append(time.perf_counter_ns() - started)
    return raw, (took / 1e6, used / 1e6, min(again, default=0) / 1e6)
