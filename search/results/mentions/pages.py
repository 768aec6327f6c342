"""Pages of mentions: as many articles in their order as a page needs, and no more.

A page goes on where the one before ended, or ends where the one after begins. On a cluster it takes
one request for the totals and one or two for its articles; one that is read backwards two more.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Generic

from search.model.cursor import Cursor
from search.model.mentions import MAX_MENTIONS_SHOWN, MentionPage
from search.model.query import Match, SearchQuery
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter
from search.results.highlighting.highlighter import Highlighter
from search.results.mentions.occurrences import ARTICLE_BEGIN, has_words
from search.results.mentions.place import MentionPlace
from search.results.mentions.reader import MentionReader
from search.results.mentions.source import Address, ArticleSource

__all__ = ["MentionPages"]

_MAX_COUNTED = 200
_MAX_COUNTED_CHARACTERS = 1_000_000
"""Articles, and characters of bodies, of a search whose mentions are all counted at once."""


class MentionPages(Generic[Address]):
    """Answers pages of mentions over one index by its primitives."""

    def __init__(
        self,
        source: ArticleSource[Address],
        rewriter: QueryRewriter,
        minimum_match: MinimumMatch,
        generation: str,
        languages: Sequence[str],
    ) -> None:
        self._source = source
        self._rewriter = rewriter
        self._minimum_match = minimum_match
        self._generation = generation
        self._languages = languages

    def page(self, query: SearchQuery) -> MentionPage:
        """Return the page of mentions at a search's cursor, or the first one."""
        rewritten = self._rewriter.rewrite(query)
        spec = self._minimum_match.spec(rewritten.searched, query)
        total, full_matches = self._totals(query, spec)
        place = self._place(query)
        moved_from = place.articles.moved_from(self._generation)
        highlighter = Highlighter(rewritten.searched, self._languages)
        page = MentionPage(
            query=query,
            has_words=has_words(highlighter),
            articles=total,
            generation=self._generation,
            moved_from=moved_from,
            corrected=rewritten.corrected,
            synonyms=rewritten.synonyms,
            full_matches=full_matches,
            needs_most=spec.needs_most,
        )
        if not page.has_words or not total:
            return page
        if moved_from:
            # The article may have changed.
            articles = replace(place.articles, generation=self._generation)
            place = MentionPlace(
                articles, ARTICLE_BEGIN, before=place.before, backwards=place.backwards
            )
        return self._filled(page, MentionReader(self._source, spec, highlighter), place)

    def _totals(self, query: SearchQuery, spec: MatchSpec) -> tuple[int, int | None]:
        """Count all matches, and those with every word if others were added to these."""
        if query.match is not Match.AUTO or not spec.is_relaxed:
            return self._source.matcher.counts([spec])[0], None
        total, full_matches = self._source.matcher.counts([spec, spec.all_clauses])
        return total, full_matches if full_matches < total else None

    def _place(self, query: SearchQuery) -> MentionPlace:
        if query.cursor is None:
            return MentionPlace(Cursor(self._generation, 0), ARTICLE_BEGIN)
        return MentionPlace.decode(query.cursor, query)

    def _filled(
        self, page: MentionPage, reader: MentionReader[Address], place: MentionPlace
    ) -> MentionPage:
        """Return a page with the mentions from a place on, or before it."""
        total = place.total
        size = MAX_MENTIONS_SHOWN
        if place.backwards:
            place, size = reader.place_before(place, size)
        collected = reader.collect(place, size)
        following = collected.following
        if following is None:
            total = place.before + collected.count
        elif total is None and not place.before and page.articles <= _MAX_COUNTED:
            rest = reader.count_from(following, _MAX_COUNTED_CHARACTERS - collected.characters)
            total = None if rest is None else following.before + rest
        first_read = place.articles.offset + 1
        is_first = not place.before and not place.articles.offset
        return replace(
            page,
            found=tuple(collected.found),
            first=place.before,
            total=total,
            first_read=first_read,
            last_read=max(first_read, place.articles.offset + collected.articles),
            following=replace(following, total=total).encode(page.query) if following else None,
            before=(
                None if is_first else replace(place, total=total, backwards=True).encode(page.query)
            ),
        )
