"""Phrases are highlighted where the tokens of a text have them, however they are looked for."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import analyzer
from search.query.parser import parse
from search.query.proximity import proximity_matches
from search.results.highlighting.highlighter import Highlighter
from tests.support.articles import article

PIECES = (
    "white|White|house|House|house.|(house)|white-house|WHITE|the|The|of|of-the|US|U.S.|us|senate|"
    "Senate's|don’t|don't|dont|naïve|naive|2.5m's|2.5m|m|profit|C++11|c|11|10\u00a0000|10,000|10000|"
    "ship2shore|Ph.D.|phd|l'école|école|–|🙂|...|\n\n|\t|  |Ⅷ|viii|Москва|東京|whitehouse|off-white"
).split("|")
PHRASES = (
    "white house|house white|of the|the us senate|us senate|senate us|don't the|naive house|m profit|"
    "2.5m profit|c++11 house|10000 house|ship2shore us|phd house|l'ecole white|the the|viii the|"
    "white the house|москва white|東京|dont the"
).split("|")


def expected(words: Iterable[str], slop: int, text: str) -> list[tuple[int, int]]:
    """Return the places of a phrase among all tokens of a text, merged."""
    forms = [token.exact for word in words for token in analyzer("en").tokens(word) if token.exact]
    tokens = [token for token in analyzer("en").tokens(text) if token.exact]
    exact = [token.exact for token in tokens]
    if slop:
        places = [
            (tokens[index].start, tokens[index].end)
            for match in proximity_matches(exact, forms, slop)
            for index in match
        ]
    else:
        places = [
            (tokens[first].start, tokens[first + len(forms) - 1].end)
            for first in range(len(exact) - len(forms) + 1)
            if exact[first : first + len(forms)] == forms
        ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


@settings(max_examples=800, deadline=None)
@given(
    st.sampled_from(PHRASES),
    st.sampled_from((0, 0, 1, 3, 9)),
    st.lists(st.sampled_from(PIECES), max_size=24),
    st.sampled_from((" ", " ", "")),
)
def test_places_of_a_phrase(phrase: str, slop: int, pieces: list[str], separator: str) -> None:
    """Only a few words of a text are analysed, and none too few."""
    text = separator.join(pieces)
    query = f'"{phrase}"' + (f"~{slop}" if slop else "")
    assert Highlighter(parse(query), ["en"]).spans(text, "en") == expected(
        phrase.split(), slop, text
    )


def test_texts_of_a_page_do_not_run_into_each_other() -> None:
    """The texts of a page are searched together, but each by itself."""
    articles = [
        article(1, title="The White", deck="House", body="A White, House"),
        article(2, title="house", deck="Москва: white house", body="White"),
    ]
    first, second = Highlighter(parse('"white house"'), ["en"]).highlights(articles)
    assert (first.title, first.deck, first.body) == (
        "The White", "House", ("A <mark>White, House</mark>",),
    )  # fmt: skip
    assert (second.title, second.deck) == ("house", "Москва: <mark>white house</mark>")
