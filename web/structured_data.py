"""What an article's page declares of itself to other sites: schema.org's NewsArticle as JSON-LD."""

from typing import Any

import orjson
from markupsafe import Markup

from search.article import Article

__all__ = ["json_ld"]


def json_ld(article: Article, address: str, site: str) -> Markup:
    """Return the text of a script element of JSON-LD; nothing in it can end the element."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.deck,
        "datePublished": article.published,
        "inLanguage": article.language,
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "articleSection": list(article.themes),
        "contentLocation": [{"@type": "Place", "name": name} for name in article.regions],
        "publisher": {"@type": "Organization", "name": site},
        "url": address,
        "isBasedOn": article.source_url,
        "copyrightNotice": article.copyright,
    }
    text = orjson.dumps({key: value for key, value in data.items() if value}).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 # no sign of HTML is left in it
