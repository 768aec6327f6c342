"""BibTeX and RIS of articles with any text, read back by other programs."""

import re

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData
from pybtex.database import parse_string as parse_with_pybtex

from search.model.article import Article
from tests.support.articles import article
from web.presenters.citations import bibtex, ris

ADDRESS = "https://tides.example/articles/50%25%20%7Bof%7D"
PIECES = st.sampled_from(
    ["{", "}", "\\", "%", "@", "#", '"', "'", "&", "$", "_", "~", "^", ",", "=", "-", " ", "\n", "\r",
     "\t", "\0", "\x0b", "\x1b", "\u2028", "\ufffe", "é", "ﬁ", "潮", "𝄞", "tide", "Low Tide", " and ",
     " AND ", "others", "@article{x,\n", "\nER  - ", "TY  - NEWS", "\\{", "\\begin{a}", "Inc."]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)
VALUES = st.lists(TEXTS.map(lambda text: f"{text}x"), max_size=4).map(tuple)
ARTICLES = st.lists(
    st.builds(
        article,
        id=st.text(min_size=1),
        title=TEXTS,
        deck=TEXTS,
        authors=VALUES,
        source=TEXTS,
        themes=VALUES,
        regions=VALUES,
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each.id,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, TEXTS)
def test_bibtex_with_any_text_is_read_to_its_end(articles: list[Article], site: str) -> None:
    """No text ends a field, an entry or the file; every author is one, and keys are unique."""
    text = "\n".join(bibtex(each, ADDRESS, site) for each in articles)
    library = parse_string(text)
    assert (len(library.entries), library.failed_blocks) == (len(articles), [])
    read: BibliographyData = parse_with_pybtex(text, "bibtex")
    assert len(read.entries) == len(articles)
    for each, (key, entry) in zip(articles, read.entries.items(), strict=True):
        assert re.fullmatch(r"[a-z0-9]+-[0-9a-f]{10}", key)
        assert len(entry.persons.get("author", [])) == len(each.authors)
        assert entry.fields["url"] == ADDRESS
    for line in text.splitlines():
        assert line.isprintable()
        assert line[:1] != "@" or line.startswith("@article{")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, TEXTS)
def test_ris_with_any_text_is_read_to_its_end(articles: list[Article], site: str) -> None:
    """A tag is one line that ends with CRLF, whatever its text contains."""
    text = "".join(ris(each, ADDRESS, site) for each in articles)
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert all(line.isprintable() for line in lines)
    records = rispy.loads(text)
    assert len(records) == len(articles)
    for each, record in zip(articles, records, strict=True):
        assert len(record.get("authors", [])) == len(each.authors)


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        ("The {tide} turns", r"The \{tide\} turns"),
        ("A { left open", r"A \textbraceleft{} left open"),
        ("}{", r"\textbraceright{}\textbraceleft{}"),
        ("{a} } {b", r"\{a\} \textbraceright{} \textbraceleft{}b"),
        ("C:\\{", r"C:\textbackslash{}\textbraceleft{}"),
        ("Up\n\n  5 % & more\x07", r"Up 5 \% \& more"),
        ("Ebbe und Größe 🌊 é", "Ebbe und Größe 🌊 é"),
    ],
)
def test_titles_are_escaped(title: str, escaped: str) -> None:
    """TeX prints the title; pairs of braces stay pairs, since BibTeX counts escaped ones, too."""
    assert f"title = {{{{{escaped}}}}}," in bibtex(article(1, title=title), ADDRESS, "Dateline")


def test_fields_without_text_are_missing() -> None:
    """An empty field is not written."""
    bare = article(1, title="\x00", source="\x00", authors=())
    entry = parse_string(bibtex(bare, ADDRESS, "")).entries[0]
    assert {field.key for field in entry.fields} == {"year", "month", "day", "url", "language"}


def test_keywords_can_be_split() -> None:
    """A value with a comma is in braces."""
    text = bibtex(article(1, themes=("Fog, thick", "Rope")), ADDRESS, "Dateline")
    assert "keywords = {{Fog, thick}, Rope}" in text


def test_addresses_keep_their_signs_except_braces() -> None:
    """Programs open the address as it is, so it is not escaped for TeX."""
    text = bibtex(article(1), "https://x.example/a%20b#c_~?d={e}\\", "Dateline")
    assert "url = {https://x.example/a%20b#c_~?d=%7Be%7D%5C}" in text
