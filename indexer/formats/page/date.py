"""Find the date of a saved page.

Declared dates come first, then the one printed at the head of the article, then the page's address.
Only full days count: a year, a copyright line, the address of an image and an ambiguous
`07/04/2018` are never a date.
"""

import datetime as dt
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from indexer.formats.dates.printed_dates import find_date
from indexer.formats.dates.timestamps import date_problem, iso_timestamp
from indexer.formats.page.date_lines import is_elsewhere, title_heading
from indexer.formats.page.declared_metadata import Declared, text_of
from indexer.formats.page.visible_date import find_visible_dates, is_of_change

__all__ = ["find_published"]

_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date",
    "sailthru.date", "datepublished", "date", "dc.date.issued", "dcterms.created", "dcterms.date",
    "dc.date", "dc.date.created", "pubdate", "publishdate", "publish_date", "publish-date",
    "publication_date", "cxenseparse:recs:publishtime", "article.published",
    "last-modified-date-published", "citation_publication_date", "citation_date",
    "iso-8601-publish-date", "rnews:datepublished", "vr:published_time", "weibo:article:create_at",
    "displaydate", "ptime", "originalpublicationdate", "article:published:time",
    "article:published", "published_at", "published", "date_published", "publicationdate",
    "pub_date", "pdate", "dcterms.issued", "dc:date", "dc.date.publication", "dc.dateissued",
    "prism.publicationdate", "article.created", "mediator_published_time",
)  # fmt: skip
_RDFA = frozenset(
    [
        "datePublished",
        "schema:datePublished",
        "dc:date",
        "dc:issued",
        "dcterms:issued",
        "dcterms:date",
    ]
)
_FARTHEST_ZONE = dt.timedelta(hours=14)
_QUARTER_HOUR = 900
_DAY_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)"
    r"|[-/_]((?:19|20)\d{2})(\d{2})(\d{2})(?=[-/_.?]|$)"
)
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/")
_TITLE_DATE = re.compile(r"[|–—-]\s*(\d{1,2}[.]\d{1,2}[.]\d{4}|\d{4}-\d{2}-\d{2})\s*(?:$|[|–—-])")
# Dates in the state that scripts embed in a page.
_STATE = re.compile(
    r"""["'\b]?(?:date_?(?:Published|Created)|(?:first_?)?publish(?:ed)?_?(?:Date|At|On|Time"""
    r"""|DateTime)?|pub_?(?:Date|time)|publication_?Date"""
    r"""|create_?Date|article_?date)["']?\s*[:=]\s*(?:"([^"]{8,40})"|'([^']{8,40})'"""
    r"""|(\d{8}|\d{10}|\d{13})(?=[,}\s]))""",
    re.IGNORECASE,
)
_FIRST_YEAR = 1900
_MAX_SHOWN_LENGTH = 60


def find_published(
    tree: HtmlElement, declared: Declared, latest: str = "", address: str = ""
) -> tuple[str, str]:
    """Return the date or date-time of publication in ISO 8601, and its place.

    If none is certain, the result is "" and the reason. Days after `latest`, such as the day of
    capture by an archive, are ignored. `address` is that of a page that declares none.
    """
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).date().isoformat()
    last = _day_after(latest) or "9999"
    heading = title_heading(
        tree,
        [*declared.meta.get("og:title", []), *(title.text or "" for title in tree.iter("title"))],
    )
    candidates, problems = _declared_dates(tree, declared, heading, last)
    if candidates:
        moment, _ = candidates[0]
        if (
            (day := _day_in(declared.url or address, _DAY_IN_PATH))
            and day < moment[:10]
            and _days_between(day, moment[:10]) > 1
        ):
            # An address is made once, on the first day; the declared date may be that of a
            # republication.
            return day, "address"
        return next(
            (other for other in candidates if _is_same_in_local_time(moment, other[0])),
            candidates[0],
        )
    for text, place in _dates_of_page(tree, declared, heading):
        if (moment := _parse(text)) and moment[:10] <= last:
            return moment, place
    last = min(last, tomorrow)
    for moment, place in _printed(tree, declared, heading, declared.url or address, problems):
        if f"{_FIRST_YEAR}" <= moment[:10] <= last:
            return moment, place
    return (
        "",
        f"the page has no date of publication; the date on it, {problems[0]}" if problems else "",
    )


def _declared_dates(
    tree: HtmlElement, declared: Declared, heading: HtmlElement | None, last: str
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the declared dates with their places, and the reasons against others."""
    dates: list[tuple[str, str]] = []
    problems: list[str] = []
    for text, place in _candidates(tree, declared, heading):
        moment = _parse(text)
        if moment and moment[:10] <= last:
            dates.append((moment, place))
        elif moment:
            problems.append(f"{_shown(text)}, is later than the page was captured")
        elif text and (problem := date_problem(text)):
            problems.append(f"{_shown(text)}, {problem}")
    return dates, problems


def _printed(
    tree: HtmlElement,
    declared: Declared,
    heading: HtmlElement | None,
    address: str,
    problems: list[str],
) -> Iterator[tuple[str, str]]:
    """Yield dates that are not declared, the most certain first.

    Reasons against other dates are added to `problems`.
    """
    for visible in find_visible_dates(tree, heading):
        date = visible.date
        if visible.problem:
            problems.append(f"{_shown(visible.line)}, {visible.problem}")
        elif date.day is None:
            problems.append(f"{_shown(visible.line)}, {date_problem(visible.line)}")
            if "two ways" in date.problem:
                # This is the article's date, and only the address could be more exact.
                break
        else:
            yield (
                iso_timestamp(visible.line) or date.day.isoformat(),
                f"line {_shown(visible.line)}",
            )
    if day := _day_in(address, _DAY_IN_ADDRESS):
        yield day, "address"
    for title in (
        declared.first("og:title", "title"),
        *(title.text or "" for title in tree.iter("title")),
    ):
        if match := _TITLE_DATE.search(title):
            yield iso_timestamp(match[1]), "title"
    days = {
        moment[:10]: moment
        for script in tree.iter("script")
        if "ld+json" not in (script.get("type") or "")
        for moment in _moments_in(script)
    }
    if len(days) == 1:
        yield next(iter(days.values())), "script"


def _moments_in(script: HtmlElement) -> Iterator[str]:
    for match in _STATE.finditer(script.text or ""):
        if moment := iso_timestamp(match[1] or match[2] or match[3]):
            yield moment


def _parse(text: str) -> str:
    """Read a date with its time; of a line with other text, only the day."""
    if moment := iso_timestamp(text):
        return moment
    date = find_date(text) if text else None
    return date.day.isoformat() if date and date.day and date.day.year >= _FIRST_YEAR else ""


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= _MAX_SHOWN_LENGTH else f"{text[: _MAX_SHOWN_LENGTH - 1]}…")


def _day_after(day: str) -> str:
    moment = iso_timestamp(day)
    return (dt.date.fromisoformat(moment[:10]) + dt.timedelta(days=1)).isoformat() if moment else ""


def _day_in(url: str, pattern: re.Pattern[str]) -> str:
    match = pattern.search(url)
    return (
        iso_timestamp("-".join(part.zfill(2) for part in match.groups() if part)) if match else ""
    )


def _days_between(first: str, second: str) -> int:
    return (dt.date.fromisoformat(second) - dt.date.fromisoformat(first)).days


def _is_same_in_local_time(moment: str, other: str) -> bool:
    """Return whether another moment is the same one in the site's own time zone.

    Then its day is the site's day.
    """
    if not moment.endswith("+00:00") or "T" not in other or other.endswith("+00:00"):
        return False
    utc_time, local_time = dt.datetime.fromisoformat(moment), dt.datetime.fromisoformat(other)
    if local_time.tzinfo is not None:
        return local_time == utc_time
    difference = abs(local_time - utc_time.replace(tzinfo=None))
    return difference <= _FARTHEST_ZONE and difference.total_seconds() % _QUARTER_HOUR == 0


def _candidates(
    tree: HtmlElement, declared: Declared, heading: HtmlElement | None
) -> Iterator[tuple[str, str]]:
    yield text_of(declared.article.get("datePublished")), "JSON-LD datePublished"
    for name in _META:
        yield declared.first(name), f"meta {name}"
    for element in declared.microdata("datePublished", "dateCreated"):
        yield _text_of_time(element), "microdata datePublished"
    yield text_of(declared.article.get("dateCreated")), "JSON-LD dateCreated"
    times = [time for time in tree.iter("time", "abbr") if not is_elsewhere(time, heading)]
    for time in times:
        name = f"{time.get('class') or ''} {time.get('itemprop') or ''}".lower()
        if time.get("pubdate") is not None or "ublish" in name or "entry-date" in name:
            yield _text_of_time(time), "time"
    others = [time for time in times if time.get("datetime") and not is_of_change(time)]
    yield from ((str(time.get("datetime")), "time") for time in others[:1])


def _dates_of_page(
    tree: HtmlElement, declared: Declared, heading: HtmlElement | None
) -> Iterator[tuple[str, str]]:
    """Yield dates that are declared for the page, not for its article."""
    for element in tree.xpath("//*[@property][not(self::meta)]"):
        if not _RDFA.isdisjoint(element.get("property").split()) and not is_elsewhere(
            element, heading
        ):
            yield _text_of_time(element), "RDFa"
    for element in tree.xpath("//*[@itemprop='datePublished']"):
        scope = next(
            (place for place in element.iterancestors() if "itemscope" in place.attrib), None
        )
        if scope is not None and (scope.get("itemtype") or "").endswith(
            ("Page", "CreativeWork", "Blog")
        ):
            yield _text_of_time(element), "microdata datePublished of the page"
    yield declared.page_published, "JSON-LD datePublished of the page"


def _text_of_time(element: HtmlElement) -> str:
    for name in ("content", "datetime", "title"):
        if iso_timestamp(text := element.get(name) or ""):
            return text
    return " ".join("".join(element.itertext()).split())[:200]
