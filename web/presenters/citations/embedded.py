"""An article's citation within pages, where reference managers such as Zotero find it."""

from search.model.article import Article
from web.legal_text import legal_line
from web.params.query_strings import quoted
from web.presenters.citations.person_names import author_name

__all__ = ["context_object", "highwire_tags"]

_BEGINNING = (
    "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal&rft.genre=article"
)


def context_object(article: Article, address: str, site: str) -> str:
    """Return an OpenURL ContextObject (Z39.88), the `title` of a COinS element of a result."""
    pairs = [
        ("rft.atitle", article.title),
        ("rft.jtitle", article.source or site),
        ("rft.date", article.published[:10]),
        ("rft.language", article.language),
    ]
    for number, text in enumerate(article.authors):
        name = author_name(text, article.language)
        if number == 0 and name.family:
            pairs += [("rft.aulast", name.family), ("rft.aufirst", name.given)]
        else:
            pairs.append(("rft.au", text))
    pairs.append(("rft_id", address))
    # Articles of a page share most values but the title, so their encoding is cached.
    return "&".join([_BEGINNING, *(f"{key}={quoted(legal_line(value))}" for key, value in pairs)])


def highwire_tags(article: Article, address: str, site: str) -> list[tuple[str, str]]:
    """Return the names and contents of an article's `citation_*` meta elements."""
    return [
        ("citation_title", article.title),
        *(("citation_author", name) for name in article.authors),
        ("citation_journal_title", article.source or site),
        ("citation_publication_date", article.published[:10].replace("-", "/")),
        ("citation_language", article.language),
        ("citation_public_url", address),
    ]
