"""What pages say, in every language that they say it in."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from search.model.facets import FACETS
from tests.conftest import ROOT, AppOf, article, build
from web.theme.i18n import FACET_LABELS, bundled, read_translations

LOCALES = ROOT / "web" / "locales"
METHODS = [("web/**.py", "python"), ("web/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def _said() -> set[str]:
    """Find all messages in the code and the templates."""
    found = extract_from_dir(ROOT, METHODS, keywords=DEFAULT_KEYWORDS | {"gettext_noop": None})
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _messages(path: Path) -> Iterator[tuple[str, Message]]:
    for message in _catalogue(path):
        name = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        if name:
            yield name, message


@pytest.mark.parametrize("name", ["dateline.pot", *(f"{each}.po" for each in bundled())])
def test_a_catalogue_has_every_message_and_no_other(name: str) -> None:
    """A message that a catalogue lacks would stand in English among the others; run `make messages` after a change."""
    assert {message for message, _ in _messages(LOCALES / name)} == _said()


@pytest.mark.parametrize("language", bundled())
def test_a_language_is_complete(language: str) -> None:
    """Each message is translated, in every number, and keeps its placeholders."""
    assert language == "de", "another one: let it be looked at by who speaks it, then name it here"
    for name, message in _messages(LOCALES / f"{language}.po"):
        told = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        assert all(told), name
        assert not message.fuzzy, name
        assert all(
            set(PLACEHOLDER.findall(each or "")) == set(PLACEHOLDER.findall(name)) for each in told
        ), name


def test_every_facet_has_a_name_to_translate() -> None:
    """A facet without one would end the page in an error."""
    assert {facet.name: facet.label for facet in FACETS} == FACET_LABELS


def test_pages_speak_one_language(store: GenerationStore, app_of: AppOf) -> None:
    """With a setting all of a page is in German, dates and numbers too; what articles say stays theirs."""
    records = [
        article(n, published="2017-07-12", themes=["Harbours"], source="The Lantern")
        for n in range(1, 15)
    ]
    build(store, records)
    client = app_of(interface="de").test_client()
    untold = {name for name, _ in _messages(LOCALES / "de.po") if len(name) > 3}
    translated = {str(m.string) for _, m in _messages(LOCALES / "de.po")}
    for path in (
        "/",
        "/?q=title+body&theme=Harbours&from=2017-01-01",
        "/?q=zzz+yyy&date=2012",
        "/articles/a1?q=body",
        "/browse/theme?q=body",
        "/help",
        "/none",
        "/?page=x",
    ):
        html = client.get(path).text
        assert '<html lang="de" dir="ltr"' in html
        text = unescape(re.sub(r"<script.*?</script>|<[^>]+>", "\n", html, flags=re.DOTALL))
        lines = {line.strip() for line in text.splitlines()} | set(
            re.findall(r'(?:aria-label|placeholder|title)="([^"]+)"', html)
        )
        assert not (lines & untold) - translated, path
    assert "12. Juli 2017" in client.get("/articles/a1").text
    assert "Juli 2017" in client.get("/?date=2017").text
    assert '"label":"Theme"' in client.get("/api/v1/search").text, "what services read stays"


def test_dates_are_written_as_the_site_wants() -> None:
    """The language of a page and the habit of its dates are two settings; numbers follow the language."""
    assert read_translations("en", "").day("2017-07-12T09:30:00Z") == "12 July 2017"
    assert read_translations("en", "en-US").day("2017-07-12") == "July 12, 2017"
    assert read_translations("en", "fr").period("2017-07") == "juillet 2017"
    assert [read_translations(each, "").number(1234567) for each in ("en", "de")] == [
        "1,234,567",
        "1.234.567",
    ]
    assert read_translations("de", "").language_name("fr") == "Französisch"
    assert read_translations("en", "").language_name("x-none") == "x-none"


def test_a_site_may_bring_its_own_language(tmp_path: Path) -> None:
    """A catalogue of the admin's needs no code; what it lacks is said in English."""
    own = tmp_path / "fa.po"
    own.write_text(
        'msgid ""\nmsgstr "Language: fa\\nContent-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Search"\nmsgstr "جستجو"\n',
        "utf-8",
    )
    translations = read_translations(str(own), "")
    assert (
        translations.gettext("Search"),
        translations.gettext("Next"),
        translations.tag,
        translations.direction,
    ) == (
        "جستجو",
        "Next",
        "fa",
        "rtl",
    )


@pytest.mark.parametrize(
    ("interface", "dates", "told"),
    [
        ("xx", "", "it must be one of de, en"),
        ("none.po", "", "cannot be read"),
        ("bad.po", "", "cannot be read"),
        ("nameless.po", "", "does not name its language"),
        ("places.po", "", "'%(anzahl)s mehr' is invalid; it may contain %(count)s"),
        ("en", "klingon-x", "dates is 'klingon-x'"),
    ],
)
def test_a_language_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interface: str, dates: str, told: str
) -> None:
    """An admin reads what is wrong before the site starts."""
    monkeypatch.chdir(tmp_path)
    Path("bad.po").write_bytes(b'msgid "\xff\xfe"\n')
    Path("places.po").write_text(
        'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "%(count)s more"\nmsgstr "%(anzahl)s mehr"\n'
    )
    Path("nameless.po").write_text('msgid "Search"\nmsgstr "Suche"\n')
    with pytest.raises(InvalidSettings, match=re.escape(told)):
        read_translations(interface, dates)
