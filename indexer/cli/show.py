"""Commands that only read: stats, check, search and export; `read` previews SOURCEs."""

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import Any

import click
from rich.console import Console

from indexer.cli import rendering
from indexer.cli.base import DONE_IN_PART, FAILED, Context, command, writing
from indexer.input.sources import SourceMissing
from indexer.preview import previews
from indexer.progress import Observer, progress_on
from indexer.repair import repair
from search.errors import EngineUnavailable, IndexForbidden, IndexMissing, InvalidQuery
from search.files.output_file import OutputFile
from search.files.output_paths import STANDARD_OUTPUT
from search.index.protocols import OUTDATED_NOTICE
from search.model.facets import VALUE_FACETS
from search.model.query import DEFAULT_SIZE, MAX_SIZE, Filter, Match, SearchQuery, SortOrder

__all__ = ["check", "export", "read", "search", "stats"]

_DAY = click.DateTime(["%Y-%m-%d"])


@command
def stats(context: Context) -> None:
    """Show statistics of the live index and its location."""
    statistics = context.store.current().statistics()
    place = context.place
    context.report(
        rendering.statistics_data(statistics) | {"index": place},
        lambda console: rendering.show_statistics(console, statistics, place),
    )


@command
@click.option(
    "--repair",
    "with_repair",
    is_flag=True,
    help="Rebuild a damaged index from the articles that can be read.",
)
@writing
def check(context: Context, *, with_repair: bool, wait: float) -> None:
    """Verify the live index.

    Checks that its files are as written, that every article is readable and in the catalog, and
    that every count matches its hits.
    """
    store = context.store
    with progress_on(Console(stderr=True), None) as observer:
        try:
            engine = store.current()
            generation = engine.generation
            # Every file is read, then every article.
            observer.expect(2 * engine.size, "checking")
            problems = engine.verify_thoroughly(observer.bytes_read)
            is_outdated = not problems and not engine.is_current
        except (IndexMissing, IndexForbidden):
            raise
        except EngineUnavailable as error:
            generation, problems, is_outdated = "", [str(error)], True
        data: dict[str, Any] = {
            "generation": generation,
            "ok": not problems,
            "problems": problems,
        }
        if is_outdated and not problems:
            data["notice"] = OUTDATED_NOTICE
        if with_repair and (problems or is_outdated):
            repaired = repair(store, observer, context.checks, wait)
            data.pop("notice", None)
            data |= {"ok": True, "generation": repaired.generation, "repaired": asdict(repaired)}
    context.report(
        data, lambda console: rendering.show_check(console, data), done="repaired" in data
    )
    if not data["ok"]:
        sys.exit(FAILED)


@command
def export(context: Context) -> None:
    """Write every article of the live index as JSON Lines to standard output."""
    engine = context.store.current()
    # On a terminal the articles themselves show the progress.
    progress = Observer() if sys.stdout.isatty() else progress_on(Console(stderr=True), None)
    with progress as observer, OutputFile(STANDARD_OUTPUT, "the export") as out:
        observer.expect(engine.count(SearchQuery()), "exporting")
        for article in engine.articles():
            out.write(article.to_json() + b"\n")
            observer.bytes_read(1)


@command
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Exclude files by name or relative path; repeat for more.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Show the first N records only."
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
def read(
    context: Context, *, sources: tuple[str, ...], exclude: tuple[str, ...], limit: int | None
) -> None:
    """Preview a load: each article, and where each of its values was found.

    Nothing is written. With --json each record is a line of JSON.
    """
    has_rejects = False
    source_files = context.find_files(sources, exclude)
    if reason := source_files.nothing_to_read:
        raise SourceMissing(reason)
    for preview in islice(previews(source_files.files, context.formats), limit):
        has_rejects |= bool(preview.reason)
        context.report(preview.to_dict(), partial(rendering.show_preview, preview=preview))
    if has_rejects:
        sys.exit(DONE_IN_PART)


def _filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for facet in reversed(VALUE_FACETS):
        function = click.option(
            f"--{facet.name}-match",
            type=click.Choice(["any", "all"]),
            default="any",
            help=f"Whether any or all of several {facet.name} values must match.",
        )(function)
        function = click.option(
            f"--not-{facet.name}", multiple=True, help=f"Exclude a {facet.name}."
        )(function)
        function = click.option(
            f"--{facet.name}", multiple=True, help=f"Only this {facet.name}; repeat for more."
        )(function)
    return function


@command
@click.argument("text", metavar="QUERY", default="")
@_filter_options
@click.option("--date", multiple=True, help="2017, 2017-07 or 2017-07-12; repeat for OR.")
@click.option("--from", "first_day", type=_DAY, help="First day, YYYY-MM-DD.")
@click.option("--to", "last_day", type=_DAY, help="Last day, YYYY-MM-DD.")
@click.option("--id", "ids", multiple=True, help="Only this article; repeat for more.")
@click.option("--sort", type=click.Choice([order.value for order in SortOrder]))
@click.option(
    "--match", type=click.Choice([match.value for match in Match]), default=Match.AUTO.value
)
@click.option("--page", type=click.IntRange(min=1), default=1)
@click.option("--size", type=click.IntRange(1, MAX_SIZE), default=DEFAULT_SIZE)
def search(
    context: Context,
    *,
    text: str,
    date: tuple[str, ...],
    first_day: dt.datetime | None,
    last_day: dt.datetime | None,
    ids: tuple[str, ...],
    sort: str | None,
    match: str,
    page: int,
    size: int,
    **filters: Any,
) -> None:
    """Search the live index."""
    selected = [Filter("date", value) for value in date]
    for facet in VALUE_FACETS:
        selected += [Filter(facet.name, value) for value in filters[facet.name]]
        selected += [
            Filter(facet.name, value, excluded=True) for value in filters[f"not_{facet.name}"]
        ]
    try:
        query = SearchQuery(
            text=text,
            filters=tuple(selected),
            all_values=tuple(
                facet.name for facet in VALUE_FACETS if filters[f"{facet.name}_match"] == "all"
            ),
            first_day=first_day.date() if first_day else None,
            last_day=last_day.date() if last_day else None,
            ids=tuple(dict.fromkeys(ids)),
            sort=SortOrder(sort) if sort else None,
            match=Match(match),
            page=page,
            size=size,
        )
    except InvalidQuery as error:
        # The parameter of an exclusion begins with a minus sign, which no option does.
        option = (
            f"not-{error.parameter[1:]}" if error.parameter.startswith("-") else error.parameter
        )
        raise click.UsageError(f"--{option}: {error}") from error
    results = context.store.current().search(query)
    context.report(
        rendering.page_data(results), lambda console: rendering.show_page(console, results)
    )
