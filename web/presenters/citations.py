"""An article's citation for reference managers, as BibTeX and RIS."""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b

from search.model.article import Article

__all__ = ["bibtex", "ris"]

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


def bibtex(article: Article, address: str, site: str) -> str:
    """Return an entry of a BibTeX file in UTF-8, with a key that is stable and unique."""
    day = article.day
    fields = {
        # Braces keep an organisation with "and" in its name from becoming two authors.
        "author": " and ".join(
            f"{{{_tex(name)}}}" if " and " in name else _tex(name) for name in article.authors
        ),
        "title": f"{{{_tex(article.title)}}}",
        "journal": _tex(article.source or site),
        "year": f"{day.year:04}",
        "month": _MONTHS[day.month - 1],
        "day": str(day.day),
        "url": address.replace("{", "%7B").replace("}", "%7D"),
        "abstract": _tex(article.deck),
        "keywords": _tex(", ".join((*article.regions, *article.themes, *article.reports))),
        "language": _tex(article.language),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join((f"@article{{{_key(article)},", *lines, "}\n"))


def ris(article: Article, address: str, site: str) -> str:
    """Return a record of an RIS file."""
    return "".join(
        f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _ris(article, address, site)
    )


def _ris(article: Article, address: str, site: str) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield "ID", _key(article)
    yield "TI", article.title
    yield from (("AU", name) for name in article.authors)
    yield "T2", article.source or site
    yield "PY", f"{article.day.year:04}"
    yield "DA", f"{article.day:%Y/%m/%d}"
    if article.deck:
        yield "AB", article.deck
    yield from (("KW", value) for value in (*article.regions, *article.themes, *article.reports))
    yield "LA", article.language
    yield "UR", address
    yield "ER", ""


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _key(article: Article) -> str:
    name = article.authors[0].split()[-1] if article.authors else article.source
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    digest = blake2b(article.id.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{_NOT_IN_KEY.sub('', plain) or 'anonymous'}{article.day.year}-{digest}"
