"""Telling words of samples of texts."""

from collections.abc import Mapping, Sequence

import pytest

from search.model.article import Article
from search.results.overview.telling_words import Reference, telling_words
from search.results.overview.text_sample import read_sample
from tests.conftest import article

ARCHIVE = 1_000
STANDING = "About the agency: it registers trademarks in Alexandria.\nWrite to the press office."


def _reference(frequencies: Mapping[str, int], **texts: int) -> Reference:
    """Return an archive in which every other stem is in one article of a hundred."""

    def with_stems(stems: Sequence[str]) -> Mapping[str, int]:
        return {stem: frequencies.get(stem, ARCHIVE // 100) for stem in stems}

    return Reference(with_stems, texts or {"en": ARCHIVE}, includes_sample=False)


def _words(articles: Sequence[Article], reference: Reference, *ignored: str) -> list[str]:
    found = telling_words(read_sample(articles), reference, set(ignored), 20)
    return [candidate.word for candidate in found]


def _texts(*bodies: str, **values: str) -> list[Article]:
    return [
        article(number, title="A note", body=body, **values) for number, body in enumerate(bodies)
    ]


def test_a_word_of_most_texts_is_telling_and_one_of_all_texts_is_not() -> None:
    """Words rank by how much more often the sample has them; common ones say nothing."""
    texts = _texts(*[f"Ferries sailed to quay {letter}." for letter in "abcdefghijkl"])
    words = _words(texts, _reference({"sail": ARCHIVE * 8 // 10, "quay": 30}))
    assert words[:2] == ["Ferries", "quay"]
    assert "sailed" not in words


def test_a_standing_paragraph_counts_once() -> None:
    """A paragraph under every article of an author must not decide what a search is about."""
    texts = _texts(
        *[f"Chatbots answer question {letter} here.\n\n{STANDING}" for letter in "abcdefghij"]
    )
    words = _words(texts, _reference({}))
    assert "Chatbots" in words
    assert {"trademarks", "Alexandria", "agency", "press", "office"}.isdisjoint(words)


def test_what_texts_begin_and_end_with_counts_once() -> None:
    """Texts without sentences have notices in one line; these must not decide either."""
    filler = "it was told that a boat of some age had to be looked at before it could go on " * 4
    texts = _texts(
        *[
            f"FOR IMMEDIATE RELEASE Alexandria Ferries sail to quay {x} {filler} {x} quay {x} "
            f"{filler} as {x} told Laura Capps Melissa Wagoner 202 224 2633"
            for x in "abcdefghijkl"
        ]
    )
    words = _words(texts, _reference({}))
    assert "quay" in words
    assert {"IMMEDIATE", "RELEASE", "Alexandria", "Laura", "Capps", "Wagoner"}.isdisjoint(words)


def test_a_reprint_counts_once() -> None:
    """Copies of one text, each with a sentence of its own, are one text."""
    body = "The tug sank. It was raised on Monday. Divers found the wreck."
    sample = read_sample(_texts(body, f"{body} Editor: Ann.", f"{body} Editor: Ben.", "A new tug."))
    assert sample.texts == 2


def test_small_words_numbers_and_the_searchs_own_words_are_left_out() -> None:
    """Stop words, figures and the words that were searched for tell nothing."""
    texts = _texts(*[f"They didnt see 400 ferries of F16s at quay {x}." for x in "abcdefghij"])
    assert _words(texts, _reference({}), "ferri") == ["quay"]


def test_a_word_is_shown_as_it_is_most_often_written() -> None:
    """Names keep their capitals; a possessive is the same word."""
    texts = _texts(
        *[
            f"{name} sold chips in place {x}."
            for x, name in zip("abcdefgh", ["Fujitsu"] * 8, strict=True)
        ],
        "Fujitsu's profit and FUJITSU chips rose.",
        "The EU met.",
        "An EU tariff.",
        "On EU rules.",
    )
    words = _words(texts, _reference({"eu": 1}))
    assert {"Fujitsu", "chips", "EU"} <= set(words)


def test_words_are_compared_with_texts_of_their_language() -> None:
    """In German articles of an English archive, German's small words tell nothing."""
    texts = _texts(*[f"Der Dampfer fuhr nach Ort {x}." for x in "abcdefghij"], language="de")
    reference = _reference({"der": 40, "nach": 38, "dampf": 1}, en=900, de=40)
    words = _words(texts, reference)
    assert "Dampfer" in words
    assert {"Der", "nach"}.isdisjoint(words)


@pytest.mark.parametrize("body", ["", "\x00", "\ud800 \u202e x", "]]> <b>", "🛳️ 🛳️", "船 船"])
def test_any_text_is_read(body: str) -> None:
    """No text raises an error, and signs without letters are no words."""
    assert _words(_texts(*[body] * 3), _reference({})) == []
