"""Operators of the query language: how AND, OR and NOT combine the operands of a query."""

from search.query.syntax import And, Node, Or, flatten_or

__all__ = ["OperandList", "conjunction"]


class OperandList:
    """The operands of a query or a group, in order, and the operators before the next one.

    `ignored` collects operators that lack an operand, or contradict the one before them.
    """

    def __init__(self) -> None:
        self.ignored: list[str] = []
        self._clauses: list[list[list[Node]]] = []
        self._pending: list[str] = []

    @property
    def is_negated(self) -> bool:
        """True if the next operand follows a NOT."""
        return "NOT" in self._pending

    def add_operator(self, operator: str) -> None:
        """Add an operator that applies to the next operand.

        OR takes the place of operators before it, and AND yields to them.
        """
        if operator == "OR":
            self.ignored += self._pending
            self._pending = [operator]
        elif operator in self._pending or (operator == "AND" and self._pending):
            self.ignored.append(operator)
        else:
            self._pending.append(operator)

    def add_operand(self, nodes: list[Node]) -> None:
        """Add an operand, which may consist of several nodes (`anti-war`)."""
        if not self._clauses:
            self.ignored += [operator for operator in self._pending if operator != "NOT"]
        if self._clauses and "OR" in self._pending:
            self._clauses[-1].append(nodes)
        else:
            self._clauses.append([nodes])
        self._pending = []

    def node(self) -> Node | None:
        """End the list and return its node, or None if it has no operand."""
        self.ignored += self._pending
        children: list[Node] = []
        for operands in self._clauses:
            if len(operands) == 1:
                children += operands[0]
            else:
                children.append(Or(tuple(flatten_or(map(conjunction, operands)))))
        return conjunction(children) if children else None


def conjunction(nodes: list[Node]) -> Node:
    """Return a node that matches if all nodes match."""
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
