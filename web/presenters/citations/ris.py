"""An article as a record of an RIS file."""

from collections.abc import Iterator

from search.model.article import Article
from search.model.value_labels import NO_LABELS, ValueLabels
from web.legal_text import legal_line
from web.presenters.citations.citation_keys import citation_key
from web.presenters.citations.person_names import author_name

__all__ = ["ris"]


def ris(article: Article, address: str, site: str, labels: ValueLabels = NO_LABELS) -> str:
    """Return a record: one line for each tag, each ended by CRLF.

    Values have their labels, except in the key, which would change with a label.
    """
    tags = _tags(labels.named(article), citation_key(article), address, site)
    return "".join(f"{tag}  - {legal_line(value)}\r\n" for tag, value in tags)


def _tags(article: Article, key: str, address: str, site: str) -> Iterator[tuple[str, str]]:
    day = article.day
    yield "TY", "NEWS"
    yield "ID", key
    yield "TI", article.title
    yield from (("AU", _author(name, article.language)) for name in article.authors)
    yield "T2", article.source or site
    yield "PY", f"{day.year:04}"
    yield "DA", f"{day.year:04}/{day.month:02}/{day.day:02}"
    if article.deck:
        yield "AB", article.deck
    yield from (("KW", value) for value in (*article.regions, *article.themes, *article.reports))
    yield "LA", article.language
    yield "UR", address
    yield "ER", ""


def _author(text: str, language: str) -> str:
    """Return `Last, First, Suffix` for a person, and any other name as it stands."""
    name = author_name(text, language)
    return ", ".join(filter(None, (name.family, name.given, name.suffix))) if name.family else text
