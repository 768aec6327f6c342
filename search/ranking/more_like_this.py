"""Which words of an article tell it from the others: what its relatives are looked for by, on any engine."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from search.analysis.analyzer import analyzer
from search.analysis.plain_text import plain_text
from search.analysis.stopwords import STOP_WORDS
from search.model.article import Article

__all__ = ["MAX_RELATED", "InterestingTerm", "interesting_terms"]

MAX_RELATED = 20
"""Articles that are asked for at most."""
_WORDS = 16
_TITLE_TIMES = 3
_CHECKED = 60
_MIN_ARTICLES = 2
_MAX_SHARE = 0.2
# Characters of a body that are looked at; what an article is about it says early.
_READ = 20_000


class InterestingTerm(NamedTuple):
    """A stem, and how much it says: its frequency here by its rarity elsewhere (tf · idf)."""

    stem: str
    weight: float


def interesting_terms(
    article: Article,
    document_frequencies: Callable[[Sequence[str]], Mapping[str, int]],
    articles: int,
) -> list[InterestingTerm]:
    """Choose the words that say most; `document_frequencies` tells how many of all `articles` hold each of some stems."""
    words = analyzer(article.language)
    counted: Counter[str] = Counter()
    for text, times in (
        (article.title, _TITLE_TIMES),
        (article.deck, 1),
        (plain_text(article.body)[:_READ], 1),
    ):
        for token in words.tokens(text):
            if token.exact and token.exact not in STOP_WORDS and not token.exact.isdigit():
                counted[token.stem] += times
    frequent = dict(counted.most_common(_CHECKED))
    found: list[InterestingTerm] = []
    for stem, holding in document_frequencies(list(frequent)).items():
        if _MIN_ARTICLES <= holding <= max(articles * _MAX_SHARE, _MIN_ARTICLES):
            found.append(
                InterestingTerm(stem, (1 + math.log(frequent[stem])) * math.log(articles / holding))
            )
    return sorted(found, key=lambda word: (-word.weight, word.stem))[:_WORDS]
