"""Commands for running a server: API keys and query statistics."""

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
from search.settings.all_tables import Settings
from search.settings.areas import DEFAULT_SCOPES, Scope

__all__ = ["keys", "queries"]

_SCOPES = " and ".join(DEFAULT_SCOPES)
_DEFAULT_DAYS = 30
_MAX_DAYS = 400
_DEFAULT_LIMIT = 20
_TITLES = {"top": "Most searched", "nothing": "Searched, nothing found", "slow": "Slowest"}


@command
@click.argument("action", type=click.Choice(["add", "list", "revoke"]))
@click.argument("name", required=False)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help=f"What the key opens; repeat for more. [default: {_SCOPES}]",
)
@click.option("--until", metavar="YYYY-MM-DD", help="The key's last day, in UTC. [default: no end]")
@click.option(
    "--rate",
    metavar="RATE",
    help="The key's rate limit, such as 600/minute. [default: the setting rate_limit]",
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
    """Add, list or revoke API keys; the setting `open` decides what needs one.

    NAME is the user of a key; revoke also accepts a key's id. A key is shown only once, when it is
    added. The scope search opens the API, the feed, pages and suggestions; export opens exports and
    citations; metrics opens /metrics.
    """
    access_keys = ApiKeys(Path(context.settings.data))
    if action != "add" and (scopes or until or rate):
        raise click.UsageError(
            "--scope, --until and --rate are for a new key; "
            f"dateline keys {action} takes none of them"
        )
    if action == "list":
        if name is not None:
            raise click.UsageError("dateline keys list takes no NAME")
        all_keys = access_keys.all()
        context.report(
            {"keys": [{**key.to_json(), "expired": key.terms.expired} for key in all_keys]},
            lambda console: _show_keys(console, all_keys),
        )
        return
    if name is None:
        raise click.UsageError(f"name the user of the key: dateline keys {action} NAME")
    if action == "add":
        key, text = access_keys.add(name, _terms(scopes, until, rate))
        context.report(
            {**key.to_json(), "key": text},
            lambda console: _show_new_key(console, key, text),
            done=True,
        )
    else:
        key = access_keys.revoke(name)
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
    help="The order of the list.",
)
@click.option(
    "--days",
    type=click.IntRange(1, _MAX_DAYS),
    default=_DEFAULT_DAYS,
    show_default=True,
    help="Number of days, including today.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=_DEFAULT_LIMIT,
    show_default=True,
    help="Maximum number of queries.",
)
def queries(context: Context, *, order: str, days: int, limit: int) -> None:
    """List the most frequent queries, those without results, or the slowest.

    Only their text and daily counts are stored, never who searched.
    """
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
                _reason_for_none(counts, context.settings, days), markup=False, soft_wrap=True
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


def _reason_for_none(counts: QueryStats, settings: Settings, days: int) -> str:
    if settings.server.query_log == "off":
        return 'Nothing is counted (query_log = "off").'
    if reason := counts.why_not_counted():
        return (
            f"No search was counted in {days} days. "
            f"A server that runs as this user cannot count any: {reason}."
        )
    return f"No search was counted in {days} days."


def _terms(scopes: tuple[str, ...], until: str | None, rate: str | None) -> KeyTerms:
    try:
        return KeyTerms(known_scopes(scopes) or DEFAULT_SCOPES, until or "", rate or "")
    except InvalidKeyTerms as error:
        raise click.UsageError(str(error)) from error


def _show_new_key(console: Console, key: ApiKey, text: str) -> None:
    terms = key.terms
    summary = f"It opens {' and '.join(terms.scopes)}"
    summary += f", until the end of {terms.until} (UTC)" if terms.until else ", without end"
    summary += f", at most {terms.rate}." if terms.rate else "."
    console.print(
        f"{text}\nIt is shown only this once: pass it on to {key.name}.\n{summary}", markup=False
    )


def _show_keys(console: Console, access_keys: Sequence[ApiKey]) -> None:
    if not access_keys:
        console.print("There are no keys; dateline keys add NAME makes one.", markup=False)
        return
    table = Table()
    for name in ("id", "name", "scopes", "until", "rate", "made"):
        table.add_column(name)
    for key in access_keys:
        terms = key.terms
        until = f"{terms.until} (expired)" if terms.expired else terms.until
        scopes = ", ".join(terms.scopes) or "none"
        cells = (key.id, key.name, scopes, until or "-", terms.rate or "-", key.made)
        table.add_row(*map(Text, cells), style="dim" if terms.expired else None)
    console.print(table)
