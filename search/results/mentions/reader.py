"""Reads the articles of a search in their order, forwards and backwards, and their mentions."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Generic, NamedTuple

from search.model.article import Article
from search.model.cursor import Cursor
from search.model.mentions import ArticleMentions, Mention
from search.query.minimum_match import MatchSpec
from search.results.highlighting.highlighter import Highlighter
from search.results.mentions.occurrences import ARTICLE_BEGIN, counts_before, mention_groups
from search.results.mentions.place import MentionPlace
from search.results.mentions.source import Address, ArticleSource

__all__ = ["Collected", "MentionReader"]

_FIRST_BATCH = 32
_LAST_BATCH = 256
"""Articles that are read at a time: few at first, since most pages need no more."""
_BATCH_BEFORE = 128
"""Articles that are looked for at a time on the way back."""
_MAX_READ = 1_000
"""Articles of one page; a search may match thousands by their authors' names alone."""
_MAX_CHARACTERS = 4_000_000
"""Characters of their bodies."""


class _Read(NamedTuple):
    """An article, and the position before it among all matches."""

    position: Cursor
    article: Article


@dataclass(slots=True)
class Collected:
    """The mentions that were read for a page, and the place after them, if more may follow."""

    found: list[ArticleMentions] = field(default_factory=list)
    count: int = 0
    articles: int = 0
    characters: int = 0
    following: MentionPlace | None = None

    @property
    def is_spent(self) -> bool:
        """Return whether no more articles are read for the page."""
        return self.articles >= _MAX_READ or self.characters >= _MAX_CHARACTERS


class MentionReader(Generic[Address]):
    """Reads the mentions of one search."""

    def __init__(
        self, source: ArticleSource[Address], spec: MatchSpec, highlighter: Highlighter
    ) -> None:
        self._source = source
        self._spec = spec
        self._highlighter = highlighter

    def collect(self, place: MentionPlace, size: int) -> Collected:
        """Return a number of mentions from a place on."""
        collected = Collected()
        begin = place
        for read in self._articles(place.articles):
            if collected.articles:
                before = place.before + collected.count
                begin = MentionPlace(read.position, ARTICLE_BEGIN, before=before)
            if collected.is_spent:
                collected.following = begin
                break
            room = size - collected.count
            mentions = list(islice(self._from(read.article, begin), room + 1))
            if kept := tuple([mention for mention, _ in mentions[:room]]):
                number = read.position.offset + 1
                collected.found.append(ArticleMentions(read.article, number, begin.seen > 0, kept))
            collected.count += len(kept)
            if len(mentions) > room:
                collected.following = mentions[room][1]
                break
            collected.articles += 1
            collected.characters += len(read.article.body)
        return collected

    def count_from(self, place: MentionPlace, max_characters: int) -> int | None:
        """Count all mentions from a place on; None if they are in too long texts."""
        count = characters = 0
        begin = place
        for number, read in enumerate(self._articles(place.articles)):
            characters += len(read.article.body)
            if characters > max_characters:
                return None
            if number:
                begin = MentionPlace(read.position, ARTICLE_BEGIN)
            count += sum(1 for _ in self._from(read.article, begin))
        return count

    def place_before(self, end: MentionPlace, size: int) -> tuple[MentionPlace, int]:
        """Return the place some mentions before another place, and how many are between.

        There are fewer only if no more are before, or if their articles are too many to read.
        """
        if end.seen >= size:
            here = next(self._articles(end.articles), None)
            if here is not None:
                return self._earlier_in(here.article, end, size), size
        missing = size - end.seen
        place = MentionPlace(end.articles, ARTICLE_BEGIN, before=end.before - end.seen)
        characters = 0
        for number, read in enumerate(self._backwards(end.articles), 1):
            count = self._count(read.article)
            if count > missing:
                return self._nth(read, count - missing, place.before - missing), size
            missing -= count
            characters += len(read.article.body)
            before = place.before - count if read.position.offset else 0
            place = MentionPlace(read.position, ARTICLE_BEGIN, before=before)
            if not missing or number >= _MAX_READ or characters >= _MAX_CHARACTERS:
                break
        return place, size - missing

    def _earlier_in(self, article: Article, end: MentionPlace, size: int) -> MentionPlace:
        """Return the place some mentions earlier in the same article, which are before `end`."""
        place = replace(end, seen=end.seen - size, before=end.before - size, backwards=False)
        if end.skip >= size:
            return replace(place, skip=end.skip - size)
        missing = size - end.skip
        in_body = end.seen_in_body
        for start, count in counts_before(article, self._highlighter, max(end.start, 0)):
            in_body -= count
            if count >= missing:
                return replace(place, start=start, skip=count - missing, seen_in_body=in_body)
            missing -= count
        heads = end.seen - end.seen_in_body - end.skip
        return replace(place, start=ARTICLE_BEGIN, skip=max(0, heads - missing), seen_in_body=0)

    def _nth(self, read: _Read, number: int, before: int) -> MentionPlace:
        """Return the place before a mention of an article, counted from 0."""
        begin = MentionPlace(read.position, ARTICLE_BEGIN, before=before - number)
        places = (place for _, place in self._from(read.article, begin))
        return next(islice(places, number, None), begin)

    def _count(self, article: Article) -> int:
        return sum(len(group.mentions) for group in mention_groups(article, self._highlighter))

    def _from(
        self, article: Article, begin: MentionPlace
    ) -> Iterator[tuple[Mention, MentionPlace]]:
        """Yield the mentions of an article from a place in it on, each with the place before it."""
        count = 0
        in_body = begin.seen_in_body
        groups = mention_groups(article, self._highlighter, begin.start, in_body)
        for group in groups:
            skipped = begin.skip if group.start == begin.start else 0
            for number, mention in enumerate(group.mentions[skipped:], skipped):
                yield (
                    mention,
                    replace(
                        begin,
                        start=group.start,
                        skip=number,
                        seen=begin.seen + count,
                        seen_in_body=in_body,
                        before=begin.before + count,
                    ),
                )
                count += 1
            if group.start != ARTICLE_BEGIN:
                in_body += len(group.mentions)

    def _articles(self, position: Cursor) -> Iterator[_Read]:
        """Yield the articles from a position on."""
        size = _FIRST_BATCH
        while True:
            hits, _ = self._source.by_date(
                self._spec, position, size, newest=False, with_counts=False
            )
            articles = self._source.documents([hit for _, hit in hits])
            for (key, _), article in zip(hits, articles, strict=True):
                yield _Read(position, article)
                position = position.past([int(key)])
            if len(hits) < size:
                return
            size = min(2 * size, _LAST_BATCH)

    def _backwards(self, end: Cursor) -> Iterator[_Read]:
        """Yield the articles before a position, the last one first."""
        while positions := self._positions_before(end):
            positions.reverse()
            articles = self._source.documents([hit for _, hit in positions])
            for (position, _), article in zip(positions, articles, strict=True):
                yield _Read(position, article)
            end = positions[-1][0]

    def _positions_before(self, end: Cursor) -> list[tuple[Cursor, Address]]:
        """Return the last articles before a position, in their order, each with its position."""
        if end.key is None:
            return []
        passed: deque[tuple[Cursor, Address]] = deque(maxlen=_BATCH_BEFORE)
        position = self._some_before(end, end.key)
        size = 2 * _BATCH_BEFORE
        is_at_end = False
        while not is_at_end:
            hits, _ = self._source.by_date(
                self._spec, position, size, newest=False, with_counts=False
            )
            for key, hit in hits:
                is_past = key > end.key
                is_at_end = is_past or (position.key == end.key and position.skip >= end.skip)
                if is_at_end:
                    break
                passed.append((position, hit))
                position = position.past([int(key)])
            is_at_end = is_at_end or len(hits) < size
        first = max(0, end.offset - len(passed))
        return [
            (replace(position, offset=number), hit)
            for number, (position, hit) in enumerate(passed, first)
        ]

    def _some_before(self, end: Cursor, key: int) -> Cursor:
        """Return a position that is a batch before another one, or somewhat more.

        Only the keys of articles say where one is: those of the articles before are asked for
        from the newest on.
        """
        missing = _BATCH_BEFORE - end.skip
        if missing <= 0:
            return Cursor(end.generation, 0, key, -missing)
        begin = Cursor(end.generation, 0)
        if not key:
            return begin
        hits, _ = self._source.by_date(
            self._spec, replace(begin, key=key - 1), missing, newest=True, with_counts=False
        )
        return begin if len(hits) < missing else replace(begin, key=int(hits[-1][0]))
