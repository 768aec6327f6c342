"""Citations, read back by other programs."""

import json
import re
from html import unescape

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build
from web.presenters.citations import bibtex, ris

ODD = article(
    1,
    id="a/b & {c}",
    title="50% of {all} $ & #1 \\ ~ ^ _ “é” in И",
    deck="Line </script><b>",
    authors=["Ana López", "Center for Research and Action"],
    published="2017-07-12T09:30:00+02:00",
    regions=["Middle East & North Africa"],
    source="The Lantern",
    source_published="2017-07-10",
)
ADDRESS = "https://example.org/articles/x"


def test_bibtex_survives_a_round_trip() -> None:
    """TeX's special characters survive; an organisation with "and" in its name is one author."""
    (entry,) = parse_string(bibtex(ODD, ADDRESS, "Dateline")).entries
    fields = {field.key: field.value for field in entry.fields}
    plain = (
        fields["title"]
        .replace(r"\textbackslash{}", "\\")
        .replace(r"\textasciitilde{}", "~")
        .replace(r"\textasciicircum{}", "^")
    )
    assert re.sub(r"\\([{}&%$#_])", r"\1", plain)[1:-1] == ODD.title
    assert fields["author"] == "Ana López and {Center for Research and Action}"
    assert (fields["year"], fields["month"], fields["day"], fields["journal"], fields["url"]) == (
        "2017", "jul", "12", "The Lantern", ADDRESS,
    )  # fmt: skip


def test_ris_survives_a_round_trip() -> None:
    """Reference managers get every author, every value and the day."""
    (record,) = rispy.loads(ris(ODD, ADDRESS, "Dateline"))
    assert (record["type_of_reference"], record["title"], record["authors"]) == (
        "NEWS",
        ODD.title,
        ["López, Ana", "Center for Research and Action"],
    )
    assert (record["date"], record["keywords"], record["secondary_title"]) == (
        "2017/07/12",
        list(ODD.regions),
        "The Lantern",
    )
    assert record["urls"] == [ADDRESS]


@pytest.mark.parametrize("form", ["bib", "ris"])
def test_exports_have_every_match_with_a_unique_key(sample_server: Server, form: str) -> None:
    """A whole search can be cited."""
    text = sample_server.get(f"/export.{form}?q=river").text
    total = sample_server.get("/api/v1/search?q=river").json()["total"]
    records = parse_string(text).entries if form == "bib" else rispy.loads(text)
    keys = [record.key if form == "bib" else record["id"] for record in records]
    assert len(keys) == len(set(keys)) == total


def test_a_citation_has_author_title_source_and_dates(
    store: GenerationStore, app_of: AppOf
) -> None:
    """It has both dates, each next to its publisher."""
    build(store, [ODD])
    text = app_of().test_client().get("/articles/a%2Fb%20%26%20%7Bc%7D").text
    line = unescape(re.findall(r'<p class="citation"[^>]*>(.*?)</p>', text)[0])
    assert line.startswith("Ana López, Center for Research and Action, “50% of {all}")
    assert (
        "”, The Lantern, 10 July 2017, Dateline, 12 July 2017, http://localhost/articles/" in line
    )


def test_an_articles_page_has_metadata(store: GenerationStore, app_of: AppOf) -> None:
    """Other sites read title, authors and day; no article can end the script element."""
    build(store, [ODD])
    client = app_of().test_client()
    text = client.get("/articles/a%2Fb%20%26%20%7Bc%7D").text
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    data = json.loads(script)
    assert (data["headline"], data["description"], data["datePublished"]) == (
        ODD.title,
        ODD.deck,
        ODD.published,
    )
    assert [author["name"] for author in data["author"]] == list(ODD.authors)
    assert '<link rel="canonical" href="http://localhost/articles/a%2Fb%20%26%20%7Bc%7D">' in text
    assert 'property="og:title"' in text
    for form in ("bib", "ris"):
        assert "Lantern" in client.get(f"/cite/{form}/a%2Fb%20%26%20%7Bc%7D").text
    assert client.get("/cite/bib/none").status_code == 404


def test_an_article_without_authors_has_a_key() -> None:
    """Missing values cause no error."""
    bare = article(2, authors=[], source="")
    assert parse_string(bibtex(bare, ADDRESS, "Dateline")).entries[0].key.startswith("anonymous")
