"""Formats the results of commands: rich text for people, and data for JSON."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexer.load_report import READERS, LoadReport
from indexer.preview import Preview
from search.model.results import Hit, IndexStatistics, SearchPage

__all__ = [
    "page_data",
    "show_backup",
    "show_check",
    "show_deleted_ids",
    "show_deletion",
    "show_load",
    "show_page",
    "show_preview",
    "show_statistics",
    "statistics_data",
]

_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_MEGABYTE = 1_000_000
_MAX_VALUE_LENGTH = 300
_MAX_SHOWN = 5


def show_load(console: Console, report: LoadReport, rejects: str | None) -> None:
    """Show the outcome of a load."""
    rate = report.read / report.seconds if report.seconds else 0.0
    console.print(
        f"{_number(report.read, 'record')} read in {report.seconds:.1f} s ({rate:,.0f}/s): "
        f"{_number(report.articles, 'article')}, {report.rejected:,} rejected"
    )
    would = "would be " if report.dry_run else ""
    console.print(
        f"{report.added:,} {would}added, {report.changed:,} {would}changed, "
        f"{report.deleted:,} {would}deleted, {report.unchanged:,} unchanged"
    )
    _show_left_out(console, report)
    if READERS in report.changed_settings:
        console.print(
            "this release reads some files differently from the one that loaded the index, "
            "including ids of feeds: run dateline rebuild with all SOURCEs once; otherwise "
            "articles of feeds may appear twice"
        )
    if named := ", ".join(name for name in report.changed_settings if name != READERS):
        console.print(
            f"the settings differ from those of the last load ({named}; dateline settings shows "
            "them): all records were read again; articles that these SOURCEs do not contain still "
            "follow the earlier settings",
            markup=False,
        )
    for reject in report.rejects[:_MAX_SHOWN]:
        console.print(f"rejected {_place(reject)}: {reject['reason']}", markup=False)
    if report.rejected > _MAX_SHOWN:
        console.print("and more" if rejects else "and more; --rejects FILE writes all of them")
    if report.not_pruned:
        console.print(report.not_pruned, markup=False)
    if report.generation:
        console.print(f"readers see generation {report.generation}")
    elif not report.dry_run and not report.refused:
        console.print("nothing changed, so readers see the same index as before")


def _show_left_out(console: Console, report: LoadReport) -> None:
    """Show which records and files gave no article."""
    if report.replaced:
        console.print(
            f"{_number(report.replaced, 'record')} repeated an id; the last of each was used:"
        )
        for item in report.replaced_ids[:_MAX_SHOWN]:
            console.print(f"  {item.id}: {item.origin} replaces {item.replaced}", markup=False)
        if report.replaced > _MAX_SHOWN:
            console.print("  and more; --json names the first 1,000")
    if report.skipped:
        console.print(
            f"{_number(report.skipped.total(), 'record')} skipped, not an article: "
            f"{_kinds(report.skipped)}"
        )
    if report.left_out:
        console.print(
            f"{_number(report.left_out.total(), 'file')} not read: {_kinds(report.left_out)}",
            markup=False,
        )
    if report.unknown_keys:
        console.print(f"unknown keys were ignored: {_kinds(report.unknown_keys)}", markup=False)


def _kinds(counts: Counter[str]) -> str:
    return ", ".join(f"{kind} ({count:,})" for kind, count in counts.most_common(10))


def _place(reject: Mapping[str, Any]) -> str:
    return f"{reject['origin']}:{reject['line']}" if reject["line"] else str(reject["origin"])


def show_deletion(console: Console, outcome: dict[str, Any]) -> None:
    """Show the deleted or forgotten articles, and ids that were not found."""
    if "forgotten" in outcome:
        forgotten = _number(len(outcome["forgotten"]), "id")
        console.print(f"{forgotten} forgotten; the next load that has the article adds it again")
        for missing in outcome["missing"]:
            console.print(f"{missing!r} was not deleted", markup=False)
        return
    console.print(
        f"{_number(outcome['deleted'], 'article')} deleted and kept out of later loads; "
        f"readers see generation {outcome['generation']}"
    )
    for missing in outcome["missing"]:
        console.print(f"no article has the id {missing!r}", markup=False)


def show_deleted_ids(console: Console, ids: list[str]) -> None:
    """Show the ids that stay deleted, one per line."""
    for article_id in ids:
        console.print(article_id, markup=False)


def show_backup(console: Console, outcome: dict[str, Any]) -> None:
    """Show the file and size of a backup."""
    size = outcome["bytes"] / _MEGABYTE
    console.print(
        f"generation {outcome['generation']} is in {outcome['file']} ({size:,.1f} MB)",
        markup=False,
    )


def statistics_data(statistics: IndexStatistics) -> dict[str, Any]:
    """Return statistics for JSON; the load's notes are reduced to the number of deleted ids."""
    load = {
        key: value
        for key, value in statistics.load.items()
        if key not in ("deleted_ids", "read_with")
    }
    deleted = statistics.load.get("deleted_ids")
    return asdict(statistics) | {
        "load": load | {"deleted_ids": len(deleted) if isinstance(deleted, list) else 0}
    }


def show_statistics(console: Console, statistics: IndexStatistics, location: str) -> None:
    """Show statistics as a table."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("index", location)
    table.add_row("articles", f"{statistics.articles:,}")
    table.add_row("dates", f"{statistics.first_day} to {statistics.last_day}")
    for name, facet in statistics.facets.items():
        without = (
            f", {_number(facet.articles_without, 'article')} without"
            if facet.articles_without
            else ""
        )
        table.add_row(name, _number(facet.values, "value") + without)
    size = f"{statistics.size / _MEGABYTE:,.1f} MB"
    table.add_row("size", f"{size} in {_number(statistics.segments, 'segment')}")
    table.add_row("generation", statistics.generation)
    table.add_row("built", statistics.built)
    table.add_row("schema version", str(statistics.schema_version))
    table.add_row(
        "last load",
        ", ".join(
            f"{value:,} {key}" for key, value in statistics.load.items() if isinstance(value, int)
        ),
    )
    if deleted := statistics.load.get("deleted_ids"):
        table.add_row(
            "kept out", _number(len(deleted) if isinstance(deleted, list) else 0, "deleted id")
        )
    console.print(table)
    rejects = statistics.load.get("rejects")
    for reject in rejects if isinstance(rejects, list) else ():
        console.print(f"rejected {_place(reject)}: {reject['reason']}", markup=False)


def show_check(console: Console, data: dict[str, Any]) -> None:
    """Show the problems that a check found, and the result of a repair."""
    for problem in data["problems"]:
        console.print(problem, markup=False)
    if repaired := data.get("repaired"):
        others = (
            f", {repaired['from_others']:,} of them from an earlier generation"
            if repaired["from_others"]
            else ""
        )
        console.print(
            f"{_number(repaired['articles'], 'article')} recovered{others}; "
            f"readers see generation {repaired['generation']}"
        )
    elif data["ok"]:
        console.print(
            f"generation {data['generation']} is intact: its files are as written, every article "
            "is readable and in the catalog, every count matches its hits"
        )
        if notice := data.get("notice"):
            console.print(notice, markup=False)
    elif data["generation"]:
        # The error of an index that cannot be opened already says what to do.
        console.print("run dateline check --repair, dateline rollback, or dateline rebuild SOURCE…")


def page_data(page: SearchPage) -> dict[str, Any]:
    """Return a page of hits for JSON."""
    return {
        "query": {
            "q": page.query.text,
            "understood": page.understood,
            "sort": page.query.order,
            "match": page.query.match,
        },
        "corrected": page.corrected,
        "corrections": [asdict(correction) for correction in page.corrections],
        "synonyms": [synonym._asdict() for synonym in page.synonyms],
        "relaxed": page.relaxed,
        "total": page.total,
        "generation": page.generation,
        "hits": [
            hit.article.to_dict() | {"score": hit.score, "highlights": asdict(hit.highlights)}
            for hit in page.hits
        ],
        "facets": {
            result.facet.name: {
                "values": [asdict(value) for value in result.values],
                "more": result.more,
            }
            for result in page.facets
        },
    }


def show_page(console: Console, page: SearchPage) -> None:
    """Show a page of hits: a table with coloured marks on a terminal, otherwise plain lines."""
    relaxed = ", not all of them with every word" if page.relaxed else ""
    console.print(f"{_number(page.total, 'article')}{relaxed}")
    if page.query.has_reversed_days:
        console.print("the first day is after the last day, so nothing can match")
    for line in _rewriting_lines(page):
        console.print(line, markup=False)
    numbered = list(enumerate(page.hits, page.first + 1))
    if not console.is_terminal:
        for number, hit in numbered:
            console.print()
            console.print(Text(f"{number}. ").append_text(_marked(hit.highlights.title)))
            console.print(Text(_attribution(hit)))
            for fragment in hit.highlights.body:
                console.print(_marked(fragment))
        return
    table = Table(
        "", "article", "date", "source", box=box.SIMPLE_HEAD, pad_edge=False, show_lines=True
    )
    for number, hit in numbered:
        cell = Text().append_text(_marked(hit.highlights.title, "bold"))
        byline = Text(", ".join((*hit.article.authors, hit.article.id)), style="dim")
        for text in (byline, *map(_marked, hit.highlights.body)):
            cell.append("\n").append_text(text)
        table.add_row(str(number), cell, hit.article.published[:10], hit.article.source)
    # This console wraps cells at the terminal's width; the command's own does not wrap.
    Console(highlight=False).print(table)


def show_preview(console: Console, preview: Preview) -> None:
    """Show a record's article: each key with its value, and where that was found."""
    place = f"{preview.origin}:{preview.line}" if preview.line else preview.origin
    if preview.article is None:
        outcome = (
            f"left out, {preview.skipped}" if preview.skipped else f"rejected, {preview.reason}"
        )
        console.print(Text(f"{place}: {outcome}\n"))
        return
    console.print(Text(place, style="bold"))
    rows = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1, overflow="fold")
    rows.add_column(style="dim", overflow="fold", max_width=40)
    for key, source in preview.found.items():
        value = getattr(preview.article, key)
        text = "\n".join(value) if isinstance(value, tuple) else value
        rows.add_row(f"  {key}", Text(_shortened(text)), Text(source))
    if preview.encoding:
        rows.add_row("  encoding", Text(preview.encoding))
    console.print(rows)
    if preview.unknown:
        console.print(Text(f"  ignored: {', '.join(preview.unknown)}"))
    console.print()


def _shortened(text: str) -> str:
    if len(text) <= _MAX_VALUE_LENGTH:
        return text
    return f"{text[:_MAX_VALUE_LENGTH]}… ({len(text):,} characters)"


def _rewriting_lines(page: SearchPage) -> Iterator[str]:
    """Yield lines about the correction, other spellings and synonyms of a query."""
    if page.corrected:
        yield f"nothing matches {page.query.text!r}; these match {page.corrected!r}"
    others = [
        f"{correction.text!r} ({correction.total:,})"
        for correction in page.corrections
        if correction.text != page.corrected
    ]
    if others:
        yield f"did you mean {' or '.join(others)}?"
    if page.synonyms:
        yield f"also searching {', '.join(synonym.also for synonym in page.synonyms)}"


def _attribution(hit: Hit) -> str:
    article = hit.article
    parts = [article.published[:10], ", ".join(article.authors), article.source, article.id]
    return " · ".join(part for part in parts if part)


def _marked(fragment: str, style: str = "") -> Text:
    text = Text(style=style)
    for number, piece in enumerate(_MARK.split(fragment)):
        text.append(html.unescape(piece), style="black on yellow" if number % 2 else None)
    return text


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
