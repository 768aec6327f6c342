"""The fields of an OpenSearch index, and the encoding of articles into them.

Text consists of ready tokens, so the analyzer only splits it at spaces. The article itself is one
stored field; the `_source` of OpenSearch would store every token a second time.
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from search.analysis.lazy_embeddings import packed_vector
from search.analysis.pieces import MAX_TOKEN_LENGTH
from search.engines.field_names import LIKENESS_FIELDS, exact_field
from search.index.article_keys import article_key
from search.index.document import EXACT_FIELDS, VECTOR_NUMBERS, IndexDocument
from search.model.facets import VALUE_FACETS

__all__ = [
    "KEYS_SCHEMA_VERSION",
    "MAPPINGS",
    "OLDEST_SCHEMA_VERSION",
    "SCHEMA_VERSION",
    "SETTINGS",
    "document_id",
    "encode",
    "encode_with_meaning",
    "unpacked",
]

SCHEMA_VERSION = 3
"""The version that is written.

Version 2 introduced the words of elisions, scripts without spaces, initialisms and amounts,
version 3 the keys of articles.
"""
OLDEST_SCHEMA_VERSION = 1
"""The oldest version that can be read and served."""
KEYS_SCHEMA_VERSION = 3
"""The version that introduced the keys of articles."""

# The token of a field without words, so that every article has these fields: the average length of
# a field, on which scores depend, is then over all articles, as in the embedded engine.
_NO_WORDS = "\u00b7"
_ALWAYS_THERE = ("title", "body")
_WORD_FIELDS = (*EXACT_FIELDS, "region", "theme", "report", "source")
# The gap between values of a field, so that no phrase matches across them.
_BETWEEN_VALUES = 1000
_PACKED = struct.Struct(f"<{VECTOR_NUMBERS}Q")
_ID_BYTES = 15

SETTINGS: Mapping[str, Any] = {
    "analysis": {
        "analyzer": {"default": {"type": "custom", "tokenizer": "tokens"}},
        "tokenizer": {"tokens": {"type": "whitespace", "max_token_length": 10 * MAX_TOKEN_LENGTH}},
    },
}
"""The settings of every index of articles, except its numbers of shards and replicas."""


def document_id(article_id: str) -> str:
    """Return the id of an article's document: a hash, since an id has at most 512 bytes there."""
    return b64encode(
        sha256(article_id.encode("utf-8", "surrogatepass")).digest()[:_ID_BYTES], b"-_"
    ).decode()


def encode(document: IndexDocument) -> str:
    """Encode a document as JSON."""
    return orjson.dumps(_fields(document)).decode()


def encode_with_meaning(document: IndexDocument) -> str:
    """Encode a document with its vector."""
    packed = _PACKED.pack(*packed_vector(document.text))
    return orjson.dumps(_fields(document) | {"meaning": b64encode(packed).decode()}).decode()


def unpacked(meaning: str) -> tuple[int, ...]:
    """Return the numbers of a packed vector, which OpenSearch returns without base64 padding."""
    return _PACKED.unpack(b64decode(meaning + "=" * (-len(meaning) % 4)))


def _fields(document: IndexDocument) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": document.id,
        "article": document.article.decode(),
        "text": document.stems.strip() or _NO_WORDS,
        "title": document.title_stems.strip() or _NO_WORDS,
        "day": f"{document.day:08}",
        "sort_key": document.sort_key,
        "article_key": article_key(document.id),
        **document.values,
    }
    fields.update(zip(LIKENESS_FIELDS, document.likeness, strict=False))
    for field, texts in document.exact.items():
        fields[exact_field(field)] = texts
    for field in _ALWAYS_THERE:
        if not any(map(str.strip, document.exact.get(field, ()))):
            fields[exact_field(field)] = _NO_WORDS
    return fields


def _mappings() -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": {"type": "keyword"},
        "article": {"type": "text", "index": False, "store": True},
        "text": {"type": "text", "index_options": "freqs"},
        "title": {"type": "text", "index_options": "freqs"},
        "day": {"type": "date", "format": "basic_date"},
        "sort_key": {"type": "long"},
        "article_key": {"type": "long"},
        "fingerprint": {"type": "long", "index": False},
        "record": {"type": "long"},
        "meaning": {"type": "binary", "doc_values": True},
    }
    for field in _WORD_FIELDS:
        fields[exact_field(field)] = {"type": "text", "position_increment_gap": _BETWEEN_VALUES}
    for facet in VALUE_FACETS:
        fields[facet.name] = {"type": "keyword"}
    for field in LIKENESS_FIELDS:
        fields[field] = {"type": "long"}
    return {"dynamic": "strict", "_source": {"enabled": False}, "properties": fields}


MAPPINGS: Mapping[str, Any] = _mappings()
"""The mapping of every index of articles."""
