"""The columns of a Tantivy index, and the encoding of articles into them.

Facet counts are fast over single-valued columns that are never missing. So the first values of a
facet are in *slot columns* (`theme_0`, `theme_1` …, "" without a value), and only further values in
a multi-valued column (`theme_more`).
"""

from binascii import b2a_base64

import orjson
import tantivy

from search.analysis.lazy_embeddings import packed_vector
from search.engines.field_names import LIKENESS_FIELDS, exact_field
from search.index.document import EXACT_FIELDS, VECTOR_NUMBERS, IndexDocument
from search.model.facets import VALUE_FACETS

__all__ = [
    "MEANING_COLUMNS",
    "NO_VALUE",
    "OLDEST_SCHEMA_VERSION",
    "SCHEMA_VERSION",
    "SKETCH_SCHEMA_VERSION",
    "SLOTS",
    "encode",
    "encode_with_meaning",
    "is_slot",
    "month_column",
    "open_index",
    "slot_columns",
]

SCHEMA_VERSION = 5
"""The version that is written.

It is raised when an older index lacks something: version 2 introduced the catalog and the list of
files, version 3 vectors and sketches for near-duplicates, version 4 the words of elisions, scripts
without spaces, initialisms and amounts, version 5 months as text.
"""
OLDEST_SCHEMA_VERSION = 1
"""The oldest version that can be read and served."""
SKETCH_SCHEMA_VERSION = 3
"""The version that introduced sketches."""

SLOTS = {"region": 4, "theme": 4, "author": 2, "report": 2, "source": 1, "language": 1}
"""The number of slot columns of each facet."""

NO_VALUE = ""

MEANING_COLUMNS = tuple(f"meaning_{number}" for number in range(VECTOR_NUMBERS))
"""An article's packed vector; missing in an index without vectors."""

_WORD_FIELDS = (*EXACT_FIELDS, "region", "theme", "report", "source")
_TOKENS = "tokens"
_MORE = "_more"
_MONTH = "year_month"
"""Text, since counting the ordinals of a few hundred strings takes a third of the time."""


def slot_columns(facet: str, most_values: int) -> list[str]:
    """Return the columns with a facet's values if no article has more than `most_values`."""
    slots = SLOTS[facet]
    columns = [f"{facet}_{slot}" for slot in range(min(slots, most_values))]
    return [*columns, facet + _MORE] if most_values > slots else columns


def is_slot(column: str) -> bool:
    """Return whether every article has exactly one value in a facet's column."""
    return not column.endswith(_MORE)


def month_column(index: tantivy.Index) -> str:
    """Return an index's column of months, `yyyymm`: text, and numbers before version 5."""
    try:
        tantivy.Query.term_query(index.schema, _MONTH, "")
    except ValueError:
        return "month"
    return _MONTH


def open_index(path: str) -> tantivy.Index:
    """Open the index in a directory, of any readable schema version, or create one there.

    Raises:
        ValueError: its files cannot be read.

    """
    index = (
        tantivy.Index.open(path)
        if tantivy.Index.exists(path)
        else tantivy.Index(_SCHEMA, path=path)
    )
    index.register_tokenizer(
        _TOKENS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    )
    return index


def encode(document: IndexDocument) -> str:
    """Encode a document as the JSON that Tantivy reads, with bytes in base64."""
    columns = _COLUMNS.copy()
    columns["id"] = document.id
    columns["article"] = b2a_base64(document.article, newline=False).decode("ascii")
    columns["text"] = document.stems
    columns["title"] = document.title_stems
    columns["day"] = document.day
    columns[_MONTH] = str(document.day // 100)
    columns["sort_key"] = document.sort_key
    for column, number in zip(LIKENESS_FIELDS, document.likeness, strict=False):
        columns[column] = number
    for field, texts in document.exact.items():
        columns[_EXACT[field]] = texts
    for facet, values in document.values.items():
        slots = _SLOT_NAMES[facet]
        columns[facet] = values
        for slot, value in zip(slots, values, strict=False):
            columns[slot] = value
        if len(values) > len(slots):
            columns[facet + _MORE] = values[len(slots) :]
    return orjson.dumps(columns).decode()


def encode_with_meaning(document: IndexDocument) -> str:
    """Encode a document with its vector."""
    numbers = zip(MEANING_COLUMNS, packed_vector(document.text), strict=True)
    return f"{encode(document)[:-1]},{orjson.dumps(dict(numbers)).decode()[1:]}"


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
        for column in (*_SLOT_NAMES[facet.name], facet.name + _MORE):
            builder.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_text_field(_MONTH, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("sort_key", fast=True)
    for column in LIKENESS_FIELDS:
        builder.add_unsigned_field(column, indexed=True, fast=True)
    for column in MEANING_COLUMNS:
        builder.add_unsigned_field(column, fast=True)
    return builder.build()


_EXACT = {field: exact_field(field) for field in _WORD_FIELDS}
_SLOT_NAMES = {facet: slot_columns(facet, slots) for facet, slots in SLOTS.items()}
_COLUMNS: dict[str, object] = {
    column: NO_VALUE
    for columns in (
        ("id", "article", "text", "title", "day", _MONTH, "sort_key"),
        (_EXACT["title"], _EXACT["body"]),
        *_SLOT_NAMES.values(),
    )
    for column in columns
}
"""The columns of every article, without values. To copy them is faster than to add them."""
_SCHEMA = _schema()
