"""An article's metadata for other sites: schema.org's NewsArticle as JSON-LD."""

from typing import Any

import orjson
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from search.model.article import Article
from search.model.value_labels import ValueLabels
from web.chronicle_urls import value_page_path
from web.urls import article_path

__all__ = ["json_ld", "script_text"]


def json_ld(article: Article, labels: ValueLabels, site_address: str, site: str) -> Markup:
    """Return the text of a script element, with the labels of values."""
    address = site_address + article_path(article.id)
    pages = {
        labels.label("author", name): site_address + value_page_path("author", name)
        for name in article.authors
    }
    article = labels.named(article)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.deck,
        "datePublished": article.published,
        "inLanguage": article.language,
        "author": [
            {"@type": "Person", "name": name, "url": pages[name]} for name in article.authors
        ],
        "articleSection": list(article.themes),
        "contentLocation": [{"@type": "Place", "name": name} for name in article.regions],
        "publisher": {"@type": "Organization", "name": site},
        "url": address,
        "isBasedOn": article.source_url,
        "copyrightNotice": article.copyright,
    }
    return script_text({key: value for key, value in data.items() if value})


def script_text(data: dict[str, Any]) -> Markup:
    """Return data as the text of a script element, escaped so that it cannot end the element."""
    return htmlsafe_json_dumps(data, dumps=lambda value: orjson.dumps(value).decode())
