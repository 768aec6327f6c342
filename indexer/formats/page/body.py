"""The body of a saved page as light Markdown.

trafilatura extracts it; teasers, credits and repetitions of the head are dropped.
"""

import logging
import re
from collections.abc import Collection, Iterable
from copy import deepcopy
from typing import NamedTuple

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from indexer.formats.page.kept_structure import keep_lines, whole_elements
from indexer.formats.page.notices import about_consent, is_consent, is_script_notice
from indexer.formats.text.html_to_markdown import element_to_markdown
from indexer.formats.text.links import LINK
from search.analysis.folding import fold
from search.analysis.plain_text import plain_text

__all__ = ["Body", "clean_body", "extract_body", "letters_of"]

# trafilatura logs each page in which it finds nothing; our reject reports that already.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_TEASER = re.compile(
    r"""\W*(?:
        read\ (?:more|also|next|the\ full) | (?:also|see)\ (?:read|also)\b
          | related(?:\ (?:articles?|stories|content))?\W*$
      | more\ on\ this | lesen\ sie\ (?:auch|hier|mehr) | lesen\ sie\ dazu | mehr\ zum\ thema
          | auch\ interessant | zum\ thema\W*$
      | lees\ (?:ook|meer) | (?:à\ )?lire\ aussi | leggi\ anche | lee\ (?:también|además)
          | te\ puede\ interesar
      | läs\ (?:mer|också) | les\ også | læs\ også | czytaj\ (?:też|także|więcej) | přečtěte\ si
          | leia\ (?:também|mais)
      | (?:story\ continues|continue\ reading|skip)\b.{0,40}$ | advertisement\W*$ | advertising\W*$
          | anzeige\W*$ | werbung\W*$
      | publicidad\W*$ | publicité\W*$ | share\ this | (?:follow|like)\ us\ on\b.{0,60}$
          | comments?\W*$
      | empfohlener\ redaktioneller\ inhalt | sign\ up\ (?:for|to)\b | subscribe\ (?:to|now)\b
          | click\ here\ to\b
      | would\ you\ like\ to\ comment | please\ read\ our\ comment | thank\ you\ for\ visiting
          | recommended\ videos\W*$
      | ein\ klick\ für\ den\ datenschutz\W*$ | (?:externen\ )?inhalt\ (?:an)?zeigen\W*$
          | article\ content\W*$ | tags?\s*:
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_TEASER_LENGTH = 240
_CREDIT = re.compile(
    r"\W*(?:photos?|images?|pictures?|foto(?:s|graf)?|bild|quelle|credit|image credit|photo credit"
    r"|photograph)\s*(?::|by\b|courtesy\b)",
    re.IGNORECASE,
)
_MAX_CREDIT_LENGTH = 160
_NOT_LETTERS = re.compile(r"[\W_]+")
_MAX_KICKER_LENGTH = 60
_MAX_KICKERS = 3
_MIN_HEAD_TEXT_LENGTH = 5
_ENDS = (".", "!", "?", ":", "”", "“", '"')
_MAX_MENTIONS = 2
"""Maximum mentions of JavaScript on a page about other things; notices mention it, too."""


class Body(NamedTuple):
    """A page's text, and the first image credit in it."""

    text: str
    image_credit: str


def extract_body(tree: HtmlElement, url: str, *head_texts: str) -> Body:
    """Extract a page's body.

    Paragraphs at its start that repeat the texts of the head (title, deck, by-line) are dropped.
    """
    copied = deepcopy(tree)
    keep_lines(copied)
    document = bare_extraction(
        copied,
        url=url or None,
        include_comments=False,
        include_formatting=True,
        include_links=True,
        include_tables=True,
    )
    if not isinstance(document, Document) or document.body is None:
        return Body("", "")
    elements = whole_elements(document.body, tree) or [document.body]
    return clean_body("\n\n".join(map(element_to_markdown, elements)), head_texts)


def clean_body(body: str, head_texts: Collection[str]) -> Body:
    """Drop paragraphs that are not part of an article's text."""
    head_letters = {letters_of(text) for text in head_texts if text}
    paragraphs: list[str] = []
    credit = ""
    head = next(iter(head_texts), "")
    is_about_consent = about_consent(head)
    is_about_scripts = (
        "javascript" in head.lower() or body.lower().count("javascript") > _MAX_MENTIONS
    )
    for paragraph in body.split("\n\n"):
        plain = plain_text(paragraph).strip()
        if len(paragraphs) <= _MAX_KICKERS and _repeats(plain, head_letters):
            # Short lines above a repetition belong to the head as well.
            if all(
                len(earlier) <= _MAX_KICKER_LENGTH and not earlier.endswith(_ENDS)
                for earlier in paragraphs
            ):
                paragraphs.clear()
            continue
        if (not is_about_scripts and is_script_notice(plain)) or (
            not is_about_consent and is_consent(plain)
        ):
            continue
        if len(plain) <= _MAX_CREDIT_LENGTH and _CREDIT.match(plain):
            credit = credit or plain
        elif not (
            len(plain) <= _MAX_TEASER_LENGTH and (_TEASER.match(plain) or _is_only_links(paragraph))
        ):
            paragraphs.append(paragraph)
    while paragraphs and paragraphs[-1].startswith("#"):
        paragraphs.pop()
    return Body("\n\n".join(paragraphs), credit)


def _repeats(plain: str, head_letters: Iterable[str]) -> bool:
    """Return whether a paragraph repeats a text of the head, perhaps after a word or two."""
    key = letters_of(plain)
    # A line that is not a sentence may add a description of the author, or the site's name.
    more = (
        _MAX_KICKER_LENGTH if len(plain) <= _MAX_CREDIT_LENGTH and not plain.endswith(_ENDS) else 0
    )
    return any(
        key == text
        or (key.endswith(text) and len(key) - len(text) <= _MAX_KICKER_LENGTH)
        or (
            key.startswith(text)
            and len(key) - len(text) <= more
            and len(text) > _MIN_HEAD_TEXT_LENGTH
        )
        for text in head_letters
        if text
    )


def _is_only_links(paragraph: str) -> bool:
    """Return whether a paragraph or list consists only of links."""
    return "](" in paragraph and not _NOT_LETTERS.sub("", LINK.sub("", paragraph))


def letters_of(text: str) -> str:
    """Return a text's letters and digits, folded, for comparisons."""
    return _NOT_LETTERS.sub("", fold(text))
