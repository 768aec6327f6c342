"""The body and foot of a reprint: text, attribution, note on the author and credits.

Boilerplate is dropped.
"""

import re
from dataclasses import dataclass

from indexer.formats.bylines.authors import bare_name
from indexer.formats.reprint.boilerplate import is_separator
from indexer.formats.reprint.publishers import Publishers
from indexer.formats.text.links import LINK, address_of, link_text, unlinked
from search.analysis.folding import fold

__all__ = ["Foot"]

_ORIGINAL = re.compile(r"^[\W_]*The original source of this article is\s*", re.IGNORECASE)
_COPYRIGHT = re.compile(r"^[\W_]*(?:Copyright\b|©)", re.IGNORECASE)
_IMAGE = re.compile(
    r"^[\W_]*(?:Featured (?:image|photo)|(?:Image|Photo|Picture"
    r"|Photograph)s?(?: (?:source|credit|by|from|courtesy)\b|:))",
    re.IGNORECASE,
)
_NOT_PROSE = re.compile(
    r"[\W_]*(?:the original|copyright|©|featured|image|photo|picture|url of)", re.IGNORECASE
)
"""Beginnings of paragraphs that are neither prose nor most boilerplate."""
_PAGE_ADDRESS = re.compile(r"^Url of this article:\s*(?P<url>\S*)", re.IGNORECASE)
_ALL_POSTS = re.compile(
    r"\s*\[View all posts by [^\]]*\]\([^)]*\)\s*$|\s*View all posts by .*$", re.IGNORECASE
)
_MAX_CREDIT_LENGTH = 400
_SIGNS_BEFORE = re.compile(r"^[\W_]+")


@dataclass(slots=True)
class Foot:
    """The values below the body."""

    authors: tuple[str, ...]
    publishers: Publishers
    source: str = ""
    source_url: str = ""
    author_note: str = ""
    image_credit: str = ""
    copyright: str = ""
    url: str = ""

    def read(self, paragraphs: list[str]) -> str:
        """Read the values, and return the body without their paragraphs and without boilerplate."""
        body = [paragraph for paragraph in paragraphs if not self._take(paragraph)]
        while body and is_separator(body[-1]):
            body.pop()
        if len(body) > 1 and self._is_about_author(body[-1]):
            self.author_note = unlinked(_ALL_POSTS.sub("", body.pop()))
        while body and is_separator(body[-1]):
            body.pop()
        start = next(
            (place for place, paragraph in enumerate(body) if not is_separator(paragraph)), 0
        )
        return "\n\n".join(body[start:])

    def _take(self, paragraph: str) -> bool:
        if not _NOT_PROSE.match(paragraph):
            return self.publishers.boilerplate.matches(paragraph)
        if self.publishers.boilerplate.matches(paragraph):
            if (match := _PAGE_ADDRESS.match(paragraph)) and match["url"].startswith("http"):
                self.url = match["url"]
            return True
        if match := _ORIGINAL.match(paragraph):
            text = paragraph[match.end() :]
            link = LINK.search(text)
            self.source = link_text(link) if link else unlinked(text.split("\n")[0]).rstrip(" .")
            self.source_url = address_of(link) if link else ""
            return True
        if _COPYRIGHT.match(paragraph) and len(paragraph) <= _MAX_CREDIT_LENGTH:
            self.copyright = self.copyright or unlinked(paragraph)
            return True
        if (
            _IMAGE.match(paragraph)
            and len(paragraph) <= _MAX_CREDIT_LENGTH
            and "\n" not in paragraph
        ):
            self.image_credit = f"{self.image_credit} {unlinked(paragraph)}".strip()
            return True
        return False

    def _is_about_author(self, paragraph: str) -> bool:
        start = paragraph[:_MAX_CREDIT_LENGTH]
        lower = start.lower()
        if not any(
            not author.isascii() or author.partition(" ")[0].lower() in lower
            for author in self.authors
        ):
            return False
        start = bare_name(unlinked(_SIGNS_BEFORE.sub("", start.replace("**", "")))[:200])
        key = fold(start)
        return any(key.startswith(fold(author)) for author in self.authors)
