"""Interesting terms of an article, by which every engine finds related articles."""

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
"""Related articles per request."""
_MAX_TERMS = 16
_TITLE_WEIGHT = 3
_MAX_CANDIDATES = 60
_MIN_ARTICLES = 2
_MAX_ARTICLE_SHARE = 0.2
# Characters of a body that are analysed; articles name their subject early.
_MAX_BODY_LENGTH = 20_000


class InterestingTerm(NamedTuple):
    """A stem and its weight (tf-idf)."""

    stem: str
    weight: float


def interesting_terms(
    article: Article,
    document_frequencies: Callable[[Sequence[str]], Mapping[str, int]],
    articles: int,
) -> list[InterestingTerm]:
    """Return the terms with the highest weights.

    `document_frequencies` looks up how many of all `articles` contain each of some stems.
    """
    words = analyzer(article.language)
    frequencies: Counter[str] = Counter()
    for text, factor in (
        (article.title, _TITLE_WEIGHT),
        (article.deck, 1),
        (plain_text(article.body)[:_MAX_BODY_LENGTH], 1),
    ):
        for token in words.tokens(text):
            if (
                token.exact
                and token.stem
                and token.exact not in STOP_WORDS
                and not token.exact.isdigit()
            ):
                frequencies[token.stem] += factor
    candidates = dict(frequencies.most_common(_MAX_CANDIDATES))
    terms: list[InterestingTerm] = []
    for stem, count in document_frequencies(list(candidates)).items():
        if _MIN_ARTICLES <= count <= max(articles * _MAX_ARTICLE_SHARE, _MIN_ARTICLES):
            weight = (1 + math.log(candidates[stem])) * math.log(articles / count)
            terms.append(InterestingTerm(stem, weight))
    return sorted(terms, key=lambda term: (-term.weight, term.stem))[:_MAX_TERMS]
