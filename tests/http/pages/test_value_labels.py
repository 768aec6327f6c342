"""Labels: readers see names for the codes of an archive, and programs still get the codes."""

import json
import re
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from search.engines import open_configured
from search.errors import InvalidSettings
from search.model.query import Filter
from search.model.value_labels import ValueLabels
from search.ranking.tuning import Tuning
from search.settings.loading import read_settings
from tests.conftest import Cli, StoreTuned, article, build
from tests.support.settings import settings_of
from web.app import create_app

LABELS = {
    "region": {"usa": "United States", "uk": 'Isles & "Kingdom" <b>'},
    "theme": {"acq": "Acquisitions"},
    "author": {"jm": "Judith Matloff"},
    "source": {"rtr": "Reuters"},
}


def _articles() -> list[dict[str, object]]:
    return [
        {"regions": ["usa", "uk"], "themes": ["acq"], "authors": ["jm"], "source": "rtr"},
        {"regions": ["france"], "themes": ["zinc"], "source": "afp"},
    ]


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """Give a client of two articles, of which one has codes with labels."""
    settings = settings_of(data=str(tmp_path / "data"), meaning="off").changed(labels=LABELS)
    store = open_configured(settings)
    build(
        store,
        [
            article(number, title="Merger", body="A merger of two.", **values)
            for number, values in enumerate(_articles())
        ],
    )
    return create_app(store, settings).test_client()


def test_pages_show_labels_and_link_values(client: FlaskClient) -> None:
    """Filters, tags, by-lines, chips, titles and lists of values show names; links have codes."""
    page = client.get("/?q=merger&region=usa").text
    assert "Region: United States" in page
    assert 'href="/region/usa?q=merger&amp;region=usa"' in page
    shown = ('<span class="name" dir="auto">United States</span>', ">Judith Matloff</a>")
    for text in (*shown, ">Reuters</a>", ">Acquisitions</a>", ">United States</a>"):
        assert text in page, text
    assert ">usa<" not in page
    assert "<title>Region: United States ·" in client.get("/?region=usa").text
    assert ">Acquisitions</span>" in client.get("/browse/theme").text
    page = client.get("/articles/a0?q=merger").text
    for text in (">United States</a>", ">Acquisitions</a>", "Judith Matloff", "Reuters"):
        assert text in page, text


def test_a_label_is_text(client: FlaskClient) -> None:
    """Its signs are escaped wherever it is shown."""
    for address in ("/?region=uk", "/articles/a0", "/browse/region", "/suggestions?q=isles"):
        page = client.get(address).text
        assert "Isles &amp; &#34;Kingdom&#34; &lt;b&gt;" in page, address
        assert 'Isles & "Kingdom"' not in page, address


def test_a_label_is_highlighted_for_its_value(client: FlaskClient) -> None:
    """A reader who searched for a value sees where it is, although the words are others."""
    assert "<mark>Acquisitions</mark>" in client.get("/?q=theme:acq").text
    assert "<mark>Acquisitions</mark>" in client.get("/articles/a0?q=theme:acq").text


def test_programs_get_the_values(client: FlaskClient) -> None:
    """Exports that are read back, and values that are parameters, outlive a change of labels."""
    for address in ("/api/v1/search", "/export.csv", "/export.jsonl", "/api/v1/articles/a0"):
        answer = client.get(address).text
        assert "United States" not in answer, address
        assert "Judith" not in answer, address
    facets = client.get("/api/v1/facets/region").get_json()["values"]
    assert {value["value"] for value in facets} == {"usa", "uk", "france"}


def test_feeds_are_titled_by_labels(client: FlaskClient) -> None:
    """People read titles and authors; categories have the value and its label."""
    feed = client.get("/feed.atom?region=usa&-theme=acq").text
    assert "<title>United States, −Acquisitions · " in feed
    feed = client.get("/feed.atom?region=usa").text
    assert "<name>Judith Matloff</name>" in feed
    assert '<category term="usa" label="United States" />' in feed
    assert 'href="http://localhost/feed.atom?region=usa"' in feed
    unlabelled = client.get("/feed.atom?region=france").text
    assert '<category term="france" />' in unlabelled


def test_citations_have_labels_and_keys_of_values(client: FlaskClient) -> None:
    """A bibliography is read by people; its keys must not change with a label."""
    bib = client.get("/export.bib?region=usa").text
    for text in ("{Judith Matloff}", "{Reuters}", "Acquisitions", "United States"):
        assert text in bib, text
    assert re.search(r"@article\{jm\d{4}-", bib)
    ris = client.get("/cite/ris/a0").text
    for line in ("AU  - Matloff, Judith", "T2  - Reuters", "KW  - United States"):
        assert line in ris, line
    assert re.search(r"ID  - jm\d{4}-", ris)
    page = client.get("/articles/a0").text
    assert '<meta name="citation_author" content="Judith Matloff">' in page
    assert "Judith Matloff, “Merger”, Reuters" in page
    ld = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</")[0])
    assert ld["author"] == [
        {"@type": "Person", "name": "Judith Matloff", "url": "http://localhost/author/jm"}
    ]
    assert ld["articleSection"] == ["Acquisitions"]
    assert "rft.jtitle=Reuters" in client.get("/?region=usa").text
    assert "Matloff, Judith." in client.get("/list?id=a0&view=chicago").text


def test_downloads_are_named_by_labels(client: FlaskClient) -> None:
    """The name of a file is read by people."""
    header = client.get("/export.csv?region=usa").headers["Content-Disposition"]
    assert "united-states.csv" in header


def test_two_values_of_one_label_are_cited_once() -> None:
    """A citation does not repeat a keyword."""
    labels = ValueLabels({"region": {"usa": "United States", "us": "United States"}})
    named = labels.named(article(1, regions=("usa", "us", "uk"), source="rtr"))
    assert (named.regions, named.source) == (("United States", "uk"), "rtr")


def test_values_are_found_by_label_and_by_value(client: FlaskClient) -> None:
    """In suggestions and lists; suggestions of the API have the value."""
    for text in ("unit", "states", "usa"):
        found = client.get("/suggestions", query_string={"q": text}).text
        assert "United States" in found, text
        assert 'data-url="/?region=usa"' in found, text
        suggestions = client.get("/api/v1/suggest", query_string={"q": text}).json
        assert "usa" in json.dumps(suggestions), text
        assert "United" not in json.dumps(suggestions), text
    for text in ("states", "usa", "UNITED ST"):
        listed = client.get("/browse/region", query_string={"contains": text}).text
        assert "1 region" in listed, text
        assert ">United States</span>" in listed, text


def test_lists_by_name_have_the_order_of_labels(client: FlaskClient) -> None:
    """The letters above a list are those of the names that it shows."""
    page = client.get("/browse/region?order=name").text
    places = [page.index(name) for name in (">france<", ">Isles", ">United States<")]
    assert places == sorted(places)
    assert "prefix=i" in page
    assert ">United States<" in client.get("/browse/region?prefix=u").text
    assert ">United States<" in client.get("/browse/region?prefix=un&contains=usa").text


def test_a_value_of_a_filter_without_matches_has_its_label(client: FlaskClient) -> None:
    """It is listed with the count 0."""
    page = client.get("/browse/region?q=zzzz&region=usa&order=name").text
    assert '<span class="name" dir="auto">United States</span> <span class="count">0<' in page


def test_labels_change_the_entity_tag(client: FlaskClient, tmp_path: Path) -> None:
    """Caches fetch pages again after a label has changed."""
    settings = settings_of(data=str(tmp_path / "data"), meaning="off")
    other = create_app(open_configured(settings), settings).test_client()
    assert other.get("/").headers["ETag"] != client.get("/").headers["ETag"]


def test_suggestions_find_labels_on_every_engine(store_tuned: StoreTuned) -> None:
    """Engines share the code that finds a value by its label."""
    build(store_tuned(Tuning()), [article(1, regions=["usa"])])
    engine = store_tuned(Tuning(labels=ValueLabels(LABELS))).current()
    (found,) = [each for each in engine.suggest("united", 5) if each.kind == "region"]
    assert (found.text, found.count) == ("usa", 1)
    assert found.query is not None
    assert found.query.filters == (Filter("region", "usa"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[labels.place]\nx = "y"', "there is no setting [labels] place"),
        ('[labels.date]\n2017 = "y"', "there is no setting [labels] date"),
        (
            "labels = 5",
            "labels in dateline.toml is 5; it must be a table that begins with [labels]",
        ),
        ('[labels]\nregion = "x"', "[labels.region] in dateline.toml is 'x'; it must be a table"),
        (
            '[labels.region]\na = "b"\nx = 5',
            "[labels.region] in dateline.toml has x = 5; it must be a table of texts",
        ),
        ('[labels.region.x]\na = "b"', "[labels.region] in dateline.toml has x = {'a': 'b'}; it"),
        ('[labels.region]\nx = ["y"]', "[labels.region] in dateline.toml has x = ['y']; it must"),
        (
            '[labels.region]\nx = " "',
            "[labels.region] in dateline.toml: the label of 'x' is empty; leave it out",
        ),
        ('[labels.theme]\n"" = "x"', "'x' is the label of no value"),
        (f'[labels.theme]\nx = "{"y" * 1000}"', "the label of 'x' has 1000 characters; the limit"),
        ('[labels.theme]\nx = "\\u200f \\u200b"', "the label of 'x' has no character that can be"),
        ('[labels.theme]\nx = "a\\u0000b"', "the label of 'x' has the control character U+0000"),
        ('[labels.theme]\nx = "a"\nx = "b"', "Cannot overwrite a value"),
    ],
)
def test_wrong_labels_are_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message names the value, and says what is wrong with it."""
    (tmp_path / "dateline.toml").write_text(text)
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        read_settings({}, tmp_path)


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '"\' onfocus=alert(1) autofocus="',
    "&lt;b&gt; &amp; %(count)s {0} {{ 7*7 }}",
    "]]> --> </title></q></mark>",
    "javascript:alert(1)",
    "\u202eright to left\u200f",
    "usa",
    "two of one name",
    "two of one name",
    "y" * 200,
]
PAGES = (
    "/",
    "/?q=merger&region=v0&region=v1&-region=v2",
    "/?q=zzzz&region=v3",
    "/browse/region",
    "/browse/region?order=name&contains=a",
    "/articles/a0?q=merger",
    "/suggestions?q=s",
    "/suggestions?q=two",
    "/suggestions?q=harmless",
    "/help?region=v0",
    "/list?id=a0",
)


def test_hostile_labels_are_text(tmp_path: Path) -> None:
    """No label changes the elements of a page, whatever signs it has; each leads to its value."""
    labels = {f"v{number}": label for number, label in enumerate(HOSTILE)}
    pages: list[list[str]] = []
    for shown in (dict.fromkeys(labels, "harmless"), {**labels, "none": "<b>no such value</b>"}):
        settings = settings_of(data=str(tmp_path / "data"), meaning="off").changed(
            labels={"region": shown}
        )
        store = open_configured(settings)
        if not pages:
            build(
                store,
                [
                    article(number, title="Merger", regions=[value, "usa"])
                    for number, value in enumerate(labels)
                ],
            )
        client = create_app(store, settings).test_client()
        pages.append([client.get(path).text for path in PAGES])
    usual = {element for page in pages[0] for element in _elements(page)}
    for path, harmless, hostile in zip(PAGES, *pages, strict=True):
        assert "no such value" not in hostile, path
        elements = _elements(hostile)
        assert set(elements) <= usual, path
        if not path.startswith(("/suggestions", "/browse")):
            # The others find or order values by their labels, so they have others.
            assert _elements(harmless) == elements, path
    listed = pages[1][PAGES.index("/browse/region")]
    for value, label in labels.items():
        assert f'/region/{value}"' in listed
        assert str(escape(label)) in listed
    two = pages[1][PAGES.index("/suggestions?q=two")]
    assert [two.count(f'data-url="/?region={value}"') for value in ("v8", "v9")] == [1, 1]


def _elements(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements of a page with the names of their attributes."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [(str(element.tag), tuple(sorted(element.keys()))) for element in tree.iter()]


def test_labels_are_settings_like_others(cli: Cli) -> None:
    """They are listed with their origin, and white space in them is normalised."""
    (cli.folder / "dateline.toml").write_text('[labels.region]\nusa = " United\\n States "')
    settings = read_settings({}, cli.folder)
    assert settings.labels.by_facet == {"region": {"usa": "United States"}}
    listed = json.loads(cli("settings", "--json").stdout)
    assert "United" in json.dumps(listed)
