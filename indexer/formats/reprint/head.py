"""The head of a reprint: title, deck, by-line, publisher's date, source and its date, labels."""

import datetime as dt
import re
from dataclasses import dataclass, field
from html import unescape
from itertools import islice

from indexer.formats.bylines.authors import authors_of
from indexer.formats.dates.printed_dates import PrintedDate, find_date
from indexer.formats.dates.timestamps import iso_timestamp
from indexer.formats.reprint.lines import (
    are_names,
    are_surely_names,
    by_line,
    is_between_outlet,
    is_sentence,
    is_short_name,
    only_link,
)
from indexer.formats.reprint.publishers import Publishers
from indexer.formats.text.links import LINK, address_of, link_text, unlinked
from search.errors import InvalidArticle

__all__ = ["Head"]

_LABEL = re.compile(
    r"\b(?:(?P<reports>(?:In[- ]?depth\s+)?Report|Dossier)"
    r"|(?P<regions>R[ée]gi(?:[oó]n(?:en?)?|one|ão|ões|oni))|(?P<themes>Th[eè]m(?:en|[ea])|Tem[ai])"
    r"|(?P<source>(?:Original\s+)?Source))(?:e?s|\(s\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_LABELS_ALONE = frozenset(
    "region|regions|theme|themes|report|reports|dossier|dossiers|in-depth report|in-depth reports"
    "|région|régions|thème|thèmes|tema|temas|temi|thema|themen|regione|regioni|regionen|região"
    "|regiões".split("|")
)
_MAX_LABEL_LENGTH = 16
_BULLETS = "-•·–* "
_FROM_SITE = re.compile(r"^(?:from(?: the)?|del sitio web)\b\s*", re.IGNORECASE)
_AUTHOR_AFTER = re.compile(r"\s*(?:Author:|[|–—-]\s*(?:by|par|por|von|di)\s)\s*(.+)", re.IGNORECASE)
_UNFINISHED = (",", " and", " &", " et", " und")
_CONTINUES = re.compile(r"(?:and|&|et|und)\s")
_IN_SENTENCE = re.compile(r"\s(?:on|in|since|of|until|from)\s*$")
# Text after a date, such as `from The Example Website` and `Author: Ana Roy`.
_AFTER_DATE_TEXT = re.compile(
    r"(?:from|by|author:)\s|[-–—|]|\(?(?:(?:last\s)?updated"
    r"|(?:originally|first)\s(?:published|posted))\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"[\W_]*(?:last\s)?(?:updated|modified|revised|edited)(?:\son)?[\W_]*", re.IGNORECASE
)
_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag"
    " freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes"
    " miércoles jueves viernes sábado domingo".split()
)
_TIME = re.compile(r"[\s,]*(?:at\s|um\s|à\s)?\d{1,2}[:.]\d{2}")
_EMPTY_BRACKETS = re.compile(r"\s*[(\[]\s*[)\]]")
_TRANSLATION = re.compile(
    r"(?:traducci|translat|traduit|traduction|übersetz|tradu[çz])", re.IGNORECASE
)
_DASH_OUTLET = re.compile(r"\s*[–—|]\s*(?P<outlet>\S.*)")
_MAX_OUTLET_LENGTH = 90
_MAX_ADDITION_LENGTH = 40
_FIRST_YEAR = 1600
"""No newspaper is older; earlier years are of the Persian and Islamic calendars."""
_HEAD_LINES = 16
_LINES_TAKEN = {"with next": 1, "with next two": 2}
"""How many of the following lines belong to a line that was read."""
_DECK_LINES = 4
_MAX_HEAD_LINE_LENGTH = 260


@dataclass(slots=True)
class Head:
    """The lines above the body, read into the keys of an article."""

    publishers: Publishers
    title: str = ""
    deck: str = ""
    byline: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    source: str = ""
    source_url: str = ""
    source_published: str = ""
    problem: str = ""
    labelled: dict[str, list[str]] = field(
        default_factory=lambda: {"regions": [], "themes": [], "reports": []}
    )

    def read(self, lines: list[str]) -> list[str]:
        """Read the head, and return the lines that follow it."""
        # Lines that a head can have, and the next ones, which help to recognise it.
        content_lines = (
            place
            for place, line in enumerate(lines)
            if line and not self.publishers.boilerplate.matches(line)
        )
        places = list(islice(content_lines, _HEAD_LINES))
        if not places:
            return lines
        first, *others = places
        date = find_date(lines[first])
        if date and date.start == 0 and others and self._is_date_line(lines[first], date):
            # The line of the date may precede the title.
            self._take_date(lines[first], date)
            first, *others = others
        self.title = unlinked(_without_hashes(lines[first]))
        end = first + 1
        deck: list[str] = []
        started = False
        skip = 0
        heads = [lines[place].replace("*", "") for place in others]
        for number, place in enumerate(others):
            line = heads[number]
            following = heads[number + 1 : number + 4]
            if skip:
                skip, end = skip - 1, place + 1
                continue
            taken = self._take(line, following)
            if taken in _LINES_TAKEN:
                skip = _LINES_TAKEN[taken]
            elif not taken and not started:
                # Lines before the first recognised one are the deck, if they are few.
                deck.append(line)
                if len(deck) > _DECK_LINES or len(line) > 2 * _MAX_HEAD_LINE_LENGTH:
                    break
                continue
            elif not taken:
                break
            started = True
            end = place + 1
        if started:
            self.deck = unlinked(
                " ".join(
                    _without_hashes(line)
                    for line in deck[:_DECK_LINES]
                    if not self.publishers.is_publisher(line)
                )
            )
        return lines[end:]

    def _take(self, line: str, following: list[str]) -> str | bool:
        """Read a line of the head.

        The result is false if the line is not part of the head, true if it is, or a key of
        `_LINES_TAKEN` if the next lines belong to it.
        """
        if labelled := _labelled(line, following):
            return self._take_labels(labelled, following)
        if len(line) > _MAX_HEAD_LINE_LENGTH:
            return False
        if (
            not self.byline
            and (rest := by_line(line)) is not None
            and self._is_byline(line, rest, following)
        ):
            return self._take_bylines(rest, following)
        date = find_date(line)
        if date and self._is_date_line(line, date):
            if not self.published and _CHANGED.fullmatch(line[: date.start]):
                # The day of an update is not that of publication, but is part of the head.
                return any(map(self._holds_date_line, following))
            return self._take_date(line, date)
        if not self.published:
            # Between by-line and date: the outlet, the publisher, or a description of the author.
            before_date = bool(self.byline) and any(map(self._holds_date_line, following[:2]))
            if before_date and is_between_outlet(line) and not self.publishers.is_publisher(line):
                self._take_source(line)
            return before_date
        return self._take_source_line(line, following)

    def _take_source_line(self, line: str, following: list[str]) -> str | bool:
        """Read a line under the date: the outlet alone, or that the publisher is the source."""
        if not self.source and (
            only_link(line) or (is_short_name(line) and any(map(_LABEL.match, following[:1])))
        ):
            self._take_source(line)
            return True
        if match := _FROM_SITE.match(line):
            site = line[match.end() :] or (following[0] if following else "")
            return self.publishers.is_publisher(site) and (
                "with next" if match.end() == len(line) else True
            )
        if (
            is_short_name(line)
            and not _TRANSLATION.match(line)
            and any(map(_FROM_SITE.fullmatch, following[:2]))
        ):
            self._take_source(line)
            return True
        return False

    def _is_byline(self, line: str, rest: str, following: list[str]) -> bool:
        """Return whether a line that begins with "By" is the by-line.

        Otherwise it is a deck above the by-line, or the body's first sentence.
        """
        if self.published and is_sentence(line):
            return False
        if are_surely_names(rest):
            return True
        if not are_names(rest):
            return False
        for place, later in enumerate(following):
            other = by_line(later)
            if (
                other
                and are_names(other)
                and not any(map(self._holds_date_line, following[:place]))
            ):
                return False
        return True

    def _take_bylines(self, rest: str, following: list[str]) -> str | bool:
        """Read a by-line whose names may continue in the next line."""
        if not rest and following:
            self._take_byline(following[0])
            return "with next"
        more = following[0] if following else ""
        continuation = _CONTINUES.match(more) if more[:1] in "a&eu" else None
        if (continuation or rest.rstrip().endswith(_UNFINISHED)) and are_surely_names(
            more[continuation.end() if continuation else 0 :]
        ):
            last = (
                following[1] if len(following) > 1 and more.rstrip().endswith(_UNFINISHED) else ""
            )
            if last and are_surely_names(_CONTINUES.sub("", last, count=1)):
                self._take_byline(f"{rest} {more} {last}")
                return "with next two"
            self._take_byline(f"{rest} {more}")
            return "with next"
        self._take_byline(rest)
        return True

    def _holds_date_line(self, line: str) -> bool:
        date = find_date(line)
        return date is not None and self._is_date_line(line, date)

    def _take_labels(self, line: str, following: list[str]) -> str | bool:
        matches = list(_LABEL.finditer(line))
        outcome: str | bool = True
        for number, match in enumerate(matches):
            end = matches[number + 1].start() if number + 1 < len(matches) else len(line)
            text = line[match.end() : end].strip(" /|")
            if (
                not text
                and number + 1 == len(matches)
                and following
                and not _LABEL.match(following[0])
            ):
                text, outcome = following[0], "with next"
            key = str(match.lastgroup)
            if key == "source":
                date = find_date(text)
                if date and date.day:
                    self.source_published = date.day.isoformat()
                    text = _EMPTY_BRACKETS.sub(
                        "", _without_weekday(text[: date.start]) + text[date.end :]
                    )
                self._take_source(text)
            else:
                self.labelled[key] += [
                    value
                    for value in self.publishers.values.label_values(text)
                    if value not in self.labelled[key]
                ]
        return outcome

    def _take_byline(self, text: str) -> None:
        """Read the text after "By", which may also hold the site, the outlet and the date.

        Examples are "X, July 12, 2017", "X Site, July 12, 2017" and "X | Outlet | July 12, 2017".
        """
        date = find_date(text)
        if date and date.end >= len(text.rstrip(" .|*_")) - 30:
            self._set_published(date)
            text = _without_weekday(text[: date.start])
        text = text.strip(" ,|–—-")
        name, bar, outlet = text.partition("|")
        if not bar:
            name, bar, outlet = text.partition(" – ")
        if bar:
            outlet = outlet.strip(" |–—-")
            if not self.publishers.is_publisher(outlet):
                self._take_source(outlet)
        self.byline = self.publishers.without_name(name).strip()
        self.authors = authors_of(self.byline)

    def _is_date_line(self, line: str, date: PrintedDate) -> bool:
        """Return whether a line is a name and a date, not a sentence with a date in it."""
        if _AUTHOR_AFTER.match(line[date.end :]):
            return not line[: date.start].strip()
        before, after = unlinked(line[: date.start]), unlinked(line[date.end :]).strip(" .,)")
        if after and len(after) <= _MAX_ADDITION_LENGTH and _TIME.match(after):
            after = ""
        if _IN_SENTENCE.search(before):
            return False
        if len(before) > _MAX_OUTLET_LENGTH:
            # Several authors, followed by the publisher.
            return self.publishers.is_publisher(
                _without_weekday(before).rstrip(" ,").rpartition(" – ")[2]
            )
        return not after or (
            len(after) <= _MAX_ADDITION_LENGTH and _AFTER_DATE_TEXT.match(after) is not None
        )

    def _take_date(self, line: str, date: PrintedDate) -> bool:
        """Read "Site, July 12, 2017" and "Author – Site, 1 Oct 2012".

        The second such line is the source's: "Outlet 10 July 2017".
        """
        before = _without_weekday(line[: date.start]).strip(" ,|–—-(*_")
        if not self.published:
            self._set_published(date, line)
            if self._take_around_date(before, line[date.end :]) or not LINK.search(before):
                return True
        elif _CHANGED.fullmatch(before):
            return True
        elif self.source_published:
            return False
        if date.day is None:
            raise InvalidArticle(f"in the line of the source, {date.problem}")
        self.source_published = date.day.isoformat()
        if before:
            self._take_source(before)
        return True

    def _take_around_date(self, before: str, after: str) -> bool:
        """Read an author or an outlet in the line of the date."""
        name, dash, site = before.partition(" – ")
        if match := _AUTHOR_AFTER.match(after):
            self._take_byline(match[1])
            return True
        if dash and self.publishers.is_publisher(site) and not self.byline:
            self._take_byline(name)
            return True
        match = _DASH_OUTLET.match(after)
        if match and not before and not self.publishers.is_publisher(match["outlet"]):
            self._take_source(match["outlet"])
            return True
        return False

    def _set_published(self, date: PrintedDate, line: str = "") -> None:
        if date.day is None:
            raise InvalidArticle(date.problem)
        if self.published:
            return
        if not _FIRST_YEAR <= date.day.year <= dt.datetime.now(dt.UTC).year + 1:
            raise InvalidArticle(
                f"the year {date.day.year} is of another calendar, or a mistake; "
                "write the date as 2017-07-12"
            )
        day = date.day.isoformat()
        self.published = day
        if date.end < len(line) and _TIME.match(line, date.end):
            moment = iso_timestamp(line[date.start :].strip())
            self.published = moment if moment.startswith(day) else day

    def _take_source(self, text: str) -> None:
        if self.source:
            return
        match = LINK.search(text)
        self.source = link_text(match) if match else unlinked(text).strip(" ,")
        self.source_url = address_of(match) if match else ""


def _without_weekday(before: str) -> str:
    """Drop the weekday before a date."""
    rest, _, word = before.rstrip(" ,").rpartition(" ")
    return rest if word.lower() in _WEEKDAYS else before


def _without_hashes(line: str) -> str:
    return line.lstrip("#").lstrip() if line.startswith("#") else line


def _labelled(line: str, following: list[str]) -> str:
    """Return a line that begins with a label, without its bullet; "" for any other line."""
    if ":" in line or "：" in line:
        bare = line.lstrip(_BULLETS) if line[0] in _BULLETS else line
        if _LABEL.match(bare):
            return unescape(bare) if "&" in bare else bare
    if (
        len(line) <= _MAX_LABEL_LENGTH
        and line.lower() in _LABELS_ALONE
        and following
        and only_link(following[0])
    ):
        return f"{line}:"
    return ""
