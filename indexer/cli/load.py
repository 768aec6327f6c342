"""Commands that change the index: rebuild, update, delete, rollback, restore; and backup."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from indexer import load as load_sources
from indexer import maintenance
from indexer.acceptance import SwapRefused
from indexer.cli import rendering
from indexer.cli.base import DONE_IN_PART, Context, ReportLost, command, writing
from indexer.cli.output_checks import check_backup_target, check_lists, not_empty
from indexer.input.sources import SourceFiles, SourceMissing
from indexer.load import LoadOptions
from indexer.load_report import LoadReport
from indexer.progress import progress_on
from search.errors import DatelineError, WriteFailed
from search.files.output_file import OutputFile
from search.files.output_paths import STANDARD_OUTPUT
from search.files.write_errors import reason

__all__ = ["backup", "delete", "rebuild", "restore", "rollback", "update"]


def _loading(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of rebuild and update."""
    for option in (
        writing,
        click.option("--force", is_flag=True, help="Swap even if half of the articles are gone."),
        click.option(
            "--rejects",
            metavar="FILE",
            callback=not_empty,
            help="Write unreadable records to FILE as JSON Lines; - is standard output.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            help="Exclude files by name or relative path; repeat for more.",
        ),
        click.option(
            "--report",
            metavar="FILE",
            callback=not_empty,
            help="Write counts per source file to FILE as JSON Lines; - is standard output.",
        ),
        click.option("--dry-run", is_flag=True, help="Show what would change; write nothing."),
        click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    ):
        function = option(function)
    return function


@command
@_loading
@click.option(
    "--merge",
    is_flag=True,
    help="Merge the index into one segment at the end, for faster searches of a large archive.",
)
def rebuild(
    context: Context,
    *,
    sources: tuple[str, ...],
    exclude: tuple[str, ...],
    rejects: str | None,
    report: str | None,
    **options: Any,
) -> None:
    """Build a new index from all SOURCEs, check it, and make it live.

    A SOURCE is a file (.txt, .html, .jsonl, .json, .xml, .rss, .atom, .csv …, also with .gz), an
    archive of them (.zip, .tar, .tar.gz, .warc, .warc.gz), a folder, or - for JSON Lines on
    standard input.
    """
    source_files = _find_files(context, sources, exclude, rejects, report)
    _load(context, load_sources.rebuild, source_files, rejects, report, **options)


@command
@_loading
@click.option(
    "--prune", is_flag=True, help="Also delete the articles that the SOURCEs no longer contain."
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
    """Add new articles of the SOURCEs and replace changed ones, compared by content.

    Articles that the SOURCEs no longer contain are kept, unless --prune is given.
    """
    source_files = _find_files(context, sources, exclude, rejects, report)
    _load(context, load_sources.update, source_files, rejects, report, **options)


def _find_files(
    context: Context,
    sources: Sequence[str],
    exclude: Sequence[str],
    rejects: str | None,
    report: str | None,
) -> SourceFiles:
    """Check the files to write and find the files to read."""
    lists = {"--rejects": rejects, "--report": report}
    context.leave_standard_output_to(lists)
    outputs = check_lists(lists, context.settings.data, context.loaded.file)
    source_files = context.find_files(sources, exclude, outputs)
    if reason_for_none := source_files.nothing_to_read:
        raise SourceMissing(f"{reason_for_none}; nothing changed")
    return source_files


def _load(
    context: Context,
    load: Callable[..., LoadReport],
    source_files: SourceFiles,
    rejects: str | None,
    report: str | None,
    **options: Any,
) -> None:
    load_options = LoadOptions(formats=context.formats, left_out=source_files.left_out, **options)
    file_reports = OutputFile(report, "the report of files")
    outcome: LoadReport | None = None
    errors: list[BaseException] = []
    try:
        with progress_on(Console(stderr=True), rejects) as observer:
            outcome = load(
                context.store, source_files.files, observer, context.checks, load_options
            )
    except SwapRefused as refusal:
        if refusal.report:
            _show(context, refusal.report, rejects)
            _write_file_reports(refusal.report, file_reports)
        raise
    except BaseException as error:
        if not (outcome and isinstance(error, WriteFailed | OSError | KeyboardInterrupt)):
            file_reports.close(keep=False)
            raise
        # The new index is live, but the rejects could not be written.
        errors.append(error)
    errors += _report(context, outcome, file_reports, rejects)
    if errors and outcome.dry_run:
        raise errors[0]
    if errors:
        raise ReportLost("; ".join(map(_description, errors)))
    if outcome.rejected:
        sys.exit(DONE_IN_PART)


def _report(
    context: Context, outcome: LoadReport, file_reports: OutputFile, rejects: str | None
) -> Sequence[BaseException]:
    """Show the report of a load and write the reports of its files; return the errors."""
    errors: list[BaseException] = []
    for step in (
        partial(_show, context, outcome, rejects),
        partial(_write_file_reports, outcome, file_reports),
    ):
        try:
            step()
        except (ReportLost, WriteFailed, OSError, KeyboardInterrupt) as error:
            errors.append(error)
    return errors


def _write_file_reports(report: LoadReport, file_reports: OutputFile) -> None:
    for file in report.files.values():
        file_reports.write(orjson.dumps(file.to_dict(), option=orjson.OPT_APPEND_NEWLINE))
    file_reports.close(keep=True)


def _description(error: BaseException) -> str:
    """Describe why a report is missing; an error without a message is a closed standard output."""
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
@click.option("--forget", is_flag=True, help="Allow deleted articles to be loaded again.")
@click.option("--list", "listing", is_flag=True, help="List the ids that stay deleted.")
@writing
def delete(
    context: Context, *, ids: tuple[str, ...], forget: bool, listing: bool, wait: float
) -> None:
    """Delete articles by id, and keep them out of later loads."""
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
    outcome = change(context.store, ids, context.checks, wait)
    context.report(outcome, lambda console: rendering.show_deletion(console, outcome), done=True)
    if outcome["missing"]:
        sys.exit(DONE_IN_PART)


@command
@click.option(
    "--to",
    metavar="GENERATION",
    help="Return to this kept generation instead of the one before.",
)
@writing
def rollback(context: Context, *, to: str | None, wait: float) -> None:
    """Return to the generation before the live one; a second rollback undoes the first."""
    outcome = maintenance.rollback(context.store, context.checks, wait, to)
    context.report(
        outcome,
        lambda console: console.print(
            f"readers see generation {outcome['generation']}, before {outcome['before']}"
        ),
        done=True,
    )


@command
@click.argument("file", callback=not_empty)
def backup(context: Context, *, file: str) -> None:
    """Write a consistent copy of the live index and its catalog to FILE; a server may run.

    FILE may be a device or a pipe, or - for standard output.
    """
    context.leave_standard_output_to({"FILE": file})
    check_backup_target(file, context.settings.data, context.loaded.file)
    target = Path(file)
    if file != STANDARD_OUTPUT and target == Path(STANDARD_OUTPUT):
        # The argument ./- means a file named "-".
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
    """Make the content of a backup live; the previous index is kept for rollback."""
    with progress_on(Console(stderr=True), None) as observer:
        outcome = maintenance.restore(context.store, file, observer, context.checks, wait)
    context.report(
        outcome,
        lambda console: console.print(
            f"{outcome['articles']:,} articles restored as generation {outcome['generation']}"
        ),
        done=True,
    )
