"""Paragraphs that a site adds to every article: they belong to nothing."""

import re
from functools import lru_cache

__all__ = ["is_notice", "is_separator"]

_NOTICES = re.compile(
    r"""^[\W_]*(?:
        all\ .{0,60}articles\ can\ be\ read\ in
      | to\ (?:receive|read)\ .{0,60}(?:newsletter|in\ .{0,20}languages)
      | (?:note\ to\ readers:\ )?(?:please\ )?click\ the\ share\ buttons?
      | (?:visit\ and\ )?follow\ us\ on
      | feel\ free\ to\ (?:repost|share)
      | (?:please\ )?subscribe\ to\ (?:our|the)\b
      | dear\ readers?,.{0,120}(?:support|donat)
      | consider\ making\ a\ donation
      | (?:please\ )?donate\b.{0,80}$
      | (?:click\ here\ to\ )?(?:donate|become\ a\ member)
      | comment\ on\ .{0,80}(?:facebook|articles)
      | comments?\ off\ on
      | posted\ in\ \w+$
      | become\ a\ member\ of
      | articles\ by:
      | (?:related|share\ this)\ articles?:?$
      | view\ all\ posts\ by
      | url\ of\ this\ article
      | disclaimer:\ the\ (?:contents|views)
      | disclaimer:
      | \S+\ contains\ copyrighted\ material
      | (?:the\ centre\ (?:for|of)\ research\ on\ globali[sz]ation)\ (?:grants|will)
      | for\ media\ inquiries
      | \[?(?:e-?mail|print|share)\ this\ article
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SHORT = 200
_SEPARATOR = re.compile(r"(?:[*_\-–—#•]\s*){2,}")


_BEGINNINGS = frozenset(
    "al to no pl cl vi fo fe su de co do be po ar re sh ur di th em e- pr".split()
)
"""The first two letters of all notices but the one on copyright, which begins with a host."""
_MAX_HOST_LENGTH = 60


def is_notice(paragraph: str) -> bool:
    """Whether a paragraph is a site's notice: translate, share, comment, membership, newsletter, disclaimer, fair use."""
    if len(paragraph) < _SHORT:
        # Sites repeat short ones word for word.
        return _is_notice(paragraph)
    start = paragraph[:2]
    if (
        start.isalpha()
        and start.lower() not in _BEGINNINGS
        and " contains " not in paragraph[:_MAX_HOST_LENGTH]
    ):
        return False
    return _NOTICES.match(paragraph) is not None


@lru_cache(maxsize=10_000)
def _is_notice(line: str) -> bool:
    return _NOTICES.match(line) is not None


def is_separator(paragraph: str) -> bool:
    """Whether it is only a row of stars or dashes."""
    return _SEPARATOR.fullmatch(paragraph) is not None
