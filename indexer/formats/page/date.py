"""When a saved page was published: what it declares, else its `<time>`, else what htmldate finds."""

import datetime as dt
import re
from collections.abc import Iterator

from htmldate import find_date as find_date_in_page
from lxml.html import HtmlElement

from indexer.formats.page.declared_metadata import Declared, text_of
from indexer.formats.timestamps import moment_of

__all__ = ["published_of"]

_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date", "sailthru.date",
    "datepublished", "date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "dc.date.created",
    "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "cxenseparse:recs:publishtime",
    "article.published", "last-modified-date-published", "citation_publication_date", "citation_date", "iso-8601-publish-date",
    "rnews:datepublished", "vr:published_time", "weibo:article:create_at", "displaydate", "ptime", "originalpublicationdate",
)  # fmt: skip
_FARTHEST_ZONE = dt.timedelta(hours=14)
_QUARTER_HOUR = 900
_DAY_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/")
_FARTHEST_QUARTER_HOUR = 900


def published_of(tree: HtmlElement, declared: Declared) -> tuple[str, str]:
    """Return the ISO 8601 date or date-time of publication and where it stood; empty texts where none is sure."""
    candidates = [(moment, place) for text, place in _candidates(tree, declared) if (moment := moment_of(text))]
    if candidates:
        moment, _ = candidates[0]
        if (day := _day_in(declared.url)) and day < moment[:10] and _days_between(day, moment[:10]) > 1:
            # An address is made once, on the first day; what is declared may be of a day when it was put up again.
            return day, "address"
        return next((other for other in candidates if _is_local(moment, other[0])), candidates[0])
    # What is left is to look at addresses and the visible text, which htmldate does best.
    found = find_date_in_page(
        tree,
        original_date=True,
        extensive_search=True,
        url=declared.url or None,
        max_date=dt.datetime.now(dt.UTC).date().isoformat(),
    )
    return (found, "htmldate") if found else ("", "")


def _day_in(url: str) -> str:
    match = _DAY_IN_ADDRESS.search(url)
    return moment_of("-".join(match.groups())) if match else ""


def _days_between(first: str, second: str) -> int:
    return (dt.date.fromisoformat(second) - dt.date.fromisoformat(first)).days


def _is_local(moment: str, other: str) -> bool:
    """Whether another moment is the same one by the site's own clock, where the first is told in UTC; then its day is the site's."""
    if not moment.endswith("+00:00") or "T" not in other or other.endswith("+00:00"):
        return False
    told, here = dt.datetime.fromisoformat(moment), dt.datetime.fromisoformat(other)
    if here.tzinfo is not None:
        return here == told
    apart = abs(here - told.replace(tzinfo=None))
    return apart <= _FARTHEST_ZONE and apart.total_seconds() % _QUARTER_HOUR == 0


def _candidates(tree: HtmlElement, declared: Declared) -> Iterator[tuple[str, str]]:
    yield text_of(declared.article.get("datePublished")), "JSON-LD datePublished"
    for name in _META:
        yield declared.first(name), f"meta {name}"
    for element in declared.microdata("datePublished", "dateCreated"):
        text = element.get("content") or element.get("datetime") or "".join(element.itertext())
        yield text, "microdata datePublished"
    yield text_of(declared.article.get("dateCreated")), "JSON-LD dateCreated"
    for time in tree.xpath("//time[@pubdate or contains(@class, 'ublish') or contains(@class, 'entry-date')]"):
        yield time.get("datetime") or "".join(time.itertext()), "time"
    times = [time for time in tree.iter("time") if time.get("datetime") and not _is_elsewhere(time)]
    yield from ((str(time.get("datetime")), "time") for time in times[:1])


def _is_elsewhere(element: HtmlElement) -> bool:
    return any(place.tag in ("aside", "footer", "nav") for place in element.iterancestors())
