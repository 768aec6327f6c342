"""Commands about a server that runs: who may ask it, and what it is asked."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from indexer.cli.base import Context, command
from search.access_keys import AccessKeys
from search.config import Settings
from search.query_counts import ORDERS, QueryCounts, Row

__all__ = ["keys", "queries"]

_DAYS = 30
_MOST = 20
_LONGEST_TIME = 400
_TITLES = {"top": "Most searched", "nothing": "Searched, nothing found", "slow": "Slowest"}


@command
@click.argument("action", type=click.Choice(["add", "list", "revoke"]))
@click.argument("name", required=False)
def keys(context: Context, *, action: str, name: str | None) -> None:
    """Add, list or revoke keys of services; `access = "keys"` in the settings asks for one.

    NAME says who uses a key; revoke takes its id too. A key is shown once, when it is added.
    """
    kept = AccessKeys(Path(context.settings.data))
    if action == "list":
        context.report(
            {"keys": [{"id": each.id, "name": each.name, "made": each.made} for each in kept.all()]},
            lambda console: _show_keys(console, kept),
        )
        return
    if name is None:
        raise click.UsageError(f"say whose key: dateline keys {action} NAME")
    if action == "add":
        key, text = kept.add(name)
        told = {"id": key.id, "name": key.name, "key": text}
        context.report(
            told, lambda console: console.print(f"{text}\nIt is shown this once: hand it to {key.name}.", markup=False)
        )
    else:
        key = kept.revoke(name)
        context.report(
            {"id": key.id, "name": key.name, "revoked": True},
            lambda console: console.print(f"The key {key.id} of {key.name} is revoked.", markup=False),
        )


@command
@click.option("--order", type=click.Choice(ORDERS), default=ORDERS[0], show_default=True, help="Which come first.")
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST_TIME),
    default=_DAYS,
    show_default=True,
    help="So many days, today among them.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=_MOST, show_default=True, help="So many texts.")
def queries(context: Context, *, order: str, days: int, limit: int) -> None:
    """Say what is searched most, what finds nothing, what is slow; texts and counts by day are kept, nobody's address."""
    counts = QueryCounts(Path(context.settings.data))
    rows, other = counts.read(order, days, limit), counts.other(days)
    data = {
        "order": order,
        "days": days,
        "queries": [row._asdict() for row in rows],
        "other": other and {name: value for name, value in other._asdict().items() if name != "text"},
    }

    def show(console: Console) -> None:
        if not rows and not other:
            console.print(_why_nothing(counts, context.settings, days), markup=False, soft_wrap=True)
            return
        table = Table(title=f"{_TITLES[order]}, {days} days")
        table.add_column("query")
        for name in ("searches", "nothing found", "slowest ms", "mean ms"):
            table.add_column(name, justify="right")
        for row in rows:
            table.add_row(escape(row.text), *_cells(row))
        if other:
            table.add_section()
            table.add_row("[italic]other, not counted one by one[/italic]", *_cells(other))
        console.print(table)

    context.report(data, show)


def _cells(row: Row) -> list[str]:
    return [f"{row.searches:,}", f"{row.nothing:,}", f"{row.slowest_ms:.1f}", f"{row.mean_ms:.1f}"]


def _why_nothing(counts: QueryCounts, settings: Settings, days: int) -> str:
    if settings.query_log == "off":
        return 'Nothing is counted (query_log = "off").'
    if why := counts.why_not_counted():
        return f"No search was counted in {days} days. A server that runs as this user cannot count any: {why}."
    return f"No search was counted in {days} days."


def _show_keys(console: Console, kept: AccessKeys) -> None:
    found = kept.all()
    if not found:
        console.print("There is no key; dateline keys add NAME makes one.", markup=False)
        return
    table = Table()
    for name in ("id", "name", "made"):
        table.add_column(name)
    for each in found:
        table.add_row(each.id, each.name, each.made)
    console.print(table)
