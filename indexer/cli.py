"""The command line. Each command reads its options, calls one function and says what came of it."""

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

import click
import orjson
from rich.console import Console

from indexer import terminal
from indexer.generations import rebuild as build
from indexer.load import LoadReport
from indexer.progress import progress_on
from indexer.sources import find_files
from search.config import Settings, read_settings
from search.engine import GenerationStore
from search.engines import open_store
from search.errors import DatelineError, InvalidQuery, InvalidSettings
from search.facets import VALUE_FACETS
from search.query import DEFAULT_SIZE, MAX_SIZE, Filter, Match, SearchQuery, SortOrder

__all__ = ["main"]

FAILED, USAGE, SOME_REJECTED = 1, 2, 3
"""Exit codes beside 0: nothing changed; a wrong option; done, but for some records."""

_DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(slots=True)
class _Context:
    """What every command gets: the settings in force, and whether a machine reads the answer."""

    settings: Settings
    as_json: bool
    console: Console

    @property
    def store(self) -> GenerationStore:
        return open_store(self.settings.engine, Path(self.settings.data))

    def report(self, data: dict[str, Any], show: Callable[[Console], None]) -> None:
        """Answer on standard output."""
        if self.as_json:
            sys.stdout.write(orjson.dumps(data).decode() + "\n")
        else:
            show(self.console)


def _command(function: Callable[..., Any]) -> click.Command:
    """Make a command with the options that stand everywhere."""

    def run(data: str | None, engine: str | None, as_json: bool, **options: Any) -> None:  # noqa: FBT001 # click names it
        settings = read_settings(os.environ, Path()).changed(data=data, engine=engine)
        function(_Context(settings, as_json, Console(soft_wrap=True, highlight=False)), **options)

    update_wrapper(run, function)
    shared = [
        click.option("--data", metavar="DIR", help="Where the index is. [default: DATELINE_DATA or ./data]"),
        click.option("--engine", help="tantivy, or OpenSearch addresses. [default: DATELINE_ENGINE or tantivy]"),
        click.option("--json", "as_json", is_flag=True, help="Answer as JSON."),
    ]
    for option in shared:
        run = option(run)
    return cli.command()(run)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dateline", prog_name="dateline")
def cli() -> None:
    """Search and browse an archive of news articles."""


@_command
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--rejects", metavar="FILE", help="Write every record that could not be read here, as JSON Lines.")
@click.option("--force", is_flag=True, help="Swap even when half of the articles are gone.")
@click.option("--wait", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help="Wait for another writer.")
def rebuild(
    context: _Context, *, sources: tuple[str, ...], dry_run: bool, rejects: str | None, force: bool, wait: float
) -> None:
    """Build a fresh index from all SOURCEs beside the live one, check it, and swap it in.

    A SOURCE is a file (.txt, .jsonl, .jsonl.gz), a folder of them, or - for JSON Lines on standard input.
    """
    files = find_files(sources)
    settings = context.settings
    with progress_on(Console(stderr=True), rejects) as observer:
        report = build(
            context.store,
            files,
            language=settings.language,
            observer=observer,
            force=force,
            dry_run=dry_run,
            wait=wait,
        )
    context.report(report.to_dict(), lambda console: terminal.show_load(console, report, observer, rejects))
    _exit_with(report)


@_command
def stats(context: _Context) -> None:
    """Say what the live index holds."""
    found = context.store.current().statistics()
    context.report(terminal.statistics_data(found), lambda console: terminal.show_statistics(console, found))


@_command
def check(context: _Context) -> None:
    """Verify the live index: readable, complete, and every count equal to the hits behind it."""
    engine = context.store.current()
    wrong = engine.verify()
    data = {"generation": engine.generation, "ok": not wrong, "problems": wrong}
    context.report(data, lambda console: terminal.show_check(console, engine.generation, wrong))
    if wrong:
        sys.exit(FAILED)


@_command
def export(context: _Context) -> None:
    """Write every article of the live index as JSON Lines to standard output."""
    for article in context.store.current().articles():
        sys.stdout.buffer.write(article.to_json() + b"\n")
    sys.stdout.buffer.flush()


def _filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for facet in reversed(VALUE_FACETS):
        function = click.option(f"--not-{facet.name}", multiple=True, help=f"Leave out a {facet.name}.")(function)
        function = click.option(f"--{facet.name}", multiple=True, help=f"Keep a {facet.name}; repeat for OR.")(function)
    return function


@_command
@click.argument("text", metavar="QUERY", default="")
@_filter_options
@click.option("--date", multiple=True, help="2017, 2017-07 or 2017-07-12; repeat for OR.")
@click.option("--from", "first_day", type=_DAY, help="First day, YYYY-MM-DD.")
@click.option("--to", "last_day", type=_DAY, help="Last day, YYYY-MM-DD.")
@click.option("--sort", type=click.Choice([order.value for order in SortOrder]))
@click.option("--match", type=click.Choice([match.value for match in Match]), default=Match.AUTO.value)
@click.option("--page", type=click.IntRange(min=1), default=1)
@click.option("--size", type=click.IntRange(1, MAX_SIZE), default=DEFAULT_SIZE)
def search(  # click shows each option's help
    context: _Context,
    *,
    text: str,
    date: tuple[str, ...],
    first_day: dt.datetime | None,
    last_day: dt.datetime | None,
    sort: str | None,
    match: str,
    page: int,
    size: int,
    **filters: tuple[str, ...],
) -> None:
    """Search the live index."""
    chosen = [Filter("date", value) for value in date]
    for facet in VALUE_FACETS:
        chosen += [Filter(facet.name, value) for value in filters[facet.name]]
        chosen += [Filter(facet.name, value, excluded=True) for value in filters[f"not_{facet.name}"]]
    try:
        query = SearchQuery(
            text=text,
            filters=tuple(chosen),
            first_day=first_day.date() if first_day else None,
            last_day=last_day.date() if last_day else None,
            sort=SortOrder(sort) if sort else None,
            match=Match(match),
            page=page,
            size=size,
        )
    except InvalidQuery as error:
        raise click.UsageError(f"--{error.parameter}: {error}") from error
    found = context.store.current().search(query)
    context.report(terminal.page_data(found), lambda console: terminal.show_page(console, found))


@_command
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes. [default: one a core, four at most]")
def serve(context: _Context, *, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the pages and the API on a production server."""
    from web.server import run  # noqa: PLC0415 # the one place where the indexer meets the web, and only when serving

    run(context.settings.changed(host=host, port=port, workers=workers))


@_command
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [default: 8000]")
def demo(context: _Context, *, port: int | None) -> None:
    """Index the bundled sample and serve it."""
    from web.server import run  # noqa: PLC0415 # as above

    # Beside a real index, never in its place.
    settings = context.settings.changed(data=str(Path(context.settings.data) / "demo"), port=port)
    store = open_store(settings.engine, Path(settings.data))
    with (
        resources.as_file(resources.files("indexer.sample")) as folder,
        progress_on(Console(stderr=True), None) as observer,
    ):
        report = build(store, find_files([str(folder)]), language="en", observer=observer, force=True)
    terminal.show_load(Console(stderr=True, highlight=False), report, observer, None)
    run(settings)


def _later(name: str, what: str) -> None:
    def refuse(**_: Any) -> NoReturn:
        raise DatelineError(f"dateline {name} is not part of this version yet; {what}")

    command = click.Command(
        name,
        callback=refuse,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True},
        help="Not part of this version yet.",
    )
    cli.add_command(command)


_later("update", "run dateline rebuild with all SOURCEs")
_later("delete", "run dateline rebuild without the articles")
_later("rollback", "run dateline rebuild with the SOURCEs of before")
_later("backup", "keep the output of dateline export, which dateline rebuild reads back")
_later("restore", "run dateline rebuild with a file that dateline export wrote")


def _exit_with(report: LoadReport) -> None:
    if report.rejected:
        sys.exit(SOME_REJECTED)


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; every failure that Dateline knows is one clear line."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except InvalidSettings as error:
        _fail(str(error), USAGE)
    except DatelineError as error:
        _fail(str(error), FAILED)
    except (KeyboardInterrupt, click.Abort):
        _fail("stopped; nothing changed", FAILED)
    except BrokenPipeError:
        # Whoever read our output has left; say nothing more to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}; nothing changed", FAILED)


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"dateline: {message}\n")
    sys.exit(code)
