"""Translations of pages and their catalogues."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from markupsafe import Markup

from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from search.model.facets import FACETS
from tests.conftest import ROOT, AppOf, article, build
from web.theme.i18n import FACET_LABELS, bundled, read_translations

LOCALES = ROOT / "web" / "locales"
METHODS = [("web/**.py", "python"), ("web/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def _source_messages() -> set[str]:
    """Extract all messages from the code and the templates."""
    messages = extract_from_dir(ROOT, METHODS, keywords=DEFAULT_KEYWORDS | {"gettext_noop": None})
    return {
        message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in messages
    }


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _messages(path: Path) -> Iterator[tuple[str, Message]]:
    for message in _catalogue(path):
        name = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        if name:
            yield name, message


def test_a_share_of_something_is_neither_none_nor_all_of_it() -> None:
    """Three of 72,000 articles are not 0%."""
    english, german = read_translations("en", ""), read_translations("de", "")
    shares = (0, 0.00002, 0.0001, 0.0049, 0.125, 0.9994, 0.9996, 1)
    assert [english.share(share) for share in shares] == [
        "0%", "<0.01%", "0.01%", "0.49%", "12.5%", "99.9%", ">99.9%", "100%"
    ]  # fmt: skip
    assert german.share(0.00002) == "<0,01\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("name", ["dateline.pot", *(f"{language}.po" for language in bundled())])
def test_a_catalogue_has_every_message_and_no_other(name: str) -> None:
    """Run `make messages` after a change of messages."""
    assert {message for message, _ in _messages(LOCALES / name)} == _source_messages()


@pytest.mark.parametrize("language", bundled())
def test_a_language_is_complete(language: str) -> None:
    """Each message is translated in all plural forms and keeps its placeholders."""
    assert language == "de", "have a native speaker check the new catalogue, then add it here"
    for name, message in _messages(LOCALES / f"{language}.po"):
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        assert all(forms), name
        assert not message.fuzzy, name
        # The first form is the singular, which may do without the number.
        sources = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        for place, form in enumerate(forms):
            source = sources[min(place, len(sources) - 1)]
            assert set(PLACEHOLDER.findall(form or "")) == set(PLACEHOLDER.findall(source)), name


def test_every_facet_has_a_label() -> None:
    """A facet without one would cause an error on pages."""
    assert {facet.name: facet.label for facet in FACETS} == FACET_LABELS


def test_pages_are_in_one_language(store: GenerationStore, app_of: AppOf) -> None:
    """Everything is in German, dates and numbers too, except the articles' texts."""
    records = [
        article(n, published="2017-07-12", themes=["Harbours"], source="The Lantern")
        for n in range(1, 15)
    ]
    build(store, records)
    client = app_of(interface="de").test_client()
    english = {name for name, _ in _messages(LOCALES / "de.po") if len(name) > 3}
    translated = {str(m.string) for _, m in _messages(LOCALES / "de.po")}
    for path in (
        "/",
        "/?q=body&theme=Harbours&from=2017-01-01",
        "/?q=zzz+yyy&date=2012",
        "/?theme=Harbours&theme=Docks&theme_match=all&-theme=Coal&-theme=Ore",
        "/articles/a1?q=body",
        "/browse/theme?q=body",
        "/overview?q=body",
        "/overview",
        "/theme/Harbours?q=body",
        "/theme/Harbour",
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
        assert not (lines & english) - translated, path
    assert "12. Juli 2017" in client.get("/articles/a1").text
    assert "Juli 2017" in client.get("/?date=2017").text
    chosen = client.get("/?theme=Harbours&theme=Docks&-region=Asia&-region=Europe").text
    assert "Thema: Harbours oder Docks" in chosen
    assert "Region: nicht Asia oder Europe" in chosen
    assert "Harbours und Docks" in client.get("/?theme=Harbours&theme=Docks&theme_match=all").text
    assert '"label":"Theme"' in client.get("/api/v1/search").text, "the API stays in English"


def test_values_are_joined_in_the_language() -> None:
    """Texts are escaped, HTML is kept, and braces mean nothing."""
    english, german = read_translations("en", ""), read_translations("de", "")
    assert english.alternatives(["<b>", "{0}"]) == "&lt;b&gt; or {0}"
    assert english.enumeration([Markup("<b>x</b>"), "y"]) == "<b>x</b> and y"
    assert english.alternatives(["a", "b", "c"]) == "a, b, or c"
    assert german.alternatives(["a", "b", "c"]) == "a, b oder c"
    assert german.enumeration(["a"]) == "a"


def test_dates_have_a_locale_of_their_own() -> None:
    """The date format is a setting; numbers have the format of the language."""
    assert read_translations("en", "").day("2017-07-12T09:30:00Z") == "12 July 2017"
    assert read_translations("en", "en-US").day("2017-07-12") == "July 12, 2017"
    assert read_translations("en", "fr").period("2017-07") == "juillet 2017"
    assert [read_translations(language, "").number(1234567) for language in ("en", "de")] == [
        "1,234,567",
        "1.234.567",
    ]
    assert read_translations("de", "").language_name("fr") == "Französisch"
    assert read_translations("en", "").language_name("x-none") == "x-none"


def test_a_site_may_have_its_own_catalogue(tmp_path: Path) -> None:
    """Messages that the catalogue lacks stay in English."""
    own = tmp_path / "fa.po"
    own.write_text(
        'msgid ""\nmsgstr "Language: fa\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Search"\nmsgstr "جستجو"\n',
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
    ("interface", "dates", "message"),
    [
        ("xx", "", "it must be one of de, en"),
        ("none.po", "", "cannot be read"),
        ("bad.po", "", "cannot be read"),
        ("nameless.po", "", "does not name its language"),
        ("places.po", "", "'%(anzahl)s mehr' is invalid; it may contain %(count)s"),
        ("en", "klingon-x", "dates is 'klingon-x'"),
    ],
)
def test_invalid_languages_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interface: str, dates: str, message: str
) -> None:
    """An admin sees the error before the site starts."""
    monkeypatch.chdir(tmp_path)
    Path("bad.po").write_bytes(b'msgid "\xff\xfe"\n')
    Path("places.po").write_text(
        'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "%(count)s more"\nmsgstr "%(anzahl)s mehr"\n'
    )
    Path("nameless.po").write_text('msgid "Search"\nmsgstr "Suche"\n')
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        read_translations(interface, dates)
