"""By-lines to authors: one entry a person or organisation, without honorifics and degrees."""

import re
from functools import lru_cache

from indexer.formats.links import LINK, link_text

__all__ = ["authors_of", "bare_name"]

_HONORIFIC = re.compile(
    r"^(?:(?:assoc(?:iate)?|assist(?:ant)?|emeritus)\.?\s+)?(?:prof(?:essor)?|dra?|mr|mrs|ms|mme|rev|reverend|fr|sir|dame|hon|eng)\b\.?\s+(?:emeritus\s+|em\.\s+)?"
    r"|^(?:(?:lt|col|gen|maj|capt|sgt|adm|cmdr|amb|sen|gov|msgr|rt)\.\s*)+(?=\S)",
    re.IGNORECASE,
)
_RETIRED = re.compile(r"\s*\((?:ret(?:d|ired)?|emeritus)\.?\)", re.IGNORECASE)
_DEGREE = (
    r"(?:Ph\.?\s?D|M\.?\s?D|J\.?\s?D|D\.?\s?Phil|M\.?\s?Phil|M\.?\s?Sc|B\.?\s?Sc|M\.?\s?A|B\.?\s?A|M\.?\s?P\.?\s?H"
    r"|M\.?\s?B\.?\s?A|L\.?\s?L\.?\s?[BMD]|D\.?\s?D\.?\s?S|D\.?\s?V\.?\s?M|R\.?\s?N|Ed\.?\s?D|Esq|FRCP|FRS)\.?"
)
_DEGREES = re.compile(rf"(?:\s*,\s*|\s+|\s*\(){_DEGREE}(?=$|[,\s)])\)?")
_GENERATION = re.compile(r",\s*((?:Jr|Sr)\.?|II|III|IV)(?=$|[\s,])")
_SEPARATOR = re.compile(r"\s*[,;]\s*(?:and\s+|&\s+|with\s+)?|\s+(?:and|&|with|et|y|und)\s+", re.IGNORECASE)
_LOOSE_AND = re.compile(r"^(?:and|with)(?:\s+|$)|\s+(?:and|with)$", re.IGNORECASE)
_PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le el al bin ibn ben abu ter ten zu y e".split()
)
_LONGEST_NAME = 6


@lru_cache(maxsize=10_000)
def authors_of(byline: str) -> tuple[str, ...]:
    """Split a by-line (without "By"): a linked name is whole, unlinked ones part at "and", "&", "with" and commas.

    An organisation such as "Centre for Research and Action" stays whole: its parts are no names.
    """
    names: list[str] = []
    place = 0
    for match in LINK.finditer(byline):
        names += _split(byline[place : match.start()])
        names.append(_tidy(link_text(match)))
        place = match.end()
    names += _split(byline[place:])
    return tuple(dict.fromkeys(filter(None, names)))


@lru_cache(maxsize=10_000)
def bare_name(name: str) -> str:
    """Drop honorifics and degrees: `Prof. Dr. Ana Roy, Ph.D.` is `Ana Roy`."""
    previous = None
    while previous != name:
        previous = name
        name = _HONORIFIC.sub("", _DEGREES.sub("", _RETIRED.sub("", name)).strip(" ,"))
    return name


def _split(text: str) -> list[str]:
    text = _GENERATION.sub(r" \1", _DEGREES.sub("", text)).strip(" ,;&")
    text = _LOOSE_AND.sub("", text)
    parts = [part for part in map(_tidy, _SEPARATOR.split(text)) if part]
    if len(parts) > 1 and not all(map(_is_name, parts)):
        return [_tidy(text)]
    return parts


def _tidy(name: str) -> str:
    return bare_name(_GENERATION.sub(r" \1", " ".join(name.split())).strip(" ,;|–—-*_"))


def _is_name(text: str) -> bool:
    """Whether it could be a person or a body of its own, rather than the half of one."""
    words = text.split()
    capital = [word for word in words if word[:1].isupper() or not word[:1].islower()]
    others = [word for word in words if word not in capital]
    return bool(capital) and len(words) <= _LONGEST_NAME and all(word.lower() in _PARTICLES for word in others)
