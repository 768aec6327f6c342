"""All months of a search as a calendar."""

import re
from html import unescape

import html5lib
import pytest

from search.index.protocols import GenerationStore
from search.model.query import MAX_FILTER_VALUES, Filter, SearchQuery
from tests.conftest import AppOf, Server, article, build
from web.presenters.browse.calendar import calendar_years

CELLS = re.compile(r'<t[dh][^>]*><a href="([^"]+)"[^>]*>(.*?)</a>')
YEARS = re.compile(r'<th scope="row"><a href="([^"]+)"')


def _counts(html: str) -> dict[str, int]:
    """Map the link of each cell to its number."""
    return {
        unescape(path): int(re.findall(r"[\d,]+", re.sub("<[^>]+>", "", cell))[-1].replace(",", ""))
        for path, cell in CELLS.findall(html)
    }


def test_years_without_matches_are_one_row() -> None:
    """Gaps between years are shown, however long, and cost no row for each year."""
    rows = list(calendar_years({198703: 4, 201801: 1, 202012: 2}, SearchQuery()))
    assert [row.year.period if row.year else row.gap for row in rows] == [
        "2020",
        ("2019", "2019"),
        "2018",
        ("1988", "2017"),
        "1987",
    ]
    assert [len(row.months) for row in rows] == [12, 0, 12, 0, 12]
    march = rows[-1].months[2]
    assert (march.period, march.matches, march.height, march.url) == (
        "1987-03",
        4,
        20.0,
        "/?date=1987-03",
    )
    assert {cell.url for cell in rows[-1].months if cell.period != "1987-03"} == {None}
    assert list(calendar_years({}, SearchQuery())) == []


def test_one_large_month_does_not_flatten_the_others() -> None:
    """Heights follow the counts, in proportion unless few months have most of the articles."""

    def heights(*counts: int) -> list[float]:
        months = {201701 + place: count for place, count in enumerate(counts)}
        (row,) = calendar_years(months, SearchQuery())
        return [cell.height for cell in row.months if cell.matches]

    assert heights(10, 20, 40) == [5.0, 10.0, 20.0]
    assert heights(5, 10, 10_000) == pytest.approx([4.5, 5.0, 20.0], abs=0.1)
    assert heights(1, 1_000) == [2.0, 20.0]
    assert heights(3) == [20.0]


def test_a_full_search_links_where_a_period_is_replaced() -> None:
    """A search with as many filters as it may have gets no further one from the calendar."""
    full = tuple(Filter("region", str(number)) for number in range(MAX_FILTER_VALUES))
    months = {201707: 1}
    (row,) = calendar_years(months, SearchQuery(filters=full))
    assert row.months[6].url is None
    dated = SearchQuery(filters=(*full[1:], Filter("date", "2016")))
    (row,) = calendar_years(months, dated)
    assert row.months[6].url is not None
    (row,) = calendar_years(months, SearchQuery().only("date", "2017-07"))
    assert [cell.period for cell in row.months if cell.selected] == ["2017-07"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=river",
        "?q=river&date=2017&region=Europe",
        "?language=en&to=2017-07-12",
        "?from=2012-03-10&to=2017-07-12&date=2016",
    ],
)
def test_every_cell_has_the_total_of_its_link(sample_server: Server, query: str) -> None:
    """Years and months add up, and each leads to as many articles as it says.

    A link has one condition of time: a period, or days within those of the search.
    """
    page = sample_server.get(f"/browse/date{query}").text
    counts = _counts(page)
    assert len(counts) > 3
    for path, count in counts.items():
        api = path.replace("/?", "/api/v1/search?facets=none&", 1)
        assert sample_server.get(api).json()["total"] == count, path
        assert not re.search(r"[?&]date=.*[?&](from|to)=", path), path
    years = sum(counts[unescape(path)] for path in YEARS.findall(page))
    assert years * 2 == sum(counts.values())


def test_the_fragment_is_the_pages_calendar(sample_server: Server) -> None:
    """Htmx swaps in the same calendar that the whole page has."""
    page = sample_server.get("/browse/date?q=river").text
    fragment = sample_server.get("/browse/date?q=river", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert fragment.strip() in page


def test_cells_read_as_text(store: GenerationStore, app_of: AppOf) -> None:
    """A screen reader hears the month and the number; the bar is hidden from it."""
    build(store, [article(1, published="1987-03-05"), article(2, published="1989-01-01")])
    html = app_of(interface="de", dates="de").test_client().get("/browse/date").text
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    table = next(tree.iter("table"))
    links = ["".join(link.itertext()) for link in table.iter("a")]
    assert links == ["1989 1", "Januar 1989: Jan1", "1987 1", "März 1987: Mär1"]
    assert html.count("<svg") == len(re.findall(r'<svg [^>]*aria-hidden="true"', html)) == 2
    gap = [cell for cell in table.iter("td") if cell.get("colspan")]
    assert ["".join(cell.itertext()) for cell in gap] == ["Keine Artikel"]


def test_no_match_is_said(store: GenerationStore, app_of: AppOf) -> None:
    """A calendar without a row is a sentence and a way out."""
    build(store, [article(1)])
    html = app_of().test_client().get("/browse/date?region=Nowhere").text
    assert "<table" not in html
    assert "No article matches." in html
