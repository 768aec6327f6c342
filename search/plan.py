"""What of a query always holds, what may be given up, and how much of it must match."""

from dataclasses import dataclass

from search.language import And, Node, Not, is_free_text, leaves

__all__ = ["ENOUGH", "Plan", "plan"]

ENOUGH = 10
"""`match=auto` gives words up when fewer articles of the whole index hold them all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query's parts: `required` ones always hold, of the `clauses` as many as `match` demands."""

    required: tuple[Node, ...]
    clauses: tuple[Node, ...]


def plan(tree: Node | None) -> Plan:
    """Take a query apart: exclusions, fields and dates are required, other words, phrases and groups are clauses."""
    if tree is None:
        return Plan((), ())
    parts = dict.fromkeys(tree.children if isinstance(tree, And) else (tree,))
    clauses = tuple(part for part in parts if not isinstance(part, Not) and any(map(is_free_text, leaves(part))))
    return Plan(tuple(part for part in parts if part not in clauses), clauses)
