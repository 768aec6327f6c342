"""An article as an entry of a BibTeX file."""

from urllib.parse import quote

import regex

from search.model.article import Article
from search.model.value_labels import NO_LABELS, ValueLabels
from web.presenters.citations.citation_keys import citation_key
from web.presenters.citations.person_names import AuthorName, author_name
from web.presenters.citations.tex import escape_tex

__all__ = ["bibtex"]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NOT_IN_ADDRESS = regex.compile(r"[^!#-&(-;=?-\[\]_a-z~]")
"""Everything except ASCII that a field can contain unescaped; braces and backslashes are out."""


def bibtex(article: Article, address: str, site: str, labels: ValueLabels = NO_LABELS) -> str:
    """Return an entry in UTF-8, with balanced braces and a key that is stable and unique.

    Values have their labels, except in the key, which would change with a label.
    """
    key, article = citation_key(article), labels.named(article)
    day = article.day
    language = article.language
    title = escape_tex(article.title)
    fields = {
        "author": " and ".join(_author(author_name(name, language)) for name in article.authors),
        # The second pair of braces keeps BibTeX from changing the case of letters.
        "title": f"{{{title}}}" if title else "",
        "journal": escape_tex(article.source or site),
        "year": f"{day.year:04}",
        "month": _MONTHS[day.month - 1],
        "day": str(day.day),
        # `\url` and biblatex print an address as it is, so TeX's special characters stay.
        "url": _NOT_IN_ADDRESS.sub(lambda match: quote(match[0]), address),
        "abstract": escape_tex(article.deck),
        "keywords": ", ".join(
            _keyword(value) for value in (*article.regions, *article.themes, *article.reports)
        ),
        "language": escape_tex(language),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join((f"@article{{{key},", *lines, "}\n"))


def _author(name: AuthorName) -> str:
    """Return a person as `First Last`, and anything else whole, in braces of its own."""
    if not name.is_person:
        return f"{{{escape_tex(name.text)}}}"
    if not name.family or (not name.suffix and _family_in_bibtex(name.text) == name.family):
        return escape_tex(name.text)
    # In braces several words are one, with a suffix that BibTeX would take for the family name.
    rest = name.text.removeprefix(name.given).strip()
    return f"{escape_tex(name.given)} {{{escape_tex(rest)}}}"


def _family_in_bibtex(name: str) -> str:
    """Return the part that BibTeX takes for the family name: from the first lower-case word on."""
    words = name.split()
    start = next(
        (position for position, word in enumerate(words[:-1]) if word[0].islower()), len(words) - 1
    )
    return " ".join(words[start:])


def _keyword(value: str) -> str:
    return f"{{{escape_tex(value)}}}" if "," in value else escape_tex(value)
