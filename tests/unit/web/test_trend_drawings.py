"""Drawings of searches over time: axes, curves, labels and texts, made without an engine."""

import datetime as dt
import random
from itertools import pairwise

import pytest

from search.model.periods import Period
from search.model.query import SearchQuery
from search.model.timeline import DateCounts, Level
from search.model.trends import Series, Trends, periods_between
from web.params.trend_params import TrendScale
from web.presenters.drawings.curves import DENSE_FROM, Area, curves, series_columns, vertical
from web.presenters.drawings.drawing import Drawing, draw
from web.presenters.drawings.end_labels import spread
from web.presenters.drawings.texts import drawable, drawable_document, shortened, wrapped
from web.presenters.drawings.time_axis import time_ticks
from web.presenters.drawings.value_axis import round_values
from web.presenters.timeline.columns import Column

AREA = Area(100, 100)
NAMES_ON_A_PHONE, NAMES = 5, 10


def _columns(*numbers: tuple[int, int]) -> list[Column]:
    """Return years from 2001 on with their matches and all articles."""
    years = [Period.parse(str(2001 + place)) for place in range(len(numbers))]
    return [
        Column(year, year, matches, articles)
        for year, (matches, articles) in zip(years, numbers, strict=True)
    ]


def _trends(level: Level, first: str, last: str) -> Trends:
    """Return trends of a series that has an article on each first day of a month."""
    periods = periods_between(level, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    numbers = [int(period.text.replace("-", "")) for period in periods]
    bounds = int(first.replace("-", "")), int(last.replace("-", ""))
    all_articles = DateCounts(level, dict.fromkeys(numbers, 20), bounds)
    matches = DateCounts(level, dict.fromkeys(numbers[::30], 5), bounds)
    series = Series(
        SearchQuery(text="tug"), "tug", relaxed=False, total=len(matches.counts), matches=matches
    )
    return Trends(level, periods, all_articles, (series,), "g")


def _drawn(trends: Trends, scale: TrendScale = TrendScale.NUMBER) -> Drawing:
    columns = [series_columns(trends, series.matches) for series in trends.series]
    return draw(trends, columns, scale, AREA, 5)


@pytest.mark.parametrize(
    ("highest", "is_whole", "values"),
    [
        (0, True, [0, 1]),
        (1, True, [0, 1]),
        (3, True, [0, 1, 2, 3]),
        (329, True, [0, 100, 200, 300, 400]),
        (0.3, False, [0, 0.1, 0.2, 0.3]),
        (0.0365, False, [0, 0.01, 0.02, 0.03, 0.04]),
        (1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_the_vertical_axis_has_few_round_values(
    highest: float, is_whole: bool, values: list[float]
) -> None:
    """A reader can name the value between two lines of the grid."""
    assert round_values(highest, is_whole=is_whole) == values


def test_any_value_is_below_the_top_of_the_axis() -> None:
    """No curve leaves the drawing, whatever its numbers."""
    for power in range(-6, 8):
        for factor in (1, 1.01, 1.999, 2, 3.3, 4.9, 5.0001, 7, 9.99):
            values = round_values(factor * 10.0**power, is_whole=power >= 0)
            assert values[-1] >= factor * 10.0**power * (1 - 1e-9)
            assert len(values) <= 6


def test_labels_keep_their_distance() -> None:
    """Names at the ends of curves never lie on each other, and stay within the drawing."""
    chance = random.Random(29)
    for _ in range(300):
        wanted = [chance.choice((0.0, 50.0, 100.0, chance.uniform(0, 100))) for _ in range(5)]
        found = spread(wanted, 6, 0, 100)
        ordered = sorted(found)
        assert all(after - before >= 6 - 1e-9 for before, after in pairwise(ordered))
        assert ordered[0] >= -1e-9
        assert ordered[-1] <= 100 + 1e-9
        assert sorted(range(5), key=lambda index: (wanted[index], found[index])) == sorted(
            range(5), key=found.__getitem__
        )


def test_labels_with_room_are_where_their_curves_end() -> None:
    """Only those that would touch are moved, each as little as possible."""
    assert spread([10, 50, 90], 6, 0, 100) == [10, 50, 90]
    assert spread([40, 40, 90], 6, 0, 100) == [37, 43, 90]
    assert spread([], 6, 0, 100) == []


@pytest.mark.parametrize(
    ("level", "first", "last"),
    [
        ("year", "1200-01-01", "2025-01-01"),
        ("year", "2016-01-01", "2025-01-01"),
        ("month", "2004-01-01", "2008-12-31"),
        ("month", "1990-01-01", "2025-12-31"),
        ("day", "2007-03-05", "2007-03-05"),
        ("day", "2007-03-05", "2007-03-12"),
        ("day", "2007-01-01", "2007-03-01"),
        ("day", "2005-01-01", "2007-09-20"),
        ("day", "2007-02-28", "2007-03-01"),
    ],
)
def test_the_time_has_names_with_enough_room(level: Level, first: str, last: str) -> None:
    """Some periods are named, fewer on a phone, and a year is named where it begins."""
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    ticks = time_ticks(periods_between(level, *days))
    wide = [tick for tick in ticks if tick.width != "narrow"]
    narrow = [tick for tick in ticks if tick.width != "wide"]
    assert 1 <= len(wide) <= NAMES
    assert 1 <= len(narrow) <= NAMES_ON_A_PHONE
    assert wide[0].has_year


def test_a_period_without_articles_breaks_a_curve_of_shares() -> None:
    """It has no share, and a line across it would make one up; as a number it is 0."""
    columns = _columns((1, 10), (2, 10), (0, 0), (3, 10), (0, 0), (5, 10))
    share = curves([columns], vertical([columns], TrendScale.SHARE), AREA)[0]
    assert [point.place for point in share.points] == [0, 1, 3, 5]
    assert share.line.count("l") == 1
    assert share.line.count("h0") == 2, "points without neighbours are dots"
    number = curves([columns], vertical([columns], TrendScale.NUMBER), AREA)[0]
    assert number.line.startswith("M8.33 80l16.67 -20 ")
    assert number.line.count("M") == 1


def test_shares_of_few_articles_are_set_apart() -> None:
    """One match of one article is 100 %, which must not decide the scale of all others."""
    columns = _columns((1, 100), (1, 1), (4, 100))
    axis = vertical([columns], TrendScale.SHARE)
    assert axis.top == 0.04
    drawn = curves([columns], axis, AREA)[0]
    assert [point.is_low for point in drawn.points] == [False, True, False]
    assert [point.y for point in drawn.points] == [75, 0, 0]
    assert not drawn.line
    assert drawn.low_line
    few = _columns((1, 2), (1, 4))
    assert not vertical([few], TrendScale.SHARE).cuts, "all periods have few articles"
    assert not vertical([columns], TrendScale.NUMBER).cuts


def test_each_curve_of_an_index_reaches_the_top() -> None:
    """Curves of different sizes are compared by their shape."""
    series = [_columns((10, 100), (5, 100)), _columns((1, 100), (2, 100)), _columns((0, 9), (0, 9))]
    drawn = curves(series, vertical(series, TrendScale.INDEX), AREA)
    assert [min(point.y for point in curve.points) for curve in drawn] == [0, 0, 100]


def test_markers_of_a_long_curve_are_few() -> None:
    """The highest point and the last one are among them."""
    drawing = _drawn(_trends("day", "2005-01-01", "2005-06-30"))
    (curve,) = drawing.curves
    assert len(curve.points) == 181
    assert 1 <= len(curve.marked) <= 12
    assert min(curve.points, key=lambda point: point.y) in curve.marked


def test_a_dense_drawing_leaves_out_shares_of_few_articles() -> None:
    """Hundreds of weekends with one article would hide everything else; the page says so."""
    trends = _trends("day", "2005-01-01", "2006-12-31")
    assert len(trends.periods) > DENSE_FROM
    few = {**trends.articles.counts, int(trends.periods[7].text.replace("-", "")): 1}
    thin = Trends(
        trends.level, trends.periods, DateCounts("day", few, trends.articles.bounds),
        trends.series, "g",
    )  # fmt: skip
    drawing = _drawn(thin, TrendScale.SHARE)
    assert drawing.is_dense
    assert drawing.few
    assert 7 not in [point.place for point in drawing.curves[0].points]
    assert not _drawn(trends, TrendScale.SHARE).few


def test_texts_hold_only_what_xml_can() -> None:
    """Control characters and marks of direction cannot break or reorder a drawing."""
    assert drawable("a\0b\x1f \u202ec\ud800\n d\ufffe") == "a b c d"
    assert drawable_document("<a>\0\x0b</a>\n") == "<a></a>\n"


def test_long_texts_are_cut() -> None:
    """A text of a thousand characters has its place and no more, in any script."""
    assert shortened("river", 10) == "river"
    assert shortened("a river and its harbour", 8) == "a river and its…"
    assert shortened("x" * 1000, 8).endswith("x…")
    assert len(shortened("河" * 1000, 8)) < len(shortened("x" * 1000, 8)) < 16
    lines = wrapped("the harbour of the river " * 40, 20, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert wrapped("river", 20, 2) == ["river"]
    assert wrapped("", 20, 2) == []
    address = "http://archive.example/trends?s=" + "%D8%B9" * 20
    assert "".join(wrapped(address, 30, 9)) == address
