"""Recognise markers of footnotes in HTML, which are not part of the word before them.

They are raised numbers and links to notes.
"""

import re

from lxml.etree import _Element

__all__ = ["RAISED", "exponent_of_ten", "is_note_marker", "note_marker"]

RAISED = frozenset(["sup", "#sup"])
"""Kinds of elements that raise their text, in HTML and in trafilatura's tree."""
# A marker: one or more numbers, a letter or a sign, perhaps in brackets.
_NOTE = re.compile(
    r"[\[(]?(?:\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*|[a-z]|[ivx]{1,5}|\W{1,3})[\])]?", re.IGNORECASE
)
_NUMBERS = re.compile(r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*")
_MAX_NOTE_LENGTH = 200
"""Maximum number of characters of a marker, with its address."""
_OF_NOTES = re.compile(
    r"\b(?:fn|foot-?notes?|end-?notes?|ftn|notes?|references?|cite|sdfootnote|easy-footnote|mfn)",
    re.IGNORECASE,
)
_TO_NOTE = re.compile(r"#(?:.*(?:fn|ftn|note|cite|ref)|[a-z_]*-?\d+|[\da-f-]{36})", re.IGNORECASE)
# A unit or a variable with an exponent (km2, x3), not a word with a note.
_RAISABLE = re.compile(
    r"(?:^|[^\w.])(?:[a-zA-Zα-ωΑ-Ω]|[kcmdµn]m|ft|in|mi|yd|sec|mc|kg|cos|sin|tan|log)$"
)
_TEN = re.compile(r"(?:^|\D)10$")


def is_note_marker(element: _Element, kind: str, bare: str, line: list[str]) -> bool:
    """Return whether a raised text or a link marks a note and is not part of the word before."""
    if len(bare) > _MAX_NOTE_LENGTH or not _NOTE.fullmatch(_bare_note(bare)):
        return False
    if kind not in RAISED:
        raised = any(
            _is_raised(other) for other in (*element.iterancestors(), *element.iterdescendants())
        )
        return raised and _leads_to_note(element)
    if any(map(_leads_to_note, element.iterdescendants("a", "ref"))) or _OF_NOTES.search(
        element.get("class") or ""
    ):
        return True
    if any(
        above.tag in ("a", "ref") and _text(above) == _text(element)
        for above in element.iterancestors()
    ):
        # The link around it decides.
        return False
    before = "".join(line[-2:])
    if not _NUMBERS.fullmatch(bare) or not before[-1:].strip():
        return False
    return not _RAISABLE.search(before) and not _TEN.search(before)


def note_marker(element: _Element, bare: str) -> str:
    """Return the marker of a note in brackets, which separate it from the word before it."""
    text = _bare_note(bare)
    if text[:1] in "[(" or not text[-1:].isalnum():
        return text if not text[-1:].isalnum() and (element.tail or "")[:1] != "(" else f"{text} "
    return f"[{text}]" + (" " if (element.tail or "")[:1] == "(" else "")


def exponent_of_ten(bare: str, line: list[str]) -> str:
    """Return a raised number after a ten with a caret: 10^6, not 106."""
    return f"^{bare}" if bare.isdigit() and _TEN.search("".join(line[-2:])) else ""


def _is_raised(element: _Element) -> bool:
    return element.tag == "sup" or (element.tag == "hi" and element.get("rend") == "#sup")


def _text(element: _Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _leads_to_note(link: _Element) -> bool:
    address = link.get("href") or link.get("target") or ""
    return "#" in address and (address.startswith("#") or _TO_NOTE.search(address) is not None)


def _bare_note(text: str) -> str:
    """Return a marker without its link and backslashes."""
    return (
        text[1:].partition("](")[0]
        if text.startswith("[") and "](" in text
        else text.replace("\\", "")
    )
