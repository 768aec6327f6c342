"""Articles made for tests, and generations built from them."""

from collections.abc import Iterable
from typing import Any

from search.index.document import PreparedDocument, index_document
from search.index.protocols import GenerationStore
from search.model.article import Article

__all__ = ["article", "build", "prepared"]


def article(number: int = 1, **values: Any) -> Article:
    """Make an article with every required key; `values` replace or add keys."""
    required: dict[str, Any] = {
        "id": f"a{number}",
        "title": f"Title {number}",
        "published": "2020-01-01",
        "body": "Body.",
    }
    return Article(**required | values)


def prepared(store: GenerationStore, source: Article) -> PreparedDocument:
    """Prepare an article for a writer of the store."""
    document = index_document(source)
    return PreparedDocument(source.id, document.fingerprint, 0, store.encode(document))


def build(store: GenerationStore, articles: Iterable[Article]) -> str:
    """Index articles, make their generation live and return its name."""
    name, writer = store.create()
    for each in articles:
        writer.add(prepared(store, each))
    writer.commit({})
    store.make_live(name)
    return name
