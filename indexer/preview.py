"""Previews of a load: each record's article and the places that its values came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.formats import FormatOptions, NoArticle
from indexer.formats.record.validation import to_article
from indexer.input.batches import batches
from indexer.input.sources import SourceFile
from indexer.parsing.pipeline import origin_of, parse_record
from search.errors import InvalidArticle
from search.model.article import ARTICLE_KEYS, Article

__all__ = ["Preview", "previews"]


@dataclass(frozen=True, slots=True)
class Preview:
    """One record: its article with the place of each value, or why there is no article.

    `reason` is that of a reject, `skipped` the kind of another record. `encoding` is the assumed
    character encoding and the reason for it, for formats in which it varies.
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
        """Return the preview for JSON; an article without its empty keys."""
        data: dict[str, Any] = {"origin": self.origin, "line": self.line}
        if self.encoding:
            data["encoding"] = self.encoding
        if self.article:
            article = {
                key: value
                for key, value in self.article.to_dict().items()
                if value and key != "origin"
            }
            return data | {
                "article": article,
                "found": self.found,
                "unknown_keys": list(self.unknown),
            }
        return data | (
            {"skipped": self.skipped}
            if self.skipped
            else {"reason": self.reason, "found": self.found}
        )


def previews(files: Sequence[SourceFile], options: FormatOptions) -> Iterator[Preview]:
    """Yield a preview of each record of the files; nothing is written."""
    for batch in batches(files, lambda _bytes: None):
        for record in batch.records():
            places: dict[str, str] = {}
            encoding = ""
            try:
                parsed = parse_record(batch, record, options)
                encoding = parsed.encoding
                places = {
                    key: parsed.places.get(key, f"key {key}")
                    for key, value in parsed.record.items()
                    if value and key in ARTICLE_KEYS
                }
                article, unknown = to_article(
                    parsed.record, origin_of(batch, record), options.language
                )
            except NoArticle as no_article:
                yield Preview(batch.origin, record.line, skipped=str(no_article))
            except InvalidArticle as error:
                yield Preview(
                    batch.origin, record.line, found=places, reason=str(error), encoding=encoding
                )
            else:
                yield Preview(
                    batch.origin,
                    record.line,
                    article,
                    _with_derived(places, article),
                    unknown,
                    encoding=encoding,
                )


def _with_derived(places: dict[str, str], article: Article) -> Mapping[str, str]:
    """Add the sources of values that were not in the record."""
    derived = {
        "id": "made of url" if article.url else "made of title, authors and published",
        "title": "first words of the body",
        "language": "setting language",
    }
    return {
        key: places.get(key) or derived.get(key, "")
        for key, value in article.to_dict().items()
        if value and key != "origin"
    }
