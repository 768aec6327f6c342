"""Headings and titles of searches that list something else than was typed."""

import re

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build

TEXT = " ".join(f"paragraph{number}" for number in range(300))
"""The text of reprints."""


def _heading(page: str) -> str:
    (heading,) = re.findall(r'<h1 class="total">(.*?)</h1>', page)
    return re.sub("<[^>]+>", "", heading)


def test_a_rule_is_before_a_partial_match_with_a_row(store: GenerationStore, app_of: AppOf) -> None:
    """A partial match that is grouped under a full one as its reprint has no row of its own."""
    build(
        store,
        [
            article(1, title="Alder", body=f"alder birch {TEXT}", published="2017-01-01"),
            article(2, title="Alder", body=f"alder {TEXT}", published="2017-01-02"),
            *(article(n, title=f"Tree {n}", body=f"alder {n}") for n in range(3, 20)),
        ],
    )
    client = app_of().test_client()
    page = client.get("/?q=alder+birch&size=50").text
    assert _heading(page) == "1 article with every word, 18 more with some of the words"
    numbers = [int(start) for start in re.findall(r'<ol class="hits" start="(\d+)"', page)]
    assert numbers[0] == 1
    assert len(numbers) == 2
    first_list = page.split('id="partial"')[0].split('<ol class="hits"')[1]
    assert first_list.count('class="hit"') == 1
    assert "Also published" in first_list
    alone = client.get("/?q=alder+birch&size=50&reprints=all").text
    assert 'start="2" aria-labelledby="partial"' in alone


def test_most_words_are_called_most(store: GenerationStore, app_of: AppOf) -> None:
    """Three of four words are most of them, one of two is some."""
    build(store, [article(n, body="alder birch cedar") for n in range(12)])
    client = app_of().test_client()
    page = client.get("/?q=alder+birch+cedar+elder").text
    assert _heading(page) == "No article with every word, 12 with most of the words"
    assert 'id="partial"' not in page
    page = client.get("/?q=alder+hazel").text
    assert _heading(page) == "No article with every word, 12 with some of the words"
    page = client.get("/?q=alder+hazel&match=any").text
    assert _heading(page) == "12 articles with any of the words of alder hazel"
    assert _heading(client.get("/?q=alder&match=any").text) == "12 articles for alder"


def test_a_page_says_which_words_are_required(store: GenerationStore, app_of: AppOf) -> None:
    """A search that requires every word, or any, says so and has a way back; others do not."""
    build(store, [article(n, body="alder birch") for n in range(12)])
    client = app_of().test_client()
    for match, words in (
        ("all", "Every word is required."),
        ("any", "Any of the words is enough."),
    ):
        page = client.get(f"/?q=alder+birch&match={match}&sort=newest&date=2017").text
        assert words in page
        (url,) = re.findall(r'id="usual-words" href="([^"]*)"', page)
        assert url == "/?q=alder%20birch&amp;date=2017&amp;sort=newest"
    for url in ("/?q=alder+birch", "/?q=alder&match=all", "/?match=any"):
        assert "usual-words" not in client.get(url).text


def test_a_description_is_text(store: GenerationStore, app_of: AppOf) -> None:
    """Other sites show the heading as text, whatever a reader typed."""
    build(store, [article(1, body="alder")])
    page = app_of().test_client().get("/", query_string={"q": 'alder "<b>'}).text
    (description,) = re.findall(r'<meta name="description" content="([^"]*)"', page)
    assert "<" not in description
    assert "bdi" not in description
    assert "alder &#34;&lt;b&gt;" in description


def test_a_relaxed_page_names_words_without_articles(store: GenerationStore, app_of: AppOf) -> None:
    """A reader learns which word made the search find articles with some of the words only."""
    build(store, [article(n, body="alder birch", regions=["Asia"][: n % 2]) for n in range(24)])
    client = app_of().test_client()
    page = client.get("/?q=alder+zzxqv").text
    assert "<q>zzxqv</q>: in no article" in page
    assert "alder</q>" not in page
    assert "in no article" not in client.get("/?q=alder+birch").text
