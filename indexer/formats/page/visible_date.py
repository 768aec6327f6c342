"""The date that readers see at the head of an article, where a page declares none."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.printed_dates import PrintedDate, find_date

__all__ = ["VisibleDate", "is_elsewhere", "title_heading", "visible_dates"]

_INLINE = frozenset("a abbr acronym b big cite em font i ins label mark q s small span strong sub sup time u bdi bdo nobr".split())
_NO_TEXT = frozenset(["script", "style", "noscript", "template", "select", "option", "button", "textarea", "head", "svg", "iframe"])
_ELSEWHERE_TAGS = frozenset(["aside", "footer", "nav", "figure", "figcaption", "blockquote", "form"])
# Classes and ids of places that hold the dates of something else.
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?(?!-(?:open|closed|count|link|status))|respond|related|similar|recommend(?:ed|ations?)?|teasers?|sidebar"
    r"|footer|copyright|(?:most-)?popular|trending|latest|recent|promo(?:tion)?s?|archives?-list|calendar|(?:wp-)?caption|credit|masthead"
    r"|infobox|today|current-?date|now|topbar|ticker|breaking|upcoming|events?|newsletter|read-?(?:more|next)|more-(?:news|stories|from)|next|prev(?:ious)?"
    r"|adjacent|pagination|navigation|nav|menu|replies|reply|siehe-auch|mehr-zum-thema)(?=$|[\s_-])",
    re.IGNORECASE,
)
_HAS = re.compile(r"\b(?:has|with|no|hide|show|is)-[\w-]+", re.IGNORECASE)
# Classes and ids of a line with the date of an article.
_DATED = re.compile(
    r"(?<![a-z])(?:dat(?:e|um)(?!a|-?picker)|fecha|data(?=$|\s)|publish|publicad|publicat|pubtime|time(?:stamp)?(?![a-z])|tarih|erstellt|submitted)"
    r"|date(?:time|line)?(?![a-z])|post(?:ed|-?(?:on|meta|info|time|date))|byline|meta(?![a-z])|author|attribution",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"updat|modif|aktualis|geändert|bearbeitet|stand:|mis à jour|aggiornat|actualiz|atualiz|bijgewerkt|gewijzigd|uppdatera|oppdater"
    r"|opdater|päivitetty|zaktualiz|aktualiz|frissít|güncel|обновл|изменен|оновлен|ενημερώθηκε|تحديث|更新|수정|last\s+(?:reviewed|edited)|edited",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:publi(?:shed|cad[oa]|é|ée|cat[oa]|kováno|kowano|cerat|ceret|sert|sht)|posted|veröffentlicht|erschienen|erstellt|gepubliceerd|geplaatst"
    r"|opublikowano|dodano|julkaistu|megjelent|yayın(?:lanma|landı)?|опубликован[оа]?|δημοσιεύ\w+|публикуван[оа]?|diterbitkan|mis en ligne)\b"
    r"|^\W*(?:date|datum|data|fecha|tarih|дата|ημερομηνία|tanggal|päivämäärä|dátum|dato)\s*:?\s*$"
    r"|^\W*(?:author|autor(?:in)?|by|von|par|por|di|door)\s*:?\s+.{2,60}$"
    r"|تاريخ|نشر|发布|發布|公開|投稿|掲載|등록|입력",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights|alle rechte|tous droits|derechos|diritti|права", re.IGNORECASE)
# What is said of other days.
_OTHER_DAY = re.compile(
    r"\b(?:born|died|founded|since|until|expires?|deadline|access(?:ed)?|retrieved|abgerufen|joined|event|starts?|ends?|opens?|due|valid|from|to"
    r"|geboren|gegründet|seit|bis|né(?:e)?|depuis|desde|hasta|nacid[oa])\b[^\d]{0,20}$",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[^\W\d_][^\d]{1,60}$")
_AFTER_DATELINE = re.compile(r"\s*(?:\([^()]{2,40}\)\s*)?(?:/|--|–|—|:\s|-\s)")
# What may stand next to the date in a line that nothing else marks: names, and words that lead to a name.
_NAMES = re.compile(r"\W*(?:(?:by|von|par|por|di|door|av|af|od|the|de|la|am|on|le|el|den|um|at|à|às|kl|ore|uhr)\W+|[^\W\d_a-z][\w.'’-]*\W*|\d{1,2}[:.h]\d{2}\W*){0,8}")
_YEAR = re.compile(r"\d{4}")
_LONGEST_LINE = 200
_LONGEST_AROUND = 110
_HEAD_TEXT = 700
"""Characters of other text below the headline within which the date of an article is printed."""
_LABELLED_TEXT = 200_000
_ABOVE_TEXT = 300
_MOST_LINES = 60
_HEADINGS = frozenset(["h2", "h3", "h4"])


class VisibleDate(NamedTuple):
    """A line with a date; `is_labelled` where it says that it is of publication, `problem` where it is of something else."""

    line: str
    date: PrintedDate
    is_labelled: bool = False
    problem: str = ""


class _Line(NamedTuple):
    element: HtmlElement
    text: str
    before: int
    """Characters of text between the headline and it; less than zero above it."""


def visible_dates(tree: HtmlElement, heading: HtmlElement | None) -> list[VisibleDate]:
    """Return the dates printed around the headline: those that say that they are of publication, then nearest below it first."""
    lines = list(_lines(tree, heading))
    found: list[VisibleDate] = []
    for line in [*(line for line in lines if line.before >= 0), *(line for line in reversed(lines) if line.before < 0)]:
        date = find_date(line.text)
        if date is None or _COPYRIGHT.search(line.text):
            continue
        if visible := _judged(line, date):
            found.append(visible)
    return sorted(found, key=lambda each: each.is_labelled, reverse=True)


def _judged(line: _Line, date: PrintedDate) -> VisibleDate | None:
    """Return the date of a line where the line is one with an article's date."""
    before, after = line.text[: date.start], line.text[date.end :]
    labelled = _PUBLISHED.search(before) is not None
    if not labelled and _OTHER_DAY.search(before):
        return None
    if _CHANGED.search(before) and not labelled:
        return VisibleDate(line.text, date, problem="is the day of a change")
    near = -_ABOVE_TEXT <= line.before <= _HEAD_TEXT
    if len(line.text) > _LONGEST_LINE:
        dateline = near and date.end <= _LONGEST_AROUND and _DATELINE.match(before) and _AFTER_DATELINE.match(after)
        return VisibleDate(line.text, date) if dateline else None
    if labelled or (near and (_is_marked(line.element) or _NAMES.fullmatch(f"{before} {after}"))):
        return VisibleDate(line.text, date, labelled)
    return None


def title_heading(tree: HtmlElement, titles: list[str]) -> HtmlElement | None:
    """Return the headline: the longest heading that says what the page's titles say, else the first `<h1>` of its text."""
    headings = [each for each in tree.iter("h1", "h2", "h3") if not _is_within(each, _ELSEWHERE_TAGS)]
    folded = [" ".join(title.split()).casefold() for title in titles if title]
    texts = {heading: " ".join("".join(heading.itertext()).split()).casefold() for heading in headings}
    matching = [
        heading
        for heading, text in texts.items()
        if len(text) > 1 and any(text in title or title in text for title in folded)
    ]
    if matching:
        # The site's name may be a heading, too, and stand in the page's title.
        return max(matching, key=lambda heading: min(len(texts[heading]), _LONGEST_LINE))
    return next((heading for heading in headings if heading.tag == "h1"), None)


def is_elsewhere(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether an element is in a part of the page that tells of something else: comments, teasers, the foot, another article."""
    around = set(heading.iterancestors()) if heading is not None else set()
    for place in (element, *element.iterancestors()):
        if place in around or place.tag in ("body", "html"):
            return False
        if place.tag in _ELSEWHERE_TAGS or (place.tag == "article" and any(each.tag == "article" for each in around)):
            return True
        if place.tag != "time" and _ELSEWHERE.search(_HAS.sub("", f"{place.get('class') or ''} {place.get('id') or ''}")):
            return True
    return False


def _lines(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[_Line]:
    """Yield the lines that hold a year, and how far from the headline; what another heading with a link begins is left out."""
    body = tree if tree.tag == "body" else tree.find("body")
    if body is None:
        return
    seen: set[HtmlElement] = set()
    passed = -1 if heading is not None else 0
    text_above: list[tuple[HtmlElement, str, int]] = []
    length = 0
    ended = False
    for element, text in _texts(body):
        if heading is not None and passed < 0 and (element is heading or heading in element.iterancestors()):
            passed = 0
            for block, line, place in text_above[-_MOST_LINES:]:
                if length - place <= _ABOVE_TEXT and _share_container(block, heading) and not is_elsewhere(block, heading):
                    yield _Line(block, line, place - length - 1)
        elif passed >= 0 and not ended and _begins_another(element, heading):
            ended = True
        if _YEAR.search(text):
            block = _block(element)
            if block not in seen:
                seen.add(block)
                line = _text_of_line(block, text)
                if passed < 0:
                    text_above.append((block, line, length))
                elif not is_elsewhere(block, heading):
                    yield _Line(block, line, _LABELLED_TEXT if ended else passed)
        if passed >= 0:
            passed += len(text)
        length += len(text)


def _texts(body: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield every text with the element that it is in, in the page's order."""
    waiting: list[tuple[HtmlElement, bool]] = [(body, False)]
    while waiting:
        element, is_tail = waiting.pop()
        if is_tail:
            if (tail := (element.tail or "").strip()) and (parent := element.getparent()) is not None:
                yield parent, tail
            continue
        waiting.append((element, True)) if element is not body else None
        if not isinstance(element.tag, str) or element.tag in _NO_TEXT:
            continue
        if text := (element.text or "").strip():
            yield element, text
        waiting += [(child, False) for child in reversed(element)]


def _block(element: HtmlElement) -> HtmlElement:
    """Return the line that an element is in: it with all around it that is inline."""
    while (
        element.tag in _INLINE
        and (parent := element.getparent()) is not None
        and parent.tag not in ("body", "html")
        and all(child.tag in _INLINE for child in parent)
    ):
        element = parent
    return element


def _text_of_line(block: HtmlElement, text: str) -> str:
    """Return the text of a line with its label, which may be in the cell before it; of one with lines in it, the one with the year."""
    whole = " ".join("".join(block.itertext()).split())
    if len(whole) > _LONGEST_LINE and any(child.tag not in _INLINE for child in block):
        whole = " ".join(text.split())
    if block.tag in ("dd", "td") and (label := block.getprevious()) is not None and label.tag in ("dt", "th", "td"):
        return f"{' '.join(''.join(label.itertext()).split())} {whole}"
    return whole


def _is_marked(element: HtmlElement) -> bool:
    """Whether an element, or the one around it, is named like a line with a date."""
    for place in (element, *list(element.iterancestors())[:1], *element.iterdescendants()):
        if place.tag in ("time", "address") or _DATED.search(f"{place.get('class') or ''} {place.get('id') or ''} {place.get('itemprop') or ''}"):
            return True
    return False


def _begins_another(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether an element is in a heading that links to another article."""
    places = (element, *element.iterancestors())
    other = next((place for place in places if place.tag in _HEADINGS), None)
    if other is None or other is heading or (heading is not None and other in heading.iterancestors()):
        return False
    return other.find(".//a") is not None or any(place.tag == "a" for place in places)


def _share_container(element: HtmlElement, heading: HtmlElement) -> bool:
    """Whether an element above the headline is in one box with it, and not in the head of the site."""
    around = set(heading.iterancestors())
    common = next((place for place in element.iterancestors() if place in around), None)
    return common is not None and common.tag not in ("body", "html")


def _is_within(element: HtmlElement, tags: frozenset[str]) -> bool:
    return any(place.tag in tags for place in element.iterancestors())
