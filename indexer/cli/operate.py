"""Commands about a running server: its keys, and what is searched."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from indexer.cli.base import Context, command
from search.data_dir.api_keys import ApiKey, ApiKeys
from search.data_dir.key_terms import InvalidKeyTerms, KeyTerms, known_scopes
from search.data_dir.query_stats import ORDERS, QueryStats, QueryStatsRow
from search.settings.areas import DEFAULT_SCOPES, Scope
from search.settings.tables import Settings

__all__ = ["keys", "queries"]

_SCOPES = " and ".join(DEFAULT_SCOPES)
_DAYS = 30
_MAX_COUNT = 20
_MAX_TIME = 400
_TITLES = {"top": "Most searched", "nothing": "Searched, nothing found", "slow": "Slowest"}


@command
@click.argument("action", type=click.Choice(["add", "list", "revoke"]))
@click.argument("name", required=False)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([each.value for each in Scope]),
    help=f"What it opens; repeat. [default: {_SCOPES}]",
)
@click.option(
    "--until", metavar="YYYY-MM-DD", help="Its last day, in UTC. [default: it has no end]"
)
@click.option(
    "--rate",
    metavar="RATE",
    help="Its own limit, such as 600/minute. [default: the general rate_limit]",
)
def keys(
    context: Context,
    *,
    action: str,
    name: str | None,
    scopes: tuple[str, ...],
    until: str | None,
    rate: str | None,
) -> None:
    """Add, list or revoke keys; `open` in the settings says what needs one.

    NAME says who uses a key; revoke also takes its id. A key is shown once, when it is added. The scope search
    opens the API, the feed, pages and suggestions, export opens exports and citations, metrics opens /metrics.
    """
    kept = ApiKeys(Path(context.settings.data))
    if action != "add" and (scopes or until or rate):
        raise click.UsageError(
            f"--scope, --until and --rate are of a new key; dateline keys {action} takes none of them"
        )
    if action == "list":
        if name is not None:
            raise click.UsageError("dateline keys list takes no NAME")
        found = kept.all()
        context.report(
            {"keys": [{**each.to_json(), "expired": each.terms.expired} for each in found]},
            lambda console: _show_keys(console, found),
        )
        return
    if name is None:
        raise click.UsageError(f"say whose key: dateline keys {action} NAME")
    if action == "add":
        key, text = kept.add(name, _terms(scopes, until, rate))
        context.report(
            {**key.to_json(), "key": text},
            lambda console: _show_new_key(console, key, text),
            done=True,
        )
    else:
        key = kept.revoke(name)
        context.report(
            {"id": key.id, "name": key.name, "revoked": True},
            lambda console: console.print(
                f"The key {key.id} of {key.name} is revoked.", markup=False
            ),
            done=True,
        )


@command
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default=ORDERS[0],
    show_default=True,
    help="Which come first.",
)
@click.option(
    "--days",
    type=click.IntRange(1, _MAX_TIME),
    default=_DAYS,
    show_default=True,
    help="So many days, today among them.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=_MAX_COUNT,
    show_default=True,
    help="So many texts.",
)
def queries(context: Context, *, order: str, days: int, limit: int) -> None:
    """Say what is searched most, what finds nothing, what is slow; texts and counts by day are kept, nobody's address."""
    counts = QueryStats(Path(context.settings.data))
    rows, other = counts.read(order, days, limit), counts.other(days)
    data = {
        "order": order,
        "days": days,
        "queries": [row._asdict() for row in rows],
        "other": other
        and {name: value for name, value in other._asdict().items() if name != "text"},
    }

    def show(console: Console) -> None:
        if not rows and not other:
            console.print(
                _why_nothing(counts, context.settings, days), markup=False, soft_wrap=True
            )
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


def _cells(row: QueryStatsRow) -> list[str]:
    return [f"{row.searches:,}", f"{row.nothing:,}", f"{row.slowest_ms:.1f}", f"{row.mean_ms:.1f}"]


def _why_nothing(counts: QueryStats, settings: Settings, days: int) -> str:
    if settings.query_log == "off":
        return 'Nothing is counted (query_log = "off").'
    if why := counts.why_not_counted():
        return f"No search was counted in {days} days. A server that runs as this user cannot count any: {why}."
    return f"No search was counted in {days} days."


def _terms(scopes: tuple[str, ...], until: str | None, rate: str | None) -> KeyTerms:
    try:
        return KeyTerms(known_scopes(scopes) or DEFAULT_SCOPES, until or "", rate or "")
    except InvalidKeyTerms as error:
        raise click.UsageError(str(error)) from error


def _show_new_key(console: Console, key: ApiKey, text: str) -> None:
    terms = key.terms
    told = f"It opens {' and '.join(terms.scopes)}"
    told += f", until the end of {terms.until} (UTC)" if terms.until else ", without end"
    told += f", {terms.rate} at most." if terms.rate else "."
    console.print(f"{text}\nIt is shown this once: hand it to {key.name}.\n{told}", markup=False)


def _show_keys(console: Console, found: Sequence[ApiKey]) -> None:
    if not found:
        console.print("There is no key; dateline keys add NAME makes one.", markup=False)
        return
    table = Table()
    for name in ("id", "name", "scopes", "until", "rate", "made"):
        table.add_column(name)
    for each in found:
        terms = each.terms
        until = f"{terms.until} (expired)" if terms.expired else terms.until
        table.add_row(
            *map(
                Text,
                (
                    each.id,
                    each.name,
                    ", ".join(terms.scopes) or "none",
                    until or "-",
                    terms.rate or "-",
                    each.made,
                ),
            ),
            style="dim" if terms.expired else None,
        )
    console.print(table)
