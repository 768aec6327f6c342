"""What would be loaded, article by article, and where each part of it was found; nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.formats import FormatOptions, NoArticle
from indexer.formats.record.validation import to_article
from indexer.input.batches import batches
from indexer.input.sources import SourceFile
from indexer.pipeline import origin_of, parse_record
from search.errors import InvalidArticle
from search.model.article import ARTICLE_KEYS, Article

__all__ = ["Preview", "previews"]


@dataclass(frozen=True, slots=True)
class Preview:
    """One record: its article and where each key was found, or why there is none: `reason` of a reject, `skipped` of another.

    `encoding` names the encoding that was assumed, and why, where that is not always the same.
    """

    origin: str
    line: int
    article: Article | None = None
    found: Mapping[str, str] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    reason: str = ""
    skipped: str = ""
    encoding: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it for a machine; an article with the keys that hold something."""
        said: dict[str, Any] = {"origin": self.origin, "line": self.line}
        if self.encoding:
            said["encoding"] = self.encoding
        if self.article:
            article = {
                key: value
                for key, value in self.article.to_dict().items()
                if value and key != "origin"
            }
            return said | {
                "article": article,
                "found": self.found,
                "unknown_keys": list(self.unknown),
            }
        return said | (
            {"skipped": self.skipped}
            if self.skipped
            else {"reason": self.reason, "found": self.found}
        )


def previews(files: Sequence[SourceFile], options: FormatOptions) -> Iterator[Preview]:
    """Read files record by record."""
    for batch in batches(files, lambda _bytes: None):
        for record in batch.records():
            places: dict[str, str] = {}
            encoding = ""
            try:
                found = parse_record(batch, record, options)
                encoding = found.encoding
                places = {
                    key: found.places.get(key, f"key {key}")
                    for key, value in found.record.items()
                    if value and key in ARTICLE_KEYS
                }
                article, unknown = to_article(
                    found.record, origin_of(batch, record), options.language
                )
            except NoArticle as other:
                yield Preview(batch.origin, record.line, skipped=str(other))
            except InvalidArticle as error:
                yield Preview(
                    batch.origin, record.line, found=places, reason=str(error), encoding=encoding
                )
            else:
                yield Preview(
                    batch.origin,
                    record.line,
                    article,
                    _with_made(places, article),
                    unknown,
                    encoding=encoding,
                )


def _with_made(places: dict[str, str], article: Article) -> Mapping[str, str]:
    """Add where the parts come from that no record brought."""
    made = {
        "id": "made of url" if article.url else "made of title, authors and published",
        "title": "first words of the body",
        "language": "setting language",
    }
    return {
        key: places.get(key) or made.get(key, "")
        for key, value in article.to_dict().items()
        if value and key != "origin"
    }
