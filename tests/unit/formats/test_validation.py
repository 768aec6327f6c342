"""A record to an article: normalised, or refused with a reason."""

from typing import Any

import pytest

from indexer.formats.record.validation import parse_json, to_article
from search.errors import InvalidArticle

GOOD: dict[str, Any] = {"title": "T", "published": "2017-07-12"}


def read(**given: Any) -> Any:
    """Read a valid record with some values replaced."""
    return to_article(GOOD | given, "x.jsonl:1", "en")[0]


REFUSED = [
    ({"published": None}, "published is missing"),
    ({"published": "2017-02-30"}, "not a date"),
    ({"published": "July 2017"}, "not a date: it has no day"),
    ({"published": "2017-W28"}, "not a date"),
    ({"published": "03/04/2017"}, "'03/04/2017' is not a date: it can be read in two ways"),
    ({"published": 2017}, "published is a number"),
    ({"title": "", "body": " \n"}, "neither a title nor a body"),
    ({"title": ["T"]}, "title is a list"),
    ({"regions": "Europe"}, "regions is text"),
    ({"regions": [1]}, "regions holds a number"),
    ({"themes": ["x" * 501]}, "501 characters"),
    ({"id": "x" * 501}, "501 characters"),
    ({"id": 7}, "id is a number"),
    ({"source": "x" * 501}, "501 characters"),
    ({"body": "é" * 5_000_001}, "10,000,002 bytes"),
    ({"language": "not a tag"}, "language"),
    ({"source_published": "soon"}, "source_published"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_a_wrong_record_is_refused_by_name(given: dict[str, Any], reason: str) -> None:
    """An admin can correct a refused record, because the reason names the value."""
    with pytest.raises(InvalidArticle, match=reason):
        read(**given)


def test_texts_and_lists_are_normalised() -> None:
    """One value is one facet value, however its spaces were typed."""
    article = read(
        title=" A \n title ",
        authors=["Ana  López", "Ana López", "", " "],
        body="one\r\n\r\n\r\n\ttwo \nthree\x00",
        source_url="#",
        language="PT-br",
    )
    assert (article.title, article.authors) == ("A title", ("Ana López",))
    assert article.body == "one\n\n    two\nthree"
    assert (article.source_url, article.language) == ("", "pt-BR")


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("one \ntwo", "one\ntwo"),
        ("one\n\n\n\ntwo", "one\n\ntwo"),
        ("one\n \n \ntwo", "one\n\ntwo"),
        ("one\u00a0\n\n\ntwo", "one\u00a0\n\ntwo"),
        ("one\ttwo\u00a0\nthree", "one two\nthree"),
        ("one\x7ftwo\nthree", "onetwo\nthree"),
        ("one\rtwo\nthree", "one\ntwo\nthree"),
        ("é\x01one\ntwo", "éone\ntwo"),
    ],
)
def test_each_untidiness_of_a_body_is_found_on_its_own(text: str, prose: str) -> None:
    """Tidy bodies, which are nearly all, are only searched for what must be changed."""
    assert read(body=text).body == prose


def test_ids_are_given_or_derived_and_stable() -> None:
    """The same article has the same address after every load."""
    assert read(id=" a/b ").id == "a/b"
    assert read().id == read(body="changed").id
    assert read().id != read(authors=["X"]).id
    assert read(url="https://x.org/1").id == read(url="https://x.org/1", published="2018-01-01").id


def test_a_missing_title_is_the_first_words() -> None:
    """A brief without a headline is listed with words to click on."""
    article = to_article({"published": "2017-07-12", "body": "word " * 40}, "x", "en")[0]
    assert article.title == ("word " * 18).strip() + "…"
    assert (
        to_article({"published": "2017-07-12", "body": "*Short* one"}, "x", "en")[0].title
        == "Short one"
    )
    assert (
        to_article({"published": "2017-07-12", "body": "![](x.png)"}, "x", "en")[0].title
        == "![](x.png)"
    )


@pytest.mark.parametrize(
    "published", ["2017-07-12T09:30:00+02:00", "1969-01-01", "2999-01-01", "2017-07-12T09:30:00"]
)
def test_dates_stay_as_written(published: str) -> None:
    """A date keeps its form and zone; days before 1970 and after today are valid."""
    assert read(published=published).published == published


def test_a_day_stays_a_day() -> None:
    """Other forms of ISO 8601 become the plain one, and a day without a time gets none."""
    assert read(published="20170712").published == "2017-07-12"
    assert read(published="2017-W28-3").published == "2017-07-12"
    assert read(published="2017-W28-3T09:30").published == "2017-07-12T09:30:00"


def test_unknown_keys_are_named_and_origin_is_set() -> None:
    """A misspelt key is counted in the report; an article keeps its origin, or gets one."""
    article, unknown = to_article(GOOD | {"headline": "x"}, "a/b.jsonl:17", "en")
    assert (unknown, article.origin) == (["headline"], "a/b.jsonl:17")
    assert to_article(GOOD | {"origin": "old:1"}, "new:1", "en")[0].origin == "old:1"


def test_control_characters_never_join_words() -> None:
    """Page breaks, vertical tabs and old separators end a line; noncharacters are dropped."""
    article = read(
        title="Swans\u000bin\u001cthe\u2029dock",
        authors=["Ana\u000cRoy"],
        body="one\u000ctwo\u001fth\u0001r\uffff\ufffeee\u0085four\u2028five",
    )
    assert (article.title, article.authors) == ("Swans in the dock", ("Ana Roy",))
    assert article.body == "one\ntwo\nthree\nfour\nfive"


def test_json_in_another_encoding_is_distinguished_from_broken_json() -> None:
    """An admin learns that the file's encoding is wrong, and what to do."""
    with pytest.raises(
        InvalidArticle, match=r"byte 0xE9 in it is not UTF-8; save the file in UTF-8"
    ):
        parse_json('{"title": "Café"}'.encode("latin-1"))
    with pytest.raises(InvalidArticle, match="this is not JSON: unexpected"):
        parse_json(b'{"title": "Cafe"')


def test_an_article_has_a_bounded_number_of_values() -> None:
    """One broken record with a hundred thousand authors is a reject, and does not end the load."""
    record = {
        "title": "T",
        "published": "2020-01-01",
        "authors": [f"Author {number}" for number in range(1_001)],
    }
    with pytest.raises(InvalidArticle, match="1,001 values; the limit is 1,000"):
        to_article(record, "", "en")
    assert (
        len(to_article(record | {"authors": record["authors"][:1_000]}, "", "en")[0].authors)
        == 1_000
    )
