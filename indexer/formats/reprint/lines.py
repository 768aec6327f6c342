"""Recognise lines in the head of a reprint: by-lines, links, short names."""

import re
from functools import lru_cache

from indexer.formats.bylines.authors import PARTICLES, authors_of
from indexer.formats.bylines.clutter import is_capital
from indexer.formats.bylines.roles import is_organisation, is_outlet
from indexer.formats.dates.printed_dates import find_date
from indexer.formats.text.links import LINK, unlinked

__all__ = [
    "are_names",
    "are_surely_names",
    "by_line",
    "is_between_outlet",
    "is_sentence",
    "is_short_name",
    "only_link",
]

_BY = re.compile(r"^[\W_]*(?:by|par|por|von|di|door)(?=[\s:\[*]|$)\s*:?\s*", re.IGNORECASE)
_OUTLET = re.compile(r"\s*\|\s*|\s+[–—-]\s+")
_LOWER_CASE_WORDS = frozenset(
    "van von der den de del della di da dos das du la le el al bin ibn ben abu ter ten zu y e and"
    " with et und i for at in of the ret a senior fellow professor editor reporter director author"
    " staff from".split()
)
"""Lower-case words of names and of descriptions of authors."""
_NEVER_NAMES = frozenset(
    "it its was were is are be been has have had will would can could may must not no nor by this"
    " that these those then now when what who how why all any every each than if as but or so we"
    " you they he she his her their our your my us them said says monday tuesday wednesday thursday"
    " friday saturday sunday january february march july august september october november december"
    " today tomorrow yesterday noon midnight year years end means law force sea land night"
    " nightfall dawn sunset".split()
)
"""Words of sentences, and of phrases such as `by the end of the year`, that names do not hold."""
_MAX_SHORT_NAME_WORDS = 4
_MAX_LENGTH = 200
_MAX_NAME_LENGTH = 60
_WORDS_OF_NAME = (2, 5)


def by_line(line: str) -> str | None:
    """Return the text after "By" at the start of a line; None if a line does not begin with it."""
    match = _BY.match(line)
    return None if match is None else line[match.end() :]


def are_names(text: str) -> bool:
    """Return whether the text after "By" may be names, not the rest of a sentence."""
    if text.startswith("["):
        return True
    bare = _before_date_and_outlet(text)
    words = bare.split()
    if not words or words[0][0].isdigit() or len(bare) > _MAX_LENGTH:
        return not words
    folded = [word.strip(".,:;()“”’'\"").casefold() for word in words]
    if len(words) > 1 and not _NEVER_NAMES.isdisjoint(folded) and not _is_named_organisation(words):
        return False
    if folded[0] in ("the", "a", "an"):
        return _is_named_organisation(words)
    small = [
        word
        for word, key in zip(words, folded, strict=True)
        if word[:1].islower() and key not in _LOWER_CASE_WORDS and not is_capital(word)
    ]
    if not small or (is_organisation(words[0]) and not is_sentence(bare)):
        return True
    if len(words) > 1 and all(map(is_capital, words[:2])):
        return not is_sentence(bare) or len(words) <= _MAX_SHORT_NAME_WORDS
    return len(small) == 1 and len(words) <= _MAX_SHORT_NAME_WORDS and not is_sentence(bare)


@lru_cache(maxsize=10_000)
def are_surely_names(text: str) -> bool:
    """Return whether a text is only names of two to five words each."""
    if text.startswith("["):
        return True
    bare = _before_date_and_outlet(text)
    names = authors_of(bare)
    return (
        bool(names)
        and _NEVER_NAMES.isdisjoint(word.strip(".,").casefold() for word in bare.split())
        and all(
            _WORDS_OF_NAME[0] <= len(name.split()) <= _WORDS_OF_NAME[1]
            and all(is_capital(word) or word in PARTICLES for word in name.split())
            for name in names
        )
    )


def is_between_outlet(line: str) -> bool:
    """Return whether a line between by-line and date is the outlet.

    Otherwise it describes the author.
    """
    return (
        is_outlet(line)
        or (line.startswith("The ") and is_short_name(line))
        or re.fullmatch(r"[\w-]+\.(?:com|org|net|info|ca|uk)", line) is not None
    )


def is_sentence(line: str) -> bool:
    """Return whether a line ends like a sentence."""
    return line.rstrip("”’\"'»)").endswith((".", "!", "?"))


def only_link(line: str) -> bool:
    """Return whether a line is a single link."""
    return LINK.fullmatch(line.strip(" *_")) is not None


def is_short_name(line: str) -> bool:
    """Return whether a line can be the name of an outlet."""
    return len(line) <= _MAX_NAME_LENGTH and not line.endswith((".", "!", "?", ":"))


def _before_date_and_outlet(text: str) -> str:
    bare = unlinked(text)
    if date := find_date(bare):
        bare = bare[: date.start]
    return _OUTLET.split(bare, maxsplit=1)[0].strip(" ,*_")


def _is_named_organisation(words: list[str]) -> bool:
    """Return whether words are `the Gazette Staff` or the like."""
    return (
        words[0].casefold() in ("the", "a")
        and 1 < len(words) <= _MAX_SHORT_NAME_WORDS
        and all(map(is_capital, words[1:]))
    )
