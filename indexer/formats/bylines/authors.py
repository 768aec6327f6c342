"""Split by-lines into authors: one entry per person or organisation.

"By", honorifics, degrees and roles are dropped.
"""

import re
from functools import lru_cache

from indexer.formats.bylines.clutter import is_capital, without_by, without_clutter
from indexer.formats.bylines.east_asian import is_east_asian, split_east_asian
from indexer.formats.bylines.roles import (
    is_organisation,
    is_outlet,
    is_role,
    may_hold_more_than_names,
    without_role,
)
from indexer.formats.text.links import LINK, link_text

__all__ = ["PARTICLES", "authors_of", "bare_name", "without_by"]

_HONORIFIC = re.compile(
    r"^(?:(?:assoc(?:iate)?|assist(?:ant)?|emeritus|univ|hon)\.?[\s-]+)?"
    r"(?:prof(?:essor|essorin)?(?:\.in)?|dra?|dr\.in|mr|mrs|ms|mx|miss|mme|mlle|herr|frau|rev"
    r"|reverend|fr|sir|dame|hon|eng)\b\.?\s+"
    r"(?:emeritus\s+|em\.\s+)?"
    r"|^(?:(?:lt|col|gen|maj|capt|sgt|adm|cmdr|amb|sen|gov|msgr|rt|med|phil|jur|rer|nat|pol|habil"
    r"|theol|dipl\.-ing|dipl|ing|mag|lic|dott|dott\.ssa|avv|arch|sr|sra|h\.c)\.\s*)+(?=\S)",
    re.IGNORECASE,
)
_RETIRED = re.compile(r"\s*\((?:ret(?:d|ired)?|emeritus)\.?\)", re.IGNORECASE)
_DEGREE = (
    r"(?:Ph\.?\s?D|M\.?\s?D|J\.?\s?D|D\.?\s?Phil|M\.?\s?Phil|M\.?\s?Sc|B\.?\s?Sc|M\.?\s?A|B\.?\s?A"
    r"|M\.?\s?P\.?\s?H"
    r"|M\.?\s?B\.?\s?A|L\.?\s?L\.?\s?[BMD]|D\.?\s?D\.?\s?S|D\.?\s?V\.?\s?M|R\.?\s?N|Ed\.?\s?D|Esq"
    r"|FRCP|FRS|Pharm\.?\s?D|MBBS|OBE|MBE|CBE)\.?"
)
_DEGREES = re.compile(rf"(?:\s*,\s*|\s+|\s*\(){_DEGREE}(?=$|[,;\s)])\)?")
_GENERATION = re.compile(r",\s*((?:Jr|Sr)\.?|II|III|IV)(?=$|[\s,;])")
_SEPARATOR = re.compile(
    r"\s*,\s*(?:(?:and|und|et)\s+|&\s+|with\s+)?|\s+(?:and|&|with|et|und)\s+", re.IGNORECASE
)
_AND = re.compile(r"\s+(?:and|&|und|et)\s+", re.IGNORECASE)
_JOINT = re.compile(
    r"\s+(?:y|e|i|a|och|og|ja|en|és|ve|dan|oraz|ir|un|și|si|и|та|і|й|και|và|avec|con|mit|com|met"
    r"|med|\+)\s+|\s*/\s*"
)
"""Words that join two full names, but are also part of one name: `José Ortega y Gasset`."""
_JOINTS = frozenset(
    "y e i a och og ja en és ve dan oraz ir un și si и та і й και và"
    " avec con mit com met med".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN_SIGNS = str.maketrans(
    {"،": ", ", "，": ", ", "、": ", ", "；": "; ", "؛": "; ", "\u200b": None, "\ufeff": None}
)
_FOREIGN = frozenset(map(chr, _FOREIGN_SIGNS))
_LOOSE_AND = re.compile(r"^(?:and|with|und|et)(?:\s+|$)|\s+(?:and|with|und|et)$", re.IGNORECASE)
_BRACKETS = re.compile(
    r"\s*[(\[](?P<with>(?:with|mit|avec|con)\s)?(?P<inside>[^()\[\]]*)[)\]](?=\s*(?:$|[,;&]"
    r"|(?:and|und|et|with)\s))",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le el al bin ibn ben abu ter ten zu y e af av"
    " i".split()
)
_ONLY_JOINTS = frozenset(["", "and", "with", "und", "et"])
_MAX_NAME_WORDS = 6
_MAX_GIVEN_NAMES = 3
_MAX_ACRONYM_LENGTH = 5
_MIN_LIST_LENGTH = 2
_AGENCIES = frozenset(
    "Reuters Bloomberg Agencies Agenturen Agences Agencias Staff Redaktion Redazione Redacción"
    " Rédaction Xinhua Tass Ansa Efe Kyodo".split()
)
_EDGES = " ,;:|/–—-*_•·"


@lru_cache(maxsize=10_000)
def authors_of(byline: str) -> tuple[str, ...]:
    """Split a by-line into its authors.

    A linked name is whole; text without links is split at "and", "&", "with", commas and the like.
    Where semicolons separate the names, a comma belongs to one name: `Roy, Ana; Haddad, Noor`.

    An organisation such as "Centre for Research and Action" stays whole, because its parts are not
    names.
    """
    if not byline.isascii() and not _FOREIGN.isdisjoint(byline):
        byline = byline.translate(_FOREIGN_SIGNS)
    names: list[str] = []
    position = 0
    if "](" in byline:
        for match in LINK.finditer(byline):
            names += _split(byline[position : match.start()], next_to_link=True)
            names.append(_linked(link_text(match)))
            position = match.end()
    names += _split(byline[position:], next_to_link=position > 0)
    return tuple({name.casefold(): name for name in reversed(names) if name}.values())[::-1]


@lru_cache(maxsize=10_000)
def bare_name(name: str) -> str:
    """Drop honorifics and degrees: `Prof. Dr. Ana Roy, Ph.D.` becomes `Ana Roy`."""
    previous = None
    while previous != name:
        previous = name
        name = _HONORIFIC.sub("", _DEGREES.sub("", _RETIRED.sub("", name)).strip(" ,"))
    return name


@lru_cache(maxsize=10_000)
def _linked(text: str) -> str:
    return _clean_name(without_role(without_clutter(without_by(text))))


def _split(text: str, *, next_to_link: bool = False) -> list[str]:
    text = " ".join(text.split())
    if not text or text.strip(" ,;&").lower() in _ONLY_JOINTS:
        return []
    if not text.isascii() and is_east_asian(text):
        text = split_east_asian(text)
    text = without_clutter(without_by(text))
    if " By " in text and all(" " in part.strip() for part in text.split(" By ")):
        text = text.replace(" By ", ", ")
    if ";" in text:
        return _split_at_semicolons(
            [part for piece in text.split(";") if (part := piece.strip(_EDGES))]
        )
    text = _GENERATION.sub(r" \1", _DEGREES.sub("", text)).strip(" ,;&")
    text = _LOOSE_AND.sub("", text)
    names = _names(text)
    if (
        next_to_link
        and len(names) == 1
        and (is_role(names[0]) or is_outlet(names[0]) or not is_capital(names[0]))
    ):
        # The name is in the link.
        return []
    return names


def _names(text: str) -> list[str]:
    """Split a text into names if every part is a name."""
    if "(" in text or "[" in text:
        text = _without_brackets(text)
    pieces = [piece for part in _SEPARATOR.split(text) if (piece := part.strip(_EDGES))]
    if "," in text and (reordered := _with_given_names_first(text)):
        return reordered
    folded = text.casefold()
    words = _WORD.findall(folded)
    if not may_hold_more_than_names(folded, words):
        join_address = "/" in text or "+" in text or not _JOINTS.isdisjoint(words)
        parts = [
            name
            for piece in pieces
            for part in (_split_at_joint(piece) if join_address else [piece])
            if (name := _clean_name(part))
        ]
        if len(parts) < _MIN_LIST_LENGTH or all(map(_is_name, parts)):
            return parts
    if len(pieces) < _MIN_LIST_LENGTH:
        whole = pieces[0] if pieces else ""
        return [
            name for part in _split_at_joint(without_role(whole)) if (name := _clean_name(part))
        ]
    candidates = [
        pieces[0],
        *(
            piece
            for piece in pieces[1:]
            if not (is_outlet(piece) or (is_role(piece) and without_role(piece) == piece))
        ),
    ]
    if (
        len(candidates) > 1
        and candidates[0].casefold() != "staff"
        and is_role(candidates[0])
        and without_role(candidates[0]) == candidates[0]
        and all(map(_is_name, candidates))
    ):
        del candidates[0]
    if (
        len(candidates) > 1
        and " " in candidates[0]
        and not is_organisation(candidates[0])
        and _is_name(candidates[0])
    ):
        # Descriptions of a person follow in lower case.
        candidates = [piece for piece in candidates if is_capital(piece) or _is_name(piece)]
    if len(candidates) < len(pieces) and len(candidates) == 1:
        return [_clean_name(without_role(candidates[0]))]
    parts = [
        name
        for piece in candidates
        for part in _split_at_joint(without_role(piece))
        if (name := _clean_name(part))
    ]
    if not all(map(_is_name, parts)) or _is_one_organisation(parts):
        return _person_and_organisation(text) or [_clean_name(text)]
    return parts


def _person_and_organisation(text: str) -> list[str]:
    """Split `Ana Roy and Centre for Research and Action` after the person.

    The list is empty if the text does not begin with a person.
    """
    match = _SEPARATOR.search(text)
    if match is None:
        return []
    first, rest = text[: match.start()].strip(_EDGES), text[match.end() :]
    if (
        " " in first
        and _is_name(first)
        and not is_organisation(first)
        and is_organisation(rest.partition(" ")[0])
    ):
        return [_clean_name(without_role(first)), _clean_name(rest)]
    return []


def _split_at_joint(text: str) -> list[str]:
    """Split `Ana Roy y Jan Okafor`, but not `Ortega y Gasset`."""
    if not _JOINT.search(text):
        return [text]
    if "/" in text and " " in text.strip():
        # An agency or a place after a slash.
        full = [part for part in text.split("/") if " " in part.strip()]
        if (
            len(full) == 1
            and _is_name(full[0])
            and not is_organisation(full[0])
            and text.count("/") == 1
        ):
            text = full[0].strip()
    if not _JOINT.search(text):
        return [text]
    parts = _JOINT.split(text)
    if " " in parts[0] and all(
        (" " in part or _is_organisation_name(part)) and _is_name(part) for part in parts
    ):
        return [parts[0], *(part for part in parts[1:] if not is_outlet(part))]
    return [text]


def _split_at_semicolons(parts: list[str]) -> list[str]:
    """Read names separated by semicolons; given names go first if all are as `Roy, Ana`."""
    names: list[str] = []
    mixed = not all("," in part for part in parts)
    for text in parts:
        part = _GENERATION.sub(r" \1", _DEGREES.sub("", text))
        first, *others = [piece.strip(_EDGES) for piece in part.split(",")]
        others = [piece for piece in others if piece and not (is_role(piece) or is_outlet(piece))]
        if not others:
            names += _names(first)
        elif len(others) == 1 and _is_surname(first) and _are_given_names(others[0]):
            names.append(_clean_name(f"{others[0]} {first}"))
        elif mixed and all(" " in piece and _is_name(piece) for piece in (first, *others)):
            names += map(_clean_name, (first, *others))
        else:
            names.append(_clean_name(part))
    return names


def _with_given_names_first(text: str) -> list[str]:
    """Put given names first in `Roy, Ana` and in `Roy, Ana and Okafor, Jan`.

    The list is empty if the text may be a list of names.
    """
    first = text.partition(",")[0]
    if " " in first and first.partition(" ")[0] not in PARTICLES:
        return []
    pairs = [pair.split(",") for pair in _AND.split(text)]
    pairs_of_names = [
        (pair[0].strip(), pair[1].strip()) for pair in pairs if len(pair) == _MIN_LIST_LENGTH
    ]
    if len(pairs_of_names) < len(pairs) or not all(
        _is_surname(name) and _are_given_names(given, most=1) for name, given in pairs_of_names
    ):
        return []
    return [_clean_name(f"{given} {name}") for name, given in pairs_of_names]


def _is_surname(text: str) -> bool:
    words = text.split()
    return (
        bool(words)
        and words[-1][0].isupper()
        and not _is_organisation_name(text)
        and all(w in PARTICLES for w in words[:-1])
    )


def _are_given_names(text: str, most: int = _MAX_GIVEN_NAMES) -> bool:
    """Return whether a text can be given names: one or more words and any initials."""
    words = [word for word in text.split() if not word.endswith(".")]
    return (
        bool(text)
        and len(words) <= most
        and all(word[0].isupper() for word in text.split())
        and not _is_organisation_name(text)
    )


def _is_organisation_name(text: str) -> bool:
    return (
        _is_acronym(text)
        or "." in text.rstrip(".").replace(". ", "")
        or is_organisation(text)
        or text in _AGENCIES
    )


def _is_acronym(text: str) -> bool:
    return text.isupper() and len(text) <= _MAX_ACRONYM_LENGTH and " " not in text


def _is_one_organisation(parts: list[str]) -> bool:
    """Return whether names are parts of one organisation, as in `Food and Drug Administration`."""
    *others, last = parts
    return (
        bool(others)
        and " " in last
        and is_organisation(last)
        and not any(" " in part or _is_organisation_name(part) for part in others)
    )


def _without_brackets(text: str) -> str:
    """Drop brackets after a person's name, but keep an organisation's initials.

    `Centre for Tides (CFT)` stays as it is.
    """

    def replacement(match: re.Match[str]) -> str:
        if match["with"]:
            return f", {match['inside']}"
        before = _SEPARATOR.split(text[: match.start()])[-1]
        initials = "".join(word[0] for word in before.split() if word[0].isupper())
        person = " " in before and _is_name(before) and not is_organisation(before)
        return "" if person and match["inside"].upper() != initials else match[0]

    return _BRACKETS.sub(replacement, text)


def _clean_name(name: str) -> str:
    return bare_name(_GENERATION.sub(r" \1", " ".join(name.split())).strip(_EDGES))


def _is_name(text: str) -> bool:
    """Return whether a text can be the name of a person or organisation, not only a part of one."""
    words = text.split()
    capital = [word for word in words if not word[:1].islower() or is_capital(word)]
    others = [word for word in words if word not in capital]
    return (
        bool(capital)
        and len(capital) <= _MAX_NAME_WORDS
        and all(word.lower() in PARTICLES for word in others)
    )
