"""An article as an entry of a bibliography: Chicago, APA and MLA.

These are the rules of the three handbooks for an article of a newspaper that is read online, in
English, whatever the language of the site: *The Chicago Manual of Style* (18th edition, notes and
bibliography), the *Publication Manual* of the APA (7th edition) and the *MLA Handbook* (9th
edition). A CSL processor was not used: citeproc-py abbreviates the given names that MLA and Chicago
print in full, and takes 10 ms for an entry.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from search.model.article import Article
from web.legal_text import legal_line
from web.presenters.citations.person_names import AuthorName, author_name

__all__ = ["STYLES", "Reference"]

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_MLA_MONTHS = "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()
_ENDINGS = (".", "?", "!", "…", ".”", "?”", "!”")
_DOUBLE_QUOTES = re.compile(r'["“]([^"“”]*)["”]')
_MAX_CHICAGO = 6
_CHICAGO_SHORTENED = 3
_MAX_MLA = 2
_MAX_APA = 20


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry in three parts: the text before the publication, which is in italics, and after."""

    before: str
    publication: str
    after: str

    @property
    def text(self) -> str:
        """The entry without italics."""
        return f"{self.before}{self.publication}{self.after}"


def _chicago(article: Article, address: str, publication: str) -> Reference:
    day = article.day
    date = f", {_MONTHS[day.month - 1]} {day.day}, {day.year}. {address}."
    names = _authors(article)
    if not names:
        # The publication replaces the author.
        return Reference("", publication, f". {_quoted(article.title)}{date[1:]}")
    return Reference(
        f"{_sentence(_chicago_names(names))} {_quoted(article.title)} ", publication, date
    )


def _apa(article: Article, address: str, publication: str) -> Reference:
    day = article.day
    date = f"({day.year}, {_MONTHS[day.month - 1]} {day.day})."
    names = _authors(article)
    title = _sentence(legal_line(article.title))
    before = f"{_sentence(_apa_names(names))} {date} {title} " if names else f"{title} {date} "
    return Reference(before, publication, f". {address}")


def _mla(article: Article, address: str, publication: str) -> Reference:
    day = article.day
    date = f"{day.day} {_MLA_MONTHS[day.month - 1]} {day.year}"
    names = _authors(article)
    authors = f"{_sentence(_mla_names(names))} " if names else ""
    title = _quoted(article.title)
    return Reference(f"{authors}{title} ", publication, f", {date}, {address}.")


def _authors(article: Article) -> list[AuthorName]:
    return [author_name(name, article.language) for name in article.authors]


def _chicago_names(names: Sequence[AuthorName]) -> str:
    shown = names if len(names) <= _MAX_CHICAGO else names[:_CHICAGO_SHORTENED]
    texts = [_family_first(shown[0]), *(name.text for name in shown[1:])]
    if len(shown) < len(names):
        return f"{', '.join(texts)}, et al."
    return _joined(texts, "and")


def _mla_names(names: Sequence[AuthorName]) -> str:
    first = _family_first(names[0])
    if len(names) > _MAX_MLA:
        return f"{first}, et al."
    return _joined([first, *(name.text for name in names[1:])], "and")


def _apa_names(names: Sequence[AuthorName]) -> str:
    texts = [_with_initials(name) for name in names]
    if len(texts) > _MAX_APA:
        return f"{', '.join(texts[: _MAX_APA - 1])}, . . . {texts[-1]}"
    return _joined(texts, "&")


def _joined(texts: Sequence[str], conjunction: str) -> str:
    """Join names with commas; there is one before the conjunction too, since names are inverted."""
    if len(texts) == 1:
        return texts[0]
    return f"{', '.join(texts[:-1])}, {conjunction} {texts[-1]}"


def _family_first(name: AuthorName) -> str:
    if not name.family:
        return name.text
    return ", ".join(filter(None, (name.family, name.given, name.suffix)))


def _with_initials(name: AuthorName) -> str:
    if not name.family:
        return name.text
    initials = " ".join(
        "-".join(f"{part[0]}." for part in word.split("-") if part) for word in name.given.split()
    )
    return ", ".join(filter(None, (name.family, initials, name.suffix)))


def _quoted(title: str) -> str:
    """Return a title as a sentence in double quotation marks; those within it become single."""
    inner = _DOUBLE_QUOTES.sub(r"‘\1’", legal_line(title))
    return f"“{inner if inner.endswith(_ENDINGS) else f'{inner}.'}”"


def _sentence(text: str) -> str:
    return text if text.endswith(_ENDINGS) else f"{text}."


_Write = Callable[[Article, str, str], Reference]


def _of_site(write: _Write) -> _Write:
    """Return a function that cites an article without a source from the site."""

    def cite(article: Article, address: str, site: str) -> Reference:
        return write(article, address, legal_line(article.source or site))

    return cite


STYLES: Mapping[str, _Write] = {
    "chicago": _of_site(_chicago),
    "apa": _of_site(_apa),
    "mla": _of_site(_mla),
}
"""By name, functions of an article, its address and the site's title."""
