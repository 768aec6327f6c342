"""Find names in a line of a page that may be a by-line, and drop the other text of the line."""

import re

from indexer.formats.bylines.authors import authors_of, without_by
from indexer.formats.dates.printed_dates import find_date

__all__ = ["BY_PREFIX", "looks_like_person", "names_in", "names_only", "without_place"]

BY_PREFIX = re.compile(
    r"(?:(?:posted|published|written|reported|submitted|authored|story|words|text|article"
    r"|post author)(?:\son\s.{4,25}?)?\s+)?"
    r"(?:(?:by|von|par|por|di|da|door|af|av)\b\s*:?|(?:autor(?:in)?(?:/(?:autor)?in|/autor)?|autore"
    r"|author|auteur|text|words"
    r"|verfasst von)\s*:)\s*"
    r"|autorin/autor\s+",
    re.IGNORECASE,
)
"""Beginnings of lines that are by-lines to a reader."""
# A word for "by" or "author" in any language.
_LABEL = re.compile(r"^[^\W\d_]{1,14}\s*[:：]\s*")
_NOT_A_NAME = re.compile(
    r"https?:|www\.|[@{}<>=]|^[(\[]|\.(?:com|org|net|html?)\b/|^\W*$|\d{3,}"
    r"|^(?:agenc(?:y|ies)|agenturen|facebook|twitter|instagram|share|author|comments?|admin"
    r"|administrator|guest|read more|undefined"
    r"|null|none|unknown|unbekannt|anonymous|webmaster|root|user|editor|advertisement|sponsored"
    r"|log ?in|sign (?:in|up|out)|skip to)\b"
    r"|^(?:(?:view|see|show|load|learn|find) (?:all|more|less)|(?:text|font) size|listen|search"
    r"|menu|close|sponsored content)$"
    # The text was cut off.
    r"|(?:\.\.\.|…)$",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*[|•·–—/]\s|\s-\s|\s*[(\[][^)\]]*[)\]]?$|\s+(?:@\w+|updated|published|posted|follow"
    r"|edited by|on\s+\w+\s+\d)",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(
    r"(?:[\s,]+(?:am|on|um|at|le|el|il|den|(?:mon|tues|wednes|thurs|fri|satur|sun)day))+[\s,]*$",
    re.IGNORECASE,
)
_MAX_LENGTH = 160
_MAX_NAME_LENGTH = 60
_MAX_NAME_WORDS = 6
_MAX_PARTICLE_LENGTH = 3


def names_in(text: str) -> list[str]:
    """Return the names in a line, without buttons, addresses and the like."""
    text = _LABEL.sub("", without_by(text.strip()))
    names = authors_of(text)
    if len(names) == 1 and len(names[0]) > _MAX_NAME_LENGTH:
        # A name and a description of the person.
        names = authors_of(text.partition(",")[0])
    return [
        name
        for name in names
        if len(name) <= _MAX_LENGTH
        and not _NOT_A_NAME.search(name)
        and not BY_PREFIX.fullmatch(name)
    ]


def names_only(text: str) -> str:
    """Drop "By" and the text after the names."""
    text = _LABEL.sub("", without_by(text.strip()))
    text = _END.split(text, maxsplit=1)[0]
    date = find_date(text)
    text = _BEFORE_DATE.sub("", text[: date.start] if date else text)
    return text.strip(" ,;:|-–—•")


def looks_like_person(name: str, *, has_by: bool) -> bool:
    """Return whether a name can be a person's; a single word can if "By" precedes it."""
    words = name.split()
    if not 1 <= len(words) <= _MAX_NAME_WORDS or name[:1].islower():
        return False
    if len(words) == 1:
        return has_by or not name.isascii()
    # Particles such as van and de la are short; most scripts have no capitals.
    return not words[-1][:1].islower() and all(
        not word[:1].islower() or len(word) <= _MAX_PARTICLE_LENGTH for word in words
    )


def without_place(names: list[str]) -> list[str]:
    """Drop the place that follows the names, as in `Ana Roy, Lima`."""
    return names[:-1] if len(names) > 1 and " " in names[0] and " " not in names[-1] else names
