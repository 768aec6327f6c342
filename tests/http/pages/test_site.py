"""The look of a site, by its settings."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Cli, article, build
from tests.support.settings import settings_of
from web.app import create_app
from web.theme.bundled_files import STYLE_SHEET, bundled_files
from web.theme.colours import apply_colours
from web.theme.site import read_site

STYLE = bundled_files()[STYLE_SHEET].decode()


def test_title_logo_texts_and_colours_are_settings(
    store: GenerationStore, tmp_path: Path, app_of: AppOf
) -> None:
    """Scripts in texts and logos do not run, and links lead to web addresses only."""
    build(store, [article(1)])
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    settings = settings_of(
        title="The Gull & Tide",
        introduction="Forty years of **harbours**.",
        footer="By [us](https://example.org), not [them](javascript:alert(1)) <b>",
        logo=str(logo),
        colours={"accent": "#7a1f1f #ffb4a8", "on-accent": "#ffffff #200000"},
    )
    client = create_app(store, settings).test_client()
    home = client.get("/").text
    assert "<title>The Gull &amp; Tide</title>" in home
    assert "<p>Forty years of <strong>harbours</strong>.</p>" in home
    assert (
        '<a href="https://example.org" rel="noopener nofollow">us</a>, not them &lt;b&gt;' in home
    )
    (address,) = re.findall(r'<img class="logo" src="([^"]+)" alt="The Gull &amp; Tide">', home)
    shown = client.get(address)
    assert (shown.data, shown.mimetype) == (logo.read_bytes(), "image/svg+xml")
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]
    style = client.get(re.findall(r'stylesheet" href="([^"]+)"', home)[0]).text
    assert "--accent: light-dark(#7a1f1f, #ffb4a8);" in style
    plain = app_of().test_client().get("/")
    assert plain.headers["ETag"] != client.get("/").headers["ETag"], (
        "caches must fetch pages again after a change"
    )


def test_a_phone_has_an_icon_for_its_home_screen(store: GenerationStore, app_of: AppOf) -> None:
    """It is a PNG of the size that iOS asks for, since iOS reads no SVG there."""
    build(store, [article(1)])
    client = app_of().test_client()
    (path,) = re.findall(r'rel="apple-touch-icon" href="([^"]+)"', client.get("/").text)
    icon = client.get(path)
    assert icon.mimetype == "image/png"
    width, height = (int.from_bytes(icon.data[start : start + 4], "big") for start in (16, 20))
    assert (width, height) == (180, 180)


def test_control_characters_of_a_title_reach_no_page(store: GenerationStore) -> None:
    """They would make XML unreadable, of which the OpenSearch description consists."""
    build(store, [article(1)])
    client = create_app(store, settings_of(title="The\x01 Gull\ufffe\n&\x0bTide")).test_client()
    description = ET.fromstring(client.get("/opensearch.xml").data)
    assert description[0].text == "The Gull & Tide"
    assert "<title>The Gull &amp; Tide</title>" in client.get("/").text


def test_one_colour_is_for_the_light_theme_only() -> None:
    """The dark theme and the one with more contrast keep their colours."""
    style = apply_colours(STYLE, {"paper": "#fffff0"})
    assert style.count("#fffff0") == 1
    assert "--paper: light-dark(#fffff0, #16181b);" in style
    assert apply_colours(STYLE, {}) == STYLE


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("papre", "#ffffff", "[site.colours] has no colour 'papre'"),
        ("paper", "white", "it must be one colour such as #7a1f1f"),
        ("ink", "#dddddd", "in the light theme ink #dddddd is hard to read on paper #fdfcfa"),
        ("paper", "#fdfcfa #cccccc", "in the dark theme ink"),
        ("mark-ink", "#8a7a35", "in the light theme mark-ink #8a7a35 is hard to read on mark"),
        ("mark", "#757575", "in the light theme mark-ink #1d1c1a is hard to read on mark #757575"),
        ("accent", "#ffff00", "on-accent #ffffff is hard to read on accent #ffff00"),
    ],
)
def test_colours_that_hide_text_are_refused(name: str, value: str, message: str) -> None:
    """No choice of colours makes text unreadable."""
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        apply_colours(STYLE, {name: value})


def test_a_highlight_can_be_read_where_it_is_pale() -> None:
    """In texts the page shines through it, which a dark one on a light page must allow for."""
    apply_colours(STYLE, {"mark": "#202020", "mark-ink": "#ffffff"})
    with pytest.raises(InvalidSettings, match="hard to read on mark mixed with paper #9e9e9d"):
        apply_colours(STYLE, {"mark": "#757575", "mark-ink": "#ffffff"})


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("logo.txt", "must be an image file"),
        ("none.svg", "cannot be read"),
        ("large.png", "the limit is 500,000"),
    ],
)
def test_an_invalid_logo_is_refused(tmp_path: Path, name: str, message: str) -> None:
    """The message names the file and the valid formats."""
    (tmp_path / "large.png").write_bytes(bytes(600_000))
    with pytest.raises(InvalidSettings, match=message):
        read_site(settings_of(logo=str(tmp_path / name)))


def test_an_invalid_theme_stops_the_start(cli: Cli) -> None:
    """`serve` reports the error instead of starting workers that fail one by one."""
    cli("rebuild", "-", stdin=b'{"id": "a", "title": "T", "published": "2020-01-01", "body": "b"}')
    (cli.folder / "dateline.toml").write_text('[colours]\nink = "#eeeeee"\n')
    assert "is hard to read" in cli("serve", "--port", "0", code=2).stderr
