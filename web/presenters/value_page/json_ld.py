"""A value's page for other sites: schema.org's ProfilePage or CollectionPage as JSON-LD."""

from typing import Any

from markupsafe import Markup

from web.mount_path import mounted
from web.presenters.citations.person_names import author_name
from web.presenters.json_ld import script_text
from web.presenters.value_page.data import ValuePageData
from web.urls import article_path, web_link

__all__ = ["value_json_ld"]

_TYPES = {"region": "Place", "source": "Organization"}


def value_json_ld(
    data: ValuePageData, name: str, address: str, site_address: str, site: str
) -> Markup:
    """Return the text of a script element that describes the page of a value called `name`."""
    hits = data.articles.hits
    language = hits[0].article.language if hits else ""
    is_person = data.facet.name == "author" and author_name(name, language).is_person
    subject = {
        "@type": "Person" if is_person else _TYPES.get(data.facet.name, "Thing"),
        "name": name,
        "url": address,
        "description": "\n\n".join(data.description.paragraphs),
        "sameAs": web_link(data.description.link),
    }
    newest = {
        "@type": "ItemList",
        "numberOfItems": data.articles.total,
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": hit.article.title,
                "url": site_address + article_path(hit.article.id),
            }
            for position, hit in enumerate(hits, 1)
        ],
    }
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ProfilePage" if is_person else "CollectionPage",
        "name": name,
        "url": address,
        "isPartOf": {"@type": "WebSite", "name": site, "url": site_address + mounted("/")},
    }
    filled = {key: text for key, text in subject.items() if text}
    if is_person:
        page |= {"mainEntity": filled, "hasPart": newest}
    else:
        page |= {"about": filled, "mainEntity": newest}
    return script_text(page)
