"""The main flows in Firefox, each with and without scripts; Chromium has the tests of all else."""

from collections.abc import Iterator

import pytest

from tests.conftest import Server
from tests.support.firefox import Firefox, running, why_missing

ENTER, TAB = "\ue007", "\ue004"
WIDE, NARROW = 1280, 360

pytestmark = [
    pytest.mark.browser,
    # Machines of contributors and containers may have no Firefox; make test must pass there.
    pytest.mark.skipif(bool(why_missing()), reason=why_missing()),
]


@pytest.fixture(scope="module")
def window(sample_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Give a Firefox for all tests of this module; errors in its console fail them."""
    with running(sample_server.url, tmp_path_factory.mktemp("firefox")) as window:
        yield window
        assert window.errors() == []


@pytest.fixture(params=["scripts", "no scripts"])
def firefox(request: pytest.FixtureRequest, window: Firefox) -> Firefox:
    """Give a reader who was never here, once with scripts and once without."""
    window.start(scripts=request.param == "scripts", width=WIDE)
    return window


def test_enter_searches_and_back_returns(firefox: Firefox) -> None:
    """Words and Enter lead to the results, a filter to fewer, and each step back undoes one."""
    firefox.open("/")
    firefox.type("#q", "river" + ENTER)
    firefox.wait("h1", "7 articles for river")
    assert firefox.path == "/?q=river"
    firefox.click(".facets .value")
    firefox.wait(".chips li", "Region: Europe")
    assert firefox.texts(".facets .value[aria-checked=true]")
    firefox.back()
    firefox.wait("h1", "7 articles for river")
    assert firefox.texts(".chips li") == []
    assert firefox.value("document.getElementById('q').value") == "river"
    firefox.back()
    assert firefox.path == "/"


def test_an_article_is_put_on_the_list(firefox: Firefox) -> None:
    """The button counts in the header; the list's page has the article, and takes it off again."""
    firefox.open("/?q=river")
    title = firefox.texts(".hit h2 a")[0]
    firefox.click(".put button")
    firefox.wait("#list-count", "1")
    firefox.wait(".put button", "In list")
    firefox.click(".my-list")
    firefox.wait("main", title)
    assert firefox.path == "/list"
    firefox.click(".off button")
    firefox.wait("main", "Undo")
    assert firefox.texts("#list-count") == [""]


def test_an_article_shows_its_matches(firefox: Firefox) -> None:
    """A result leads to its article with the words marked, and Next to the article after it."""
    firefox.open("/?q=river")
    first, second = firefox.texts(".hit h2 a")[:2]
    firefox.click(".hit h2 a")
    firefox.wait("article h1", first)
    assert "river" in " ".join(firefox.texts("article mark")).lower()
    firefox.click("a[rel=next]")
    firefox.wait("article h1", second)


def test_a_phone_filters_and_reads(firefox: Firefox) -> None:
    """Nothing is wider than the screen; filters open, stay open for a tick and lead to the list."""
    firefox.resize(NARROW)
    for path in ("/", "/browse/date", "/help", "/list", "/?q=river"):
        firefox.open(path)
        assert firefox.value("document.documentElement.scrollWidth") <= NARROW, path
    firefox.click(".filters-switch")
    firefox.click(".facets .value")
    firefox.wait(".chips li", "Region: Europe")
    firefox.click(".show-results a")
    firefox.click(".hit h2 a")
    firefox.wait("article h1", "")
    assert firefox.value("document.documentElement.scrollWidth") <= NARROW


def test_suggestions_follow_the_keys(window: Firefox) -> None:
    """With scripts, letters bring suggestions, and Enter shuts them."""
    window.start(scripts=True, width=WIDE)
    window.open("/")
    window.type("#q", "riv")
    window.wait("#suggestions li", "river")
    window.press("er" + ENTER)
    window.wait("h1", "7 articles for river")
    assert window.value("document.getElementById('suggestions').hidden")
    assert window.value("document.activeElement.id") == "hits"
    window.press(TAB + ENTER)
    window.wait("article h1", "")
    assert "/articles/" in window.path
