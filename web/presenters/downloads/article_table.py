"""Articles as a CSV table (RFC 4180), which `dateline rebuild` reads back to the same articles.

The text of a cell is that of `search/model/table_cells.py`, which the reader uses, too.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from search.model.article import ARTICLE_KEYS, Article
from search.model.table_cells import guard_formula, join_values

__all__ = ["table_chunks"]

_MAX_CHUNK_ROWS = 1_000
_BYTE_ORDER_MARK = "\ufeff"


def table_chunks(articles: Iterable[Article], size: int, *, has_mark: bool) -> Iterator[bytes]:
    """Yield a header and one row per article in chunks of about `size` bytes."""
    buffer = io.StringIO()
    if has_mark:
        buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(ARTICLE_KEYS)
    for number, article in enumerate(articles, 1):
        writer.writerow([_cell(getattr(article, key)) for key in ARTICLE_KEYS])
        if buffer.tell() >= size or number % _MAX_CHUNK_ROWS == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(value: str | tuple[str, ...]) -> str:
    return guard_formula(value if isinstance(value, str) else join_values(value))
