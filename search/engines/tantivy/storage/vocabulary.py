"""The vocabulary of a generation: a file next to its index, written with it."""

from pathlib import Path

import tantivy

from search.engines.field_names import exact_field
from search.files.regular_files import write_new
from search.index.document import EXACT_FIELDS
from search.query.vocabulary import Vocabulary

__all__ = ["read_words", "write_words"]

_FILE = "words.json"


def write_words(directory: Path, searcher: tantivy.Searcher) -> None:
    """Write the words of titles, decks, bodies and authors into a generation's directory."""
    write_new(directory / _FILE, _words_in(searcher).to_json())


def read_words(directory: Path, searcher: tantivy.Searcher) -> Vocabulary:
    """Read the vocabulary from the file, or from the index if there is no file.

    Older versions wrote no file, and a deleted generation may still be in use.
    """
    try:
        return Vocabulary.from_json((directory / _FILE).read_bytes())
    except FileNotFoundError:
        return _words_in(searcher)


def _words_in(searcher: tantivy.Searcher) -> Vocabulary:
    counts: dict[str, int] = {}
    for field in EXACT_FIELDS:
        for word, articles in searcher.terms_with_prefix(exact_field(field), ""):
            counts[word] = max(articles, counts.get(word, 0))
    return Vocabulary.of(counts, searcher.num_docs)
