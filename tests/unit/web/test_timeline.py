"""The chart of a timeline: its level, columns, links and names, made without an engine."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from search.model.query import MAX_FILTER_VALUES, Filter, SearchQuery
from search.model.results import SearchPage
from search.model.timeline import MAX_PERIODS, DateCounts, Timeline, finest_level
from web.presenters.timeline.chart import TimelineChart, offers_dates, timeline_chart

ARTICLES = ("2009-12-31", "2010-05-01", "2012-02-28", "2012-03-01", "2012-03-01", "2014-01-01")
TUG = SearchQuery(text="tug")
MATCHES = ("2009-12-31", "2012-02-28", "2012-03-01", "2014-01-01")


def _page(
    query: SearchQuery = TUG,
    articles: tuple[str, ...] = ARTICLES,
    matches: tuple[str, ...] = MATCHES,
) -> SearchPage:
    """Return a page of results with a timeline by the finest level; the chart reads no more."""
    days = [DateCounts("day", *_counted(each)) for each in (matches, articles)]
    level = finest_level(*days[1].known_bounds)
    return SearchPage(
        query=query,
        understood=query.text,
        relaxed=False,
        total=len(matches),
        hits=(),
        facets=(),
        generation="g",
        first=0,
        next_cursor=None,
        timeline=Timeline(days[0].by(level), days[1].by(level), bool(query.text)),
    )


def _counted(days: tuple[str, ...]) -> tuple[Counter[int], tuple[int, int]]:
    numbers = [int(day.replace("-", "")) for day in days]
    return Counter(numbers), (min(numbers, default=0), max(numbers, default=0))


def _chart(page: SearchPage) -> TimelineChart:
    chart = timeline_chart(page)
    assert chart is not None
    return chart


def _by_year(query: SearchQuery) -> TimelineChart:
    """Return a chart that is too long for months."""
    return _chart(_page(query, ("2000-01-01", *ARTICLES)))


def _links(chart: TimelineChart) -> list[tuple[str, str, int, str]]:
    return [(bar.first, bar.last, bar.matches, bar.url) for bar in chart.bars]


@pytest.mark.parametrize(
    ("first", "last", "level"),
    [
        (20160101, 20160101, "day"), (20160101, 20160229, "day"), (20160101, 20160301, "month"),
        (20160131, 20201201, "month"), (20160131, 20210101, "year"), (0, 0, "day"),
        (10101, 99991231, "year"),
    ],
)  # fmt: skip
def test_the_finest_level_has_at_most_sixty_periods(first: int, last: int, level: str) -> None:
    """Sixty days are days, sixty months are months, and more are years."""
    assert finest_level(first, last) == level


def test_bars_are_in_proportion_and_the_lowest_can_be_seen() -> None:
    """Heights are in proportion to matches, but a bar with matches has a least height."""
    chart = _chart(_page(matches=MATCHES + 200 * ("2012-03-01",)))
    assert [(bar.first, bar.height) for bar in chart.bars] == [
        ("2009-12", "2"),
        ("2012-02", "2"),
        ("2012-03", "64"),
        ("2014-01", "2"),
    ]
    assert [bar.place for bar in chart.bars] == [0, 26, 27, 49]
    assert chart.width == 50


def test_the_background_is_all_articles() -> None:
    """Each period with articles is a pale column; a search without words has none but its own."""
    assert _chart(_page()).background.count("M") == 5
    assert _chart(_page(SearchQuery())).background == ""


def test_a_bar_leads_to_its_period_and_then_to_a_range() -> None:
    """Without a chosen period a bar chooses it; with one, others lead to the days between both."""
    assert _links(_by_year(TUG)) == [
        ("2009", "2009", 1, "/?q=tug&date=2009"),
        ("2012", "2012", 2, "/?q=tug&date=2012"),
        ("2014", "2014", 1, "/?q=tug&date=2014"),
    ]
    chosen = _by_year(SearchQuery(text="tug", filters=(Filter("date", "2012"),)))
    assert _links(chosen) == [
        ("2009", "2012", 3, "/?q=tug&from=2009-01-01&to=2012-12-31"),
        ("2012", "2012", 2, "/?q=tug"),
        ("2012", "2014", 3, "/?q=tug&from=2012-01-01&to=2014-12-31"),
    ]
    assert [(bar.is_chosen, bar.clears) for bar in chosen.bars] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_a_range_begins_at_the_bar_with_the_chosen_day() -> None:
    """A bar that contains the chosen period widens to it, as its matches are counted together."""
    chart = _by_year(SearchQuery(text="tug", filters=(Filter("date", "2012-03-01"),)))
    assert _links(chart)[1:] == [
        ("2012", "2012", 2, "/?q=tug&date=2012"),
        ("2012", "2014", 3, "/?q=tug&from=2012-01-01&to=2014-12-31"),
    ]
    assert [bar.is_chosen for bar in chart.bars] == [False, True, False]


def test_with_several_periods_a_bar_leads_to_its_own_alone() -> None:
    """A range from two places would be ambiguous; the bar of a chosen period removes it."""
    query = SearchQuery(text="tug", filters=(Filter("date", "2012"), Filter("date", "2014")))
    assert [(bar.url, bar.clears) for bar in _by_year(query).bars] == [
        ("/?q=tug&date=2009", False),
        ("/?q=tug&date=2014", True),
        ("/?q=tug&date=2012", True),
    ]


def test_links_keep_parameters_and_days_but_not_the_page() -> None:
    """A link stays within the days that the search has, and begins at the first page."""
    query = SearchQuery(
        text="tug",
        filters=(Filter("region", "Asia"), Filter("date", "2012")),
        first_day=dt.date(2010, 5, 1),
        last_day=dt.date(2014, 1, 1),
        size=20,
        page=2,
    )
    chart = _chart(_page(query, matches=MATCHES[1:], articles=(*ARTICLES[1:], "2020-01-01")))
    assert [bar.url for bar in chart.bars] == [
        "/?q=tug&region=Asia&from=2010-05-01&to=2014-01-01&size=20",
        "/?q=tug&region=Asia&from=2012-01-01&to=2014-01-01&size=20",
    ]


def test_facts_are_links() -> None:
    """The first day, the period with most matches and the one with the highest share."""
    chart = _by_year(TUG)
    assert (chart.earliest.first, chart.earliest.url) == ("2009-12-31", "/?q=tug&date=2009-12-31")
    assert (chart.most.first, chart.most.value, chart.most.url) == ("2012", 2, "/?q=tug&date=2012")
    assert chart.share is not None
    assert (chart.share.first, chart.share.value) == ("2009", 1.0)
    assert _by_year(SearchQuery()).share is None


def test_the_highest_share_is_not_that_of_a_single_article() -> None:
    """A year of one matching article does not win over one of many, if there is such a year."""
    many = _chart(_page(articles=("2000-01-01", *ARTICLES, *20 * ("2012-05-05",))))
    assert many.share is not None
    assert (many.share.first, many.share.value) == ("2012", 2 / 23)


def test_a_chosen_year_can_be_opened_into_its_months() -> None:
    """The link sets the days of the year; a day or a period without matches has no link."""
    closer = {
        date: _by_year(SearchQuery(filters=(Filter("date", date),))).closer
        for date in ("2012", "2012-03", "2012-03-01", "2001")
    }
    assert [closer and closer.url for closer in closer.values()] == [
        "/?from=2012-01-01&to=2012-12-31",
        "/?from=2012-03-01&to=2012-03-31",
        None,
        None,
    ]


def test_a_lone_year_can_be_opened_into_its_months() -> None:
    """One bar says little, so the months behind it need no choice; of two bars one is chosen."""
    articles = ("2000-01-01", *ARTICLES)
    lone = _chart(_page(articles=articles, matches=("2012-02-28", "2012-03-01"))).closer
    assert lone
    assert (lone.first, lone.url) == ("2012", "/?q=tug&from=2012-01-01&to=2012-12-31")
    assert _chart(_page(articles=articles)).closer is None


def test_years_without_an_article_are_a_gap() -> None:
    """One old article does not make a century of empty columns; short gaps stay as they are."""
    chart = _chart(_page(articles=("1881-02-27", *ARTICLES)))
    assert [(row.first, row.articles) for row in chart.rows][:2] == [("1881", 1), ("2009", 1)]
    assert chart.bars[0].place == 3
    assert [tick.period for tick in chart.ticks][:3] == ["1881", "", "2009"]
    assert "2011" in [tick.period for tick in chart.ticks]


def test_many_years_share_columns() -> None:
    """A chart of centuries has at most sixty columns, which lead to ranges of years."""
    articles = tuple(f"{year}-06-01" for year in range(1804, 2020))
    chart = _chart(_page(articles=articles, matches=articles[::50]))
    assert len(chart.rows) == 44
    assert (chart.rows[0].first, chart.rows[0].last) == ("1804", "1804")
    assert (chart.rows[1].first, chart.rows[1].last, chart.rows[1].articles) == ("1805", "1809", 5)
    assert chart.bars[1].url == "/?q=tug&from=1850-01-01&to=1854-12-31"
    every_year = tuple(f"{year:04}-06-01" for year in range(1, 2020))
    assert len(_chart(_page(articles=every_year)).rows) <= MAX_PERIODS


def test_names_beneath_are_few_and_have_room() -> None:
    """Years have up to sixteen names, months up to ten; a phone has every second one."""
    years = _by_year(SearchQuery()).ticks
    assert [tick.period for tick in years] == [str(year) for year in range(2000, 2015)]
    assert [tick.is_extra for tick in years][:3] == [False, True, False]
    months = _chart(_page()).ticks
    assert [tick.period for tick in months] == [
        "2010", "2010-07", "2011", "2011-07", "2012", "2012-07", "2013", "2013-07", "2014",
    ]  # fmt: skip
    assert [tick.is_extra for tick in months] == 4 * [False, True] + [False]
    assert months[-1].edge == "end"
    few = _chart(_page(articles=(*MATCHES[1:3], "2012-06-01"), matches=MATCHES[1:3])).ticks
    assert [(tick.period, tick.has_year) for tick in few][:2] == [
        ("2012-02", True),
        ("2012-03", False),
    ]


def test_one_day_has_no_chart_and_no_other_dates() -> None:
    """There is nothing to choose, unless the reader chose a day before."""
    page = _page(articles=("2012-03-01",), matches=("2012-03-01",))
    assert timeline_chart(page) is None
    assert not offers_dates(page)
    chosen = _page(SearchQuery(last_day=dt.date(2012, 3, 1)), ("2012-03-01",), ("2012-03-01",))
    assert timeline_chart(chosen) is None
    assert offers_dates(chosen)
    assert timeline_chart(_page(matches=())) is None
    assert not offers_dates(_page(matches=()))
    assert timeline_chart(_page(matches=(), articles=())) is None


def test_a_full_search_has_ranges_in_place_of_periods() -> None:
    """A period would be one filter value too many, but days are not filter values."""
    filters = tuple(Filter("region", str(number)) for number in range(MAX_FILTER_VALUES))
    chart = _by_year(SearchQuery(filters=filters))
    assert chart.bars[0].url.endswith("&from=2009-01-01&to=2009-12-31")
    assert chart.earliest.url.endswith("&from=2009-12-31&to=2009-12-31")


def test_a_very_long_search_has_a_chart_without_links() -> None:
    """Sixty links with the whole search would make the page too large."""
    chart = _by_year(SearchQuery(text="ж " * 500))
    assert {bar.url for bar in chart.bars} | {row.url for row in chart.rows} == {""}
    assert chart.earliest.url


BY_SHARE = TUG.charting(by_share=True)


def _heights(chart: TimelineChart) -> list[tuple[str, str, bool]]:
    return [(bar.first, bar.height, bar.is_low) for bar in chart.bars]


def test_bars_may_be_shares() -> None:
    """A month of one match in one article is then higher than one of two matches in three."""
    chart = _chart(_page(BY_SHARE, articles=(*ARTICLES, "2012-03-05")))
    assert _heights(chart) == [
        ("2009-12", "64", False),
        ("2012-02", "64", False),
        ("2012-03", "21.3", False),
        ("2014-01", "64", False),
    ]
    assert [bar.share for bar in chart.bars] == [1, 1, 1 / 3, 1]
    assert chart.background == ""
    assert chart.share is not None
    assert chart.share.value == 1


def test_shares_of_few_articles_are_cut_off() -> None:
    """A year of one article would make all others as low as lines; its bar is marked."""
    many = ("2000-01-01", *ARTICLES, *20 * ("2012-05-05",), *20 * ("2013-05-05",))
    chart = _chart(_page(BY_SHARE, articles=many))
    assert _heights(chart) == [("2009", "64", True), ("2012", "64", False), ("2014", "64", True)]
    assert chart.few == 10
    assert _by_year(BY_SHARE).few == 0, "there is no year of many articles"
    assert _chart(_page(articles=many)).few == 0, "numbers need no comparison"


def test_the_highest_share_has_matches() -> None:
    """Years of few articles are compared if those of many have no match."""
    many = ("2000-01-01", *ARTICLES, *20 * ("2013-05-05",))
    for query in (TUG, BY_SHARE):
        share = _chart(_page(query, articles=many)).share
        assert share is not None
        assert (share.first, share.value) == ("2009", 1)


def test_a_chart_of_shares_keeps_its_kind_in_every_link() -> None:
    """Only the link to the numbers leaves it; a search without words has neither link."""
    chart = _by_year(BY_SHARE)
    assert [(scale.url, scale.is_current) for scale in chart.scales] == [
        ("/?q=tug", False),
        ("/?q=tug&chart=share", True),
    ]
    facts = [chart.earliest, chart.most, chart.share]
    links = [each.url for each in (*chart.bars, *chart.rows, *facts) if each and each.url]
    assert len(links) == 9
    assert all(url.endswith("&chart=share") for url in links), links
    plain = _by_year(SearchQuery(by_share=True))
    assert (plain.scales, plain.by_share, plain.bars[0].share) == ((), False, None)


def test_the_page_of_a_chart_of_shares_stays() -> None:
    """Another kind of chart is no other list of results."""
    chart = _by_year(replace(TUG, page=2))
    assert [scale.url for scale in chart.scales] == [
        "/?q=tug&page=2",
        "/?q=tug&page=2&chart=share",
    ]


def test_a_bar_that_widens_the_choice_says_what_it_shows() -> None:
    """Its own year is drawn, and its link is a range of years; others lead to what they show."""
    chart = _by_year(SearchQuery(text="tug", filters=(Filter("date", "2012"),)))
    assert [bar.drawn and bar.drawn.first.text for bar in chart.bars] == ["2009", None, "2014"]
    assert [bar.drawn and bar.drawn.matches for bar in chart.bars] == [1, None, 1]
    assert [bar.drawn for bar in _by_year(TUG).bars] == [None, None, None]
