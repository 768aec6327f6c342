"""The columns of a Tantivy index, and an article's way into them.

Facet counts are fast over single-valued columns that are never missing, so a facet's first values stand in *slots*
(`theme_0`, `theme_1` …, "" for none) and only what is left in a multi-valued column (`theme_more`).
"""

import tantivy

from search.document import EXACT_FIELDS, IndexDocument
from search.facets import VALUE_FACETS

__all__ = ["NO_VALUE", "SCHEMA_VERSION", "SLOTS", "exact_field", "open_index", "slot_columns", "to_tantivy"]

SCHEMA_VERSION = 1
"""Raised whenever an index written before can no longer be read right."""

SLOTS = {"region": 4, "theme": 4, "author": 2, "report": 2, "source": 1, "language": 1}
"""Values of a facet that have a column each."""

NO_VALUE = ""

_WORD_FIELDS = (*EXACT_FIELDS, "region", "theme", "report", "source")
_TOKENS = "tokens"


def exact_field(field: str) -> str:
    """Name the field of a text's exact words, with their positions."""
    return f"{field}_exact"


def slot_columns(facet: str, most_values: int) -> list[str]:
    """Name the columns that hold a facet's values when no article has more than `most_values`."""
    slots = SLOTS[facet]
    columns = [f"{facet}_{slot}" for slot in range(min(slots, most_values))]
    return [*columns, f"{facet}_more"] if most_values > slots else columns


def open_index(path: str) -> tantivy.Index:
    """Open the index in a directory, or make it there.

    Raises:
        ValueError: its files cannot be read, or it has another schema.

    """
    index = tantivy.Index(_SCHEMA, path=path)
    index.register_tokenizer(_TOKENS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def to_tantivy(document: IndexDocument) -> tantivy.Document:
    """Fill the columns."""
    made = tantivy.Document()
    add_text = made.add_text
    add_text("id", document.id)
    made.add_bytes("article", document.article)
    add_text("text", document.stems)
    add_text("title", document.title_stems)
    for field, texts in document.exact.items():
        name = _EXACT[field]
        for text in texts:
            add_text(name, text)
    for facet, slots in SLOTS.items():
        values = document.values[facet]
        for value in values:
            add_text(facet, value)
        for slot, column in enumerate(_SLOT_NAMES[facet]):
            add_text(column, values[slot] if slot < len(values) else NO_VALUE)
        for value in values[slots:]:
            add_text(f"{facet}_more", value)
    made.add_unsigned("day", document.day)
    made.add_unsigned("month", document.day // 100)
    made.add_unsigned("sort_key", document.sort_key)
    return made


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("article", stored=True)
    builder.add_text_field("text", tokenizer_name=_TOKENS, index_option="freq")
    builder.add_text_field("title", tokenizer_name=_TOKENS, index_option="freq")
    for field in _WORD_FIELDS:
        builder.add_text_field(exact_field(field), tokenizer_name=_TOKENS, index_option="position")
    for facet in VALUE_FACETS:
        builder.add_text_field(facet.name, tokenizer_name="raw", index_option="basic")
        for column in (*_SLOT_NAMES[facet.name], f"{facet.name}_more"):
            builder.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_unsigned_field("month", fast=True)
    builder.add_unsigned_field("sort_key", fast=True)
    return builder.build()


_EXACT = {field: exact_field(field) for field in _WORD_FIELDS}
_SLOT_NAMES = {facet: slot_columns(facet, slots) for facet, slots in SLOTS.items()}
_SCHEMA = _schema()
