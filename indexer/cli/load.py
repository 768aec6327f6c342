"""Commands that write: rebuild, update, delete, rollback, backup, restore."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from indexer.cli import output
from indexer.cli.base import SOME_REJECTED, Context, command, writing
from indexer.input.sources import SourceFiles, SourceMissing
from indexer.progress import progress_on
from indexer.publish import LoadOptions
from indexer.publish import delete as delete_articles
from indexer.publish import rebuild as build_anew
from indexer.publish import restore as restore_from
from indexer.publish import rollback as roll_back
from indexer.publish import update as bring_up_to_date

__all__ = ["backup", "delete", "rebuild", "restore", "rollback", "update"]


def _loading(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both commands that load take."""
    for option in (
        writing,
        click.option("--force", is_flag=True, help="Swap even when half of the articles are gone."),
        click.option(
            "--rejects", metavar="FILE", help="Write every record that could not be read here, as JSON Lines."
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            help="Leave out files by name or relative path; repeat for more.",
        ),
        click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing."),
        click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    ):
        function = option(function)
    return function


@command
@_loading
def rebuild(
    context: Context, *, sources: tuple[str, ...], exclude: tuple[str, ...], rejects: str | None, **options: Any
) -> None:
    """Build a fresh index from all SOURCEs beside the live one, check it, and swap it in.

    A SOURCE is a file (.txt, .html, .jsonl, .json, .xml, .rss, .atom, .csv …, also with .gz), an archive of them (.zip, .tar,
    .tar.gz, .warc, .warc.gz), a folder, or - for JSON Lines on standard input.
    """
    _load(context, build_anew, context.find_files(sources, exclude, [rejects]), rejects, **options)


@command
@_loading
@click.option("--prune", is_flag=True, help="Also delete the articles that the SOURCEs no longer hold.")
def update(
    context: Context, *, sources: tuple[str, ...], exclude: tuple[str, ...], rejects: str | None, **options: Any
) -> None:
    """Add and replace what changed in the SOURCEs since the last time, told by content.

    Without --prune articles that the SOURCEs no longer hold stay.
    """
    _load(context, bring_up_to_date, context.find_files(sources, exclude, [rejects]), rejects, **options)


def _load(context: Context, load: Callable[..., Any], found: SourceFiles, rejects: str | None, **options: Any) -> None:
    if said := found.nothing_to_read:
        raise SourceMissing(f"{said}; nothing changed")
    chosen = LoadOptions(formats=context.formats, **options)
    with progress_on(Console(stderr=True), rejects) as observer:
        report = load(context.store, found.files, observer, context.gate, chosen)
    report.skipped.update(found.left_out)
    context.report(report.to_dict(), lambda console: output.show_load(console, report, observer, rejects))
    if report.rejected:
        sys.exit(SOME_REJECTED)


@command
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@writing
def delete(context: Context, *, ids: tuple[str, ...], wait: float) -> None:
    """Remove articles by their ids."""
    done = delete_articles(context.store, ids, context.gate, wait)
    context.report(done, lambda console: output.show_deletion(console, done))
    if done["missing"]:
        sys.exit(SOME_REJECTED)


@command
@click.option("--to", metavar="GENERATION", help="Return to this one of the kept generations, not to the one before.")
@writing
def rollback(context: Context, *, to: str | None, wait: float) -> None:
    """Return to the generation before; once more returns."""
    done = roll_back(context.store, context.gate, wait, to)
    context.report(
        done, lambda console: console.print(f"readers see generation {done['generation']}, before {done['before']}")
    )


@command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(context: Context, *, file: Path) -> None:
    """Write a consistent copy of the live index and its catalog to FILE, while it is served."""
    with progress_on(Console(stderr=True), None) as observer:
        observer.expect(context.store.current().size, "backing up")
        name = context.store.backup(file, observer.bytes_read)
    data = {"generation": name, "file": str(file), "bytes": file.stat().st_size}
    context.report(data, lambda console: output.show_backup(console, data))


@command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@writing
def restore(context: Context, *, file: Path, wait: float) -> None:
    """Let readers see what a backup holds; the index of before is kept for rollback."""
    with progress_on(Console(stderr=True), None) as observer:
        done = restore_from(context.store, file, observer, context.gate, wait)
    context.report(
        done,
        lambda console: console.print(f"{done['articles']:,} articles restored as generation {done['generation']}"),
    )
