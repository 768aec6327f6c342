"""What commands answer, for people (rich text) and for machines (data for JSON)."""

import html
import re
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexer.load import LoadReport
from indexer.progress import Observer
from search.results import Hit, IndexStatistics, SearchPage

__all__ = ["page_data", "show_check", "show_load", "show_page", "show_statistics", "statistics_data"]

_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_MEGABYTE = 1_000_000


def show_load(console: Console, report: LoadReport, observer: Observer, rejects: str | None) -> None:
    """Say what a load did."""
    verb = "would be indexed" if report.dry_run else "indexed"
    rate = report.added / report.seconds if report.seconds else 0.0
    console.print(
        f"{report.added:,} articles {verb} in {report.seconds:.1f} s ({rate:,.0f}/s), {report.rejected:,} rejected"
    )
    if report.replaced:
        console.print(f"{report.replaced:,} records repeated an id; the last one of each was taken")
    if report.unknown_keys:
        keys = ", ".join(f"{key} ({count:,})" for key, count in report.unknown_keys.most_common(10))
        console.print(f"keys that no article has were ignored: {keys}", markup=False)
    for reject in observer.first_rejects:
        place = f"{reject.origin}:{reject.line}" if reject.line else reject.origin
        console.print(f"rejected {place}: {reject.reason}", markup=False)
    if report.rejected > len(observer.first_rejects):
        console.print("and more" if rejects else "and more; --rejects FILE writes all of them")


def statistics_data(found: IndexStatistics) -> dict[str, Any]:
    """Return statistics for JSON."""
    return asdict(found)


def show_statistics(console: Console, found: IndexStatistics) -> None:
    """Show statistics as a table."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("articles", f"{found.articles:,}")
    table.add_row("dates", f"{found.first_day} to {found.last_day}")
    for facet, values in found.facets.items():
        table.add_row(facet, f"{values:,} value{'' if values == 1 else 's'}")
    table.add_row("size", f"{found.size / _MEGABYTE:,.1f} MB")
    table.add_row("generation", found.generation)
    table.add_row("built", found.built)
    table.add_row("schema version", str(found.schema_version))
    load = ", ".join(f"{value:,} {key}" for key, value in found.load.items() if isinstance(value, int))
    table.add_row("last load", load)
    console.print(table)


def show_check(console: Console, generation: str, wrong: list[str]) -> None:
    """Say what a check found."""
    if not wrong:
        console.print(f"generation {generation} is whole: every article is readable, every count is its hits")
    for problem in wrong:
        console.print(problem, markup=False)
    if wrong:
        console.print("run dateline rebuild SOURCE… to write the index anew")


def page_data(page: SearchPage) -> dict[str, Any]:
    """Return a page of hits for JSON."""
    return {
        "query": {
            "q": page.query.text,
            "understood": page.understood,
            "sort": page.query.order,
            "match": page.query.match,
        },
        "relaxed": page.relaxed,
        "total": page.total,
        "generation": page.generation,
        "hits": [
            hit.article.to_dict() | {"score": hit.score, "highlights": asdict(hit.highlights)} for hit in page.hits
        ],
        "facets": {
            result.facet.name: {"values": [asdict(value) for value in result.values], "more": result.more}
            for result in page.facets
        },
    }


def show_page(console: Console, page: SearchPage) -> None:
    """Show a page of hits, marks in colour."""
    relaxed = ", not all of them with every word" if page.relaxed else ""
    console.print(f"{page.total:,} article{'' if page.total == 1 else 's'}{relaxed}")
    for number, hit in enumerate(page.hits, page.first + 1):
        console.print()
        console.print(Text(f"{number}. ").append_text(_marked(hit.highlights.title, "bold")))
        console.print(Text(_attribution(hit), style="dim"))
        for fragment in hit.highlights.body:
            console.print(_marked(fragment))


def _attribution(hit: Hit) -> str:
    article = hit.article
    parts = [article.published[:10], ", ".join(article.authors), article.source, article.id]
    return " · ".join(part for part in parts if part)


def _marked(fragment: str, style: str = "") -> Text:
    text = Text(style=style)
    for number, piece in enumerate(_MARK.split(fragment)):
        text.append(html.unescape(piece), style="black on yellow" if number % 2 else None)
    return text
