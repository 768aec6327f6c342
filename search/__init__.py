"""What an article, a query, a facet and a page of results are, and the engines that answer.

article.py  facets.py  periods.py      what there is to find
query.py  results.py  cursor.py        a search as a value, and what it answers
language.py  plan.py                   a reader's text -> a tree -> what always holds and what may be given up
understanding.py  spelling.py  synonyms.py   what a text is searched as: corrected, widened, and said
vocabulary.py                          the words of an index that corrections and suggestions choose from
tuning.py                              what an admin may set of understanding and order
meaning.py                             vectors of texts, where the optional package is installed
suggest.py  related.py  likeness.py    what a reader may mean to type; an article's nearest; whether two are one text
analysis.py  stopwords.py  markup.py   text -> tokens with places: one truth for queries, indexes and marks
document.py                            an article as every engine is given it
highlight.py  facet_lists.py           tokens -> marks; counts -> lists; the same for every engine
browsing.py                            all values of a facet: searched, in order, a page at a time
engine.py  engines/                    the protocols, and who keeps them
cached_per_generation.py                         what is remembered of a generation, without keeping it alive
config.py  errors.py  logs.py            settings; one class a cause; lines for people or machines
access_keys.py  query_counts.py  query_bounds.py  file_lock.py   what server and commands share of a data folder
file_drafts.py  file_owners.py  regular_files.py   files that are replaced whole; whose the files of a data folder are; no links
file_access.py  write_problems.py      what may not be read, why something was not written: in words
output_file.py  output_places.py       what a command writes for its admin: a file, a device, a pipe
backup_files.py                        how files of backups begin
"""

from search.engines import open_store
from search.index.protocols import GenerationStore, IndexWriter, SearchEngine
from search.model.article import Article
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.model.results import SearchPage

__all__ = [
    "Article",
    "Filter",
    "GenerationStore",
    "IndexWriter",
    "Match",
    "SearchEngine",
    "SearchPage",
    "SearchQuery",
    "SortOrder",
    "open_store",
]
