"""The vocabulary of a generation: a file next to its index, written with it."""

import mmap
from pathlib import Path

import tantivy

from search.engines.field_names import exact_field
from search.engines.tantivy.storage.documents import unreadable
from search.files.regular_files import map_regular, write_new
from search.index.document import EXACT_FIELDS
from search.query.vocabulary.packing import pack
from search.query.vocabulary.vocabulary import Vocabulary
from search.query.vocabulary.word_list import WordList

__all__ = ["WordsFile", "write_words"]

_FILE = "words.bin"
_OLDER_FILE = "words.json"


def write_words(directory: Path, searcher: tantivy.Searcher) -> None:
    """Write the words of titles, decks, bodies and authors into a generation's directory."""
    write_new(directory / _FILE, pack(_words_in(searcher)))
    # The generation may be a copy of one of an older version.
    (directory / _OLDER_FILE).unlink(missing_ok=True)


class WordsFile:
    """The file of a generation's words, opened with it: the generation may be deleted in use.

    All processes that map the file share its memory.

    Raises:
        IndexDamaged: the file is empty.

    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._mapped: mmap.mmap | None = None
        try:
            self._mapped = map_regular(directory / _FILE)
        except FileNotFoundError:
            pass
        except ValueError as error:
            raise unreadable(directory, f"{_FILE}: {error}") from error

    def read(self, searcher: tantivy.Searcher) -> Vocabulary:
        """Return the vocabulary; without the file, make it in memory.

        Older versions of Dateline wrote another file, or none.

        Raises:
            ValueError: the file is damaged.

        """
        if self._mapped is None:
            return Vocabulary.of(self._older_words() or _words_in(searcher))
        vocabulary = Vocabulary(memoryview(self._mapped))
        # All of the file was read to verify it; searches need little of it.
        self._mapped.madvise(mmap.MADV_DONTNEED)
        return vocabulary

    def _older_words(self) -> WordList | None:
        try:
            return WordList.from_json((self._directory / _OLDER_FILE).read_bytes())
        except FileNotFoundError:
            return None


def _words_in(searcher: tantivy.Searcher) -> WordList:
    counts: dict[str, int] = {}
    for field in EXACT_FIELDS:
        for word, articles in searcher.terms_with_prefix(exact_field(field), ""):
            counts[word] = max(articles, counts.get(word, 0))
    return WordList.of(counts, searcher.num_docs)
