"""Commands that change the index, and backup: rebuild, update, delete, rollback, restore."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from indexer import maintenance, publish
from indexer.acceptance import SwapRefused
from indexer.cli import rendering
from indexer.cli.base import DONE_IN_PART, Context, ReportLost, command, writing
from indexer.cli.output_checks import check_backup_target, check_lists, not_empty
from indexer.input.sources import SourceFiles, SourceMissing
from indexer.load_report import LoadReport
from indexer.progress import progress_on
from indexer.publish import LoadOptions
from search.errors import DatelineError, WriteFailed
from search.files.output_file import OutputFile
from search.files.output_paths import STANDARD_OUTPUT
from search.files.write_errors import reason

__all__ = ["backup", "delete", "rebuild", "restore", "rollback", "update"]


def _loading(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both commands that load take."""
    for option in (
        writing,
        click.option("--force", is_flag=True, help="Swap even when half of the articles are gone."),
        click.option(
            "--rejects",
            metavar="FILE",
            callback=not_empty,
            help="Write every record that could not be read here, as JSON Lines; - is standard output.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            help="Leave out files by name or relative path; repeat for more.",
        ),
        click.option(
            "--report",
            metavar="FILE",
            callback=not_empty,
            help="Write what became of each file's records here, as JSON Lines; - is standard output.",
        ),
        click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing."),
        click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    ):
        function = option(function)
    return function


@command
@_loading
def rebuild(
    context: Context,
    *,
    sources: tuple[str, ...],
    exclude: tuple[str, ...],
    rejects: str | None,
    report: str | None,
    **options: Any,
) -> None:
    """Build a fresh index from all SOURCEs beside the live one, check it, and swap it in.

    A SOURCE is a file (.txt, .html, .jsonl, .json, .xml, .rss, .atom, .csv …, also with .gz), an archive of them (.zip, .tar,
    .tar.gz, .warc, .warc.gz), a folder, or - for JSON Lines on standard input.
    """
    found = _found(context, sources, exclude, rejects, report)
    _load(context, publish.rebuild, found, rejects, report, **options)


@command
@_loading
@click.option(
    "--prune", is_flag=True, help="Also delete the articles that the SOURCEs no longer hold."
)
def update(
    context: Context,
    *,
    sources: tuple[str, ...],
    exclude: tuple[str, ...],
    rejects: str | None,
    report: str | None,
    **options: Any,
) -> None:
    """Add and replace what changed in the SOURCEs since the last time, told by content.

    Without --prune articles that the SOURCEs no longer hold stay.
    """
    found = _found(context, sources, exclude, rejects, report)
    _load(context, publish.update, found, rejects, report, **options)


def _found(
    context: Context,
    sources: Sequence[str],
    exclude: Sequence[str],
    rejects: str | None,
    report: str | None,
) -> SourceFiles:
    """Check the files to write, and find those to read."""
    lists = {"--rejects": rejects, "--report": report}
    context.leave_standard_output_to(lists)
    found = context.find_files(sources, exclude, check_lists(lists, context.settings.data))
    if said := found.nothing_to_read:
        raise SourceMissing(f"{said}; nothing changed")
    return found


def _load(
    context: Context,
    load: Callable[..., LoadReport],
    found: SourceFiles,
    rejects: str | None,
    report: str | None,
    **options: Any,
) -> None:
    chosen = LoadOptions(formats=context.formats, left_out=found.left_out, **options)
    by_file = OutputFile(report, "the report of files")
    done: LoadReport | None = None
    lost: list[BaseException] = []
    try:
        with progress_on(Console(stderr=True), rejects) as observer:
            done = load(context.store, found.files, observer, context.checks, chosen)
    except SwapRefused as refusal:
        if refusal.report:
            _show(context, refusal.report, rejects)
            _write_by_file(refusal.report, by_file)
        raise
    except BaseException as error:
        if not (done and isinstance(error, WriteFailed | OSError | KeyboardInterrupt)):
            by_file.close(keep=False)
            raise
        # Readers see the new index, though the rejects could not be written.
        lost.append(error)
    lost += _untold(context, done, by_file, rejects)
    if lost and done.dry_run:
        raise lost[0]
    if lost:
        raise ReportLost("; ".join(map(_said, lost)))
    if done.rejected:
        sys.exit(DONE_IN_PART)


def _untold(
    context: Context, done: LoadReport, by_file: OutputFile, rejects: str | None
) -> Sequence[BaseException]:
    """Answer with the report of a load and write that of its files; return what stopped them."""
    lost: list[BaseException] = []
    for tell in (partial(_show, context, done, rejects), partial(_write_by_file, done, by_file)):
        try:
            tell()
        except (ReportLost, WriteFailed, OSError, KeyboardInterrupt) as error:
            lost.append(error)
    return lost


def _write_by_file(report: LoadReport, by_file: OutputFile) -> None:
    for file in report.files.values():
        by_file.write(orjson.dumps(file.to_dict(), option=orjson.OPT_APPEND_NEWLINE))
    by_file.close(keep=True)


def _said(error: BaseException) -> str:
    """Say why something was not told; a list on standard output whose reader has left says nothing itself."""
    if isinstance(error, KeyboardInterrupt):
        return "it was stopped before its report and lists were written"
    return (
        str(error)
        if isinstance(error, DatelineError)
        else f"a list could not be written: {reason(error, Path())}"
    )


def _show(context: Context, report: LoadReport, rejects: str | None) -> None:
    context.report(
        report.to_dict(),
        lambda console: rendering.show_load(console, report, rejects),
        done=not report.dry_run and not report.refused,
    )


@command
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option("--forget", is_flag=True, help="Let deleted articles be loaded again.")
@click.option("--list", "listing", is_flag=True, help="Name the ids that stay deleted.")
@writing
def delete(
    context: Context, *, ids: tuple[str, ...], forget: bool, listing: bool, wait: float
) -> None:
    """Remove articles by their ids, and keep them out of later loads."""
    if listing:
        if ids or forget:
            raise click.UsageError("--list takes no ID and no --forget")
        deleted = maintenance.deleted_ids(context.store)
        context.report(
            {"deleted_ids": deleted}, lambda console: rendering.show_deleted_ids(console, deleted)
        )
        return
    if not ids:
        raise click.UsageError("Missing argument 'ID...'.")
    change = maintenance.forget if forget else maintenance.delete
    done = change(context.store, ids, context.checks, wait)
    context.report(done, lambda console: rendering.show_deletion(console, done), done=True)
    if done["missing"]:
        sys.exit(DONE_IN_PART)


@command
@click.option(
    "--to",
    metavar="GENERATION",
    help="Return to this one of the kept generations, not to the one before.",
)
@writing
def rollback(context: Context, *, to: str | None, wait: float) -> None:
    """Return to the generation before; once more returns."""
    done = maintenance.rollback(context.store, context.checks, wait, to)
    context.report(
        done,
        lambda console: console.print(
            f"readers see generation {done['generation']}, before {done['before']}"
        ),
        done=True,
    )


@command
@click.argument("file", callback=not_empty)
def backup(context: Context, *, file: str) -> None:
    """Write a consistent copy of the live index and its catalog to FILE, while it is served.

    FILE may be a device or a pipe, or - for standard output.
    """
    context.leave_standard_output_to({"FILE": file})
    check_backup_target(file, context.settings.data)
    target = Path(file)
    if file != STANDARD_OUTPUT and target == Path(STANDARD_OUTPUT):
        # ./- is a file of that name.
        target = target.absolute()
    with progress_on(Console(stderr=True), None) as observer:
        size = context.store.current().size
        observer.expect(size, "backing up")
        name = context.store.backup(target, observer.bytes_read)
    data = {
        "generation": name,
        "file": file,
        "bytes": target.stat().st_size if target.is_file() else size,
    }
    context.report(data, lambda console: rendering.show_backup(console, data), done=True)


@command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@writing
def restore(context: Context, *, file: Path, wait: float) -> None:
    """Show readers the content of a backup; the index before it is kept for rollback."""
    with progress_on(Console(stderr=True), None) as observer:
        done = maintenance.restore(context.store, file, observer, context.checks, wait)
    context.report(
        done,
        lambda console: console.print(
            f"{done['articles']:,} articles restored as generation {done['generation']}"
        ),
        done=True,
    )
