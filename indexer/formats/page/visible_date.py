"""Find the visible date at the head of an article, for pages that declare none."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from indexer.formats.dates.month_names import is_weekday
from indexer.formats.dates.printed_dates import PrintedDate, find_date
from indexer.formats.page.date_lines import ABOVE_TEXT, MAX_LINE_LENGTH, Line, lines_around

__all__ = ["VisibleDate", "find_visible_dates", "is_of_change"]

# Classes and ids of a line with the date of an article.
_DATED = re.compile(
    r"(?<![a-z])(?:dat(?:e|um)(?!a|-?picker)|fecha|data(?=$|\s)|publish|publicad|publicat|pubtime"
    r"|time(?:stamp)?(?![a-z])|tarih|erstellt|submitted)"
    r"|date(?:time|line)?(?![a-z])|post(?:ed|-?(?:on|meta|info|time|date))|byline|meta(?![a-z])"
    r"|author|attribution",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"updat|modif|akt\.:|aktualis|geändert|bearbeitet|stand:|mis à jour|aggiornat|actualiz|atualiz"
    r"|bijgewerkt|gewijzigd|uppdatera|oppdater|opdater|päivitetty|zaktualiz|aktualiz|frissít"
    r"|güncel|обновл|изменен|оновлен|ενημερώθηκε|تحديث|更新|수정|last\s+(?:reviewed|edited)|edited",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:publi(?:shed|cad[oa]|é|ée|cat[oa]|kováno|kowano|cerat|ceret|sert|sht)|posted"
    r"|veröffentlicht|erschienen|erstellt|gepubliceerd|geplaatst|publikacja|pubblicazione"
    r"|publica(?:ción|ção|tion)|(?:originally )?created|opublikowano|dodano|julkaistu|megjelent"
    r"|yayın(?:lanma|landı)?|опубликован[оа]?|δημοσιεύ\w+|публикуван[оа]?|diterbitkan"
    r"|mis en ligne)\b"
    r"|^\W*(?:date|datum|data|fecha|tarih|дата|ημερομηνία|tanggal|päivämäärä|dátum|dato)\s*:?\s*$"
    r"|^\W*(?:author|autor(?:in)?)\s*:\s+.{2,60}$|تاريخ|نشر|发布|發布|公開|投稿|掲載|등록|입력",
    re.IGNORECASE,
)
_AFTER_LABELLED = re.compile(
    r"[\d\s:.,]*(?:[ap]\.?m\.?)?\s*(?:[|·•()/–—]|by\b|in\b)", re.IGNORECASE
)
_COPYRIGHT = re.compile(
    r"©|\(c\)|copyright|all rights|alle rechte|tous droits|derechos|diritti|права", re.IGNORECASE
)
# Words before dates of other events.
_OTHER_DAY = re.compile(
    r"\b(?:today|heute|hoy|oggi|aujourd'hui|born|died|founded|since|until|expires?|deadline"
    r"|access(?:ed)?|retrieved|abgerufen|joined|event|starts?|ends?|opens?|due|valid|from|to"
    r"|registered|registriert|inscrite?|регистрация"
    r"|geboren|gegründet|seit|bis|né(?:e)?|depuis|desde|hasta|nacid[oa])\b[^\d]{0,20}$",
    re.IGNORECASE,
)
_CHANGED_AFTER = re.compile(r"[\s\d:：時时分)）]*(?:更新|修正|改訂|수정|업데이트)")
_DATELINE = re.compile(r"[^\W\d_][^\d]{1,60}$")
_AFTER_DATELINE = re.compile(r"\s*(?:\([^()]{2,40}\)\s*)?(?:/|--|–|—|:\s|-\s)")
# Words that may be next to the date in a line without other marks, before a name or a time.
_SMALL_WORDS = frozenset(
    "by von par por di door av af od the de la am on le el den um at a à às kl klo ore ora uhr h o"
    " ob na г г. р р. am pm a.m p.m".split()
)
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w.'’-]*")
_MAX_WORDS = 8
# Letters of scripts without capitals, in which names look like other words.
_WITHOUT_CAPITALS = re.compile(
    r"[\u0590-\u06ff\u0900-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_SENTENCE_AFTER = re.compile(r"[。！？]|(?:\w[.!؟]|다)\s*$|^[，、,]|^\s*[（(][^)）]{4}")
_SENTENCE_BEFORE = re.compile(
    r"(?:[于於在自至从從到の]|は|に|が|を|から|まで|截至|[는은을를]|에서?|부터|(?:^|\s)(?:في|منذ|حتى|من|إلى|ב-?|מ-?|עד|ביום|यह"
    r"|से))\s*$|[，。、]"
)
_AFTER_DAY = re.compile(
    r"[\s\d:：.]*(?:[(（][^)）]{1,3}[)）]|星期|周[一二三四五六日天]|[日月火水木金土]曜|[上下]午|午[前后後]|오[전후]|更新|公開|掲載|発表|配信|付"
    r"|讯|訊|发布|發布|投稿|등록|입력|来源|來源)"
)
_MAX_LETTERS = 24
_MAX_LABEL_LENGTH = 4
_MAX_AROUND_LENGTH = 110
_HEAD_TEXT = 700
"""Maximum characters of other text between the headline and the date of an article."""


class VisibleDate(NamedTuple):
    """A line with a date.

    `is_labelled` is true for a label such as "Published". `problem` is the reason if the date is of
    something else.
    """

    line: str
    date: PrintedDate
    is_labelled: bool = False
    problem: str = ""


def find_visible_dates(tree: HtmlElement, heading: HtmlElement | None) -> list[VisibleDate]:
    """Return the dates around the headline: labelled ones first, then the nearest below it."""
    dates: list[VisibleDate] = []
    for line in lines_around(tree, heading):
        date = find_date(line.text)
        if date is None or _COPYRIGHT.search(line.text):
            continue
        if visible := _visible_date(line, date, has_heading=heading is not None):
            dates.append(visible)
    return sorted(dates, key=lambda date: date.is_labelled, reverse=True)


def _visible_date(line: Line, date: PrintedDate, *, has_heading: bool) -> VisibleDate | None:
    """Return the date of a line if it can be an article's date."""
    before, after = line.text[: date.start], line.text[date.end :]
    labelled = _is_labelled(before, after)
    if not labelled and _OTHER_DAY.search(before):
        return None
    if not labelled and _CHANGED_AFTER.match(after) and not find_date(after):
        return VisibleDate(line.text, date, problem="is the day of a change")
    if not labelled and (
        _CHANGED.search(before) or (is_of_change(line.element) and not _CHANGED.search(after))
    ):
        first = _PUBLISHED.search(after)
        if first and (other := find_date(rest := after[first.start() :])):
            return VisibleDate(rest, other, is_labelled=True)
        return VisibleDate(line.text, date, problem="is the day of a change")
    if not labelled and find_date(after) and not _CHANGED.search(after):
        return None
    if not labelled and _is_in_list_of_links(line.element):
        return None
    near = -ABOVE_TEXT <= line.before <= _HEAD_TEXT
    if (
        near
        and date.end <= _MAX_AROUND_LENGTH
        and _DATELINE.match(before)
        and _AFTER_DATELINE.match(after)
    ):
        return VisibleDate(line.text, date)
    if len(line.text) > MAX_LINE_LENGTH:
        return None
    if labelled or (
        near and (_is_marked(line.element) or (has_heading and _is_around_date(before, after)))
    ):
        return VisibleDate(line.text, date, labelled)
    return None


def _is_labelled(before: str, after: str) -> bool:
    """Return whether a line labels its date, and is not a sentence that something was published."""
    label = _PUBLISHED.search(before)
    if label is None:
        return False
    if len(
        _WITHOUT_CAPITALS.findall(before[label.end() :])
    ) > _MAX_LABEL_LENGTH or _SENTENCE_BEFORE.search(before[label.end() :]):
        return False
    if not _is_only_names(before[: label.start()]) or not _is_only_names(before[label.end() :]):
        return False
    return (
        _is_only_names(after)
        or _AFTER_LABELLED.match(after) is not None
        or _CHANGED.search(after) is not None
    )


def is_of_change(element: HtmlElement) -> bool:
    """Return whether an element, or one inside it, is named as the date of a change."""
    names = " ".join(
        f"{inner.get('class') or ''} {inner.get('itemprop') or ''}" for inner in element.iter()
    ).lower()
    return (
        ("updat" in names or "modif" in names)
        and "ublish" not in names
        and "entry-date" not in names
    )


def _is_in_list_of_links(element: HtmlElement) -> bool:
    item = next((place for place in (element, *element.iterancestors()) if place.tag == "li"), None)
    return item is not None and item.find(".//a") is not None


def _is_marked(element: HtmlElement) -> bool:
    """Return whether an element, or the one around it, is named like a line with a date."""
    for place in (element, *list(element.iterancestors())[:1], *element.iterdescendants()):
        if place.tag in ("time", "address") or _DATED.search(
            f"{place.get('class') or ''} {place.get('id') or ''} {place.get('itemprop') or ''}"
        ):
            return True
    return False


def _is_around_date(before: str, after: str) -> bool:
    """Return whether a date is surrounded by names, not by a sentence."""
    if not _WITHOUT_CAPITALS.search(before + after):
        return _is_only_names(f"{before} {after}")
    if _SENTENCE_AFTER.search(after) or _SENTENCE_BEFORE.search(before):
        return False
    if _WITHOUT_CAPITALS.match(after) and not _AFTER_DAY.match(after):
        return False
    return _is_only_names(f"{before} {after}")


def _is_only_names(text: str) -> bool:
    """Return whether a text next to a date holds only names, weekdays and a time."""
    if len(_WITHOUT_CAPITALS.findall(text)) > _MAX_LETTERS:
        return False
    words = _WORD.findall(text)
    return len(words) <= _MAX_WORDS and all(
        not word[0].islower() or word.rstrip(".") in _SMALL_WORDS or is_weekday(word)
        for word in words
    )
