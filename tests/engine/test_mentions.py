"""Pages of mentions: every marked place once, in order, forwards and backwards, on every engine."""

import random
from collections.abc import Callable, Iterable, Iterator

import pytest

from search.errors import InvalidQuery
from search.index.protocols import GenerationStore, SearchEngine
from search.model.article import Article
from search.model.mentions import MentionPage
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.results.highlighting.highlighter import Highlighter
from search.results.mentions.occurrences import mentions_of
from tests.conftest import article, build

EngineOf = Callable[[Iterable[Article]], SearchEngine]
Place = tuple[str, str, str, str]
WORDS = ("tug", "harbour", "ferry", "tugs", "salt", "lake", "Harbours", "quay")
TEXTS = (
    "tug", "harbour ferry", '"salt lake"', '"tug ferry"~3', "har*", "title:tug", "tug -ferry",
    "salt OR quay", "harbuor", "tug harbour ferry quay lake salt zebra",
)  # fmt: skip


def _articles() -> list[Article]:
    """Return articles of few days, so that many share one; one has thousands of mentions."""
    dice = random.Random(17)

    def text(words: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(words)).capitalize() + "."

    made = [
        article(
            number,
            title=text(4),
            deck=text(dice.choice((0, 5))) if number % 3 else "",
            body="\n\n".join(text(dice.randrange(1, 12)) for _ in range(dice.randrange(1, 5))),
            published=f"2020-01-0{dice.randrange(1, 6)}",
            regions=(dice.choice("AB"),),
        )
        for number in range(80)
    ]
    body = "\n\n".join(text(300) for _ in range(9))
    return [*made, article(900, title="Long", body=body, published="2020-01-03")]


def _places(found: MentionPage) -> list[Place]:
    return [
        (each.article.id, mention.part, mention.before, mention.text + mention.after)
        for each in found.found
        for mention in each.mentions
    ]


def _expected(engine: SearchEngine, query: SearchQuery) -> list[Place]:
    highlighter = Highlighter(engine.understand(query).searched, engine.languages)
    return [
        (each.id, mention.part, mention.before, mention.text + mention.after)
        for each in engine.matches(query.sorted_by(SortOrder.OLDEST))
        for mention in mentions_of(each, highlighter)
    ]


def _walk(engine: SearchEngine, query: SearchQuery, *, back: bool = False) -> Iterator[MentionPage]:
    """Yield the pages from a search's cursor to the last or the first one."""
    page = engine.mentions(query)
    yield page
    while cursor := page.before if back else page.following:
        page = engine.mentions(query.with_cursor(cursor))
        yield page


def _queries() -> Iterator[SearchQuery]:
    for text in TEXTS:
        yield SearchQuery(text=text)
    yield SearchQuery(text="tug harbour", match=Match.ANY)
    yield SearchQuery(text="tug", filters=(Filter("region", "A"),), sort=SortOrder.NEWEST)
    yield SearchQuery(text="tug", filters=(Filter("date", "2020-01-03"),))


def test_every_mention_is_on_one_page_in_both_directions(engine_of: EngineOf) -> None:
    """Walking to the end and back shows each marked place once, the oldest article first."""
    engine = engine_of(_articles())
    numbers = {each.id: number for number, each in enumerate(engine.articles())}
    for query in _queries():
        expected = _expected(engine, query)
        assert expected, query
        pages = list(_walk(engine, query))
        assert [place for page in pages for place in _places(page)] == expected
        assert [page.first for page in pages] == list(range(0, len(expected), 100))
        assert pages[-1].total == len(expected)
        ids = [each.article.id for page in pages for each in page.found]
        assert sorted(ids, key=numbers.__getitem__) == ids
        if len(pages) > 1:
            last = query.with_cursor(pages[-2].following or "")
            back = list(_walk(engine, last, back=True))
            assert [_places(page) for page in back] == [_places(page) for page in reversed(pages)]
            assert [page.first for page in back] == [page.first for page in reversed(pages)]


def test_numbers_are_those_of_the_search(engine_of: EngineOf) -> None:
    """Articles are numbered as the same search, oldest first, and counted as it counts them."""
    engine = engine_of(_articles())
    query = SearchQuery(text="ferry")
    oldest = [each.id for each in engine.matches(query.sorted_by(SortOrder.OLDEST))]
    for page in _walk(engine, query):
        assert page.articles == len(oldest) == engine.count(query)
        for each in page.found:
            assert oldest[each.number - 1] == each.article.id


def test_a_total_is_known_at_once_where_few_articles_match(engine_of: EngineOf) -> None:
    """A search with few articles tells its number of mentions on every page."""
    engine = engine_of(_articles())
    query = SearchQuery(text="harbour")
    total = len(_expected(engine, query))
    assert {page.total for page in _walk(engine, query)} == {total}


def test_an_article_spreads_over_pages(engine_of: EngineOf) -> None:
    """The marks of a long article are numbered on from page to page, which say that it goes on."""
    engine = engine_of([article(1, title="Tug", body="tug " * 250)])
    pages = list(_walk(engine, SearchQuery(text="tug")))
    shown = [page.found[0] for page in pages]
    assert [each.is_continued for each in shown] == [False, True, True]
    numbers = [mention.number for each in shown for mention in each.mentions]
    assert numbers == [0, *range(1, 251)]


def test_a_long_article_is_walked_back(engine_of: EngineOf) -> None:
    """From the end of a long text to its title, each page is the one of the way there."""
    body = "\n\n".join(f"The tug number {number}, a tug." for number in range(2_000))
    engine = engine_of([article(1, title="Tug tug", deck="Tug", body=body), article(2, body="tug")])
    pages = list(_walk(engine, SearchQuery(text="tug")))
    assert sum(page.shown for page in pages) == 4_004
    last = SearchQuery(text="tug").with_cursor(pages[-2].following or "")
    back = list(_walk(engine, last, back=True))[::-1]
    assert [_places(page) for page in back] == [_places(page) for page in pages]
    assert [page.following for page in back] == [page.following for page in pages]


def test_a_search_without_words_says_so(engine_of: EngineOf) -> None:
    """Filters, fields of values and excluded words choose articles, but are in no text."""
    engine = engine_of([article(1, body="tug", authors=("Ann Ferry",)), article(2, body="quay")])
    for text in ("", "author:ferry", "-quay", "date:2020"):
        page = engine.mentions(SearchQuery(text=text))
        assert not page.has_words
        assert not page.found
    page = engine.mentions(SearchQuery(text="ferry"))
    assert page.has_words
    assert (page.articles, page.total, page.found) == (1, 0, ())


def test_a_relaxed_search_says_how_many_articles_have_every_word(engine_of: EngineOf) -> None:
    """A page of mentions of any of the words says how many articles have all of them."""
    engine = engine_of([article(1, body="tug ferry"), *(article(n, body="tug") for n in (2, 3))])
    page = engine.mentions(SearchQuery(text="tug ferry"))
    assert (page.articles, page.full_matches, page.total) == (3, 1, 4)
    assert engine.mentions(SearchQuery(text="tug")).full_matches is None


def test_a_cursor_of_another_search_is_refused(engine_of: EngineOf) -> None:
    """Neither another search's token, nor a search page's, nor a changed one is followed."""
    engine = engine_of(_articles())
    token = engine.mentions(SearchQuery(text="tug")).following or ""
    of_hits = engine.search(SearchQuery(text="tug", sort=SortOrder.OLDEST)).next_cursor or ""
    for text, cursor in (("ferry", token), ("tug", of_hits), ("tug", token[:-3]), ("tug", "x")):
        with pytest.raises(InvalidQuery):
            engine.mentions(SearchQuery(text=text).with_cursor(cursor))


def test_a_walk_goes_on_in_a_new_generation(store: GenerationStore) -> None:
    """After an update a cursor goes on at its article, and the page names the generation before."""
    articles = [
        article(number, body="tug " * 30, published=f"2020-01-{number:02}")
        for number in range(1, 9)
    ]
    build(store, articles)
    page = store.current().mentions(SearchQuery(text="tug"))
    build(store, [*articles[1:], article(30, body="tug", published="2021-01-01")])
    moved = store.current().mentions(SearchQuery(text="tug").with_cursor(page.following or ""))
    assert moved.moved_from == page.generation
    assert moved.found[0].article.id == page.found[-1].article.id
    assert moved.found[0].mentions[0].number == 1
    pages = list(_walk(store.current(), SearchQuery(text="tug").with_cursor(moved.before or "")))
    ids = {each.article.id for page in pages for each in page.found}
    assert "a30" in ids


def test_thousands_of_articles_without_mentions_are_passed_in_steps(
    engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page reads a bounded number of articles, and the next one goes on after them."""
    monkeypatch.setattr("search.results.mentions.reader._MAX_READ", 40)
    monkeypatch.setattr("search.results.mentions.pages._MAX_COUNTED", 0)
    engine = engine_of(
        article(
            number,
            body="tug" if number == 95 else "quay",
            authors=("Tug Smith",),
            published=f"{1900 + number}-01-01",
        )
        for number in range(1, 101)
    )
    query = SearchQuery(text="tug")
    pages = list(_walk(engine, query))
    assert [(page.first_read, page.last_read) for page in pages] == [(1, 40), (41, 80), (81, 100)]
    assert [page.total for page in pages] == [None, None, 1]
    back = list(_walk(engine, query.with_cursor(pages[1].following or ""), back=True))
    assert [page.shown for page in back] == [1, 0, 0]
    assert back[-1].first_read == 1
