"""Loading of settings: sources in their order, names old and new, and the messages of errors."""

import logging
import re
from pathlib import Path

import pytest

from search.errors import InvalidSettings
from search.settings import old_names
from search.settings.all_tables import Settings
from search.settings.areas import Area
from search.settings.loading import export_changes, load_settings, read_settings

# Every setting of the version before tables, as its documentation wrote them.
OLD_FILE = """\
data = "archive"
engine = "tantivy"
language = "de"
sites = "sites.toml"
title = "The Gull & Tide"
introduction = "Forty years of **harbours**."
footer = "imprint"
logo = "logo.svg"
interface = "de"
dates = "de-AT"
host = "0.0.0.0"
port = 8080
address = "https://news.example"
hosts = "www.news.example"
workers = 3
open = "pages suggestions"
rate_limit = "60/minute"
cors = "https://news.example"
proxies = 1
searches = 3
waiting = 32
downloads = 2
search_ms = 1500
access_log = "off"
query_log = "off"
keep = 3
log_format = "json"
synonyms = "synonyms.txt"
meaning = "off"
recency_days = 365
archive = "news"
shards = 2
replicas = 0
snapshots = "nightly"
user = "reader"
password = "sesame"
ca = "ca.pem"
[colours]
accent = "#7a1f1f"
[golden]
tugs = "a1"
[pins]
press = "a2"
[boosts]
"source:Review" = "1.5"
[keys]
headline = "title"
[categories]
News = ""
[wordpress]
types = "page"
"""
NEW_FILE = """\
data = "archive"
engine = "tantivy"
[site]
title = "The Gull & Tide"
introduction = "Forty years of **harbours**."
footer = "imprint"
logo = "logo.svg"
interface = "de"
dates = "de-AT"
address = "https://news.example"
hosts = "www.news.example"
colours = { accent = "#7a1f1f" }
[server]
host = "0.0.0.0"
port = 8080
workers = 3
proxies = 1
log_format = "json"
access_log = "off"
query_log = "off"
[security]
open = "pages suggestions"
cors = "https://news.example"
[limits]
rate_limit = "60/minute"
searches = 3
waiting = 32
downloads = 2
search_ms = 1500
[index]
language = "de"
keep = 3
golden = { tugs = "a1" }
[import]
sites = "sites.toml"
keys = { headline = "title" }
categories = { News = "" }
[import.wordpress]
types = "page"
[ranking]
synonyms = "synonyms.txt"
meaning = "off"
recency_days = 365
pins = { press = "a2" }
boosts = { "source:Review" = "1.5" }
[cluster]
archive = "news"
shards = 2
replicas = 0
snapshots = "nightly"
user = "reader"
password = "sesame"
ca = "ca.pem"
"""


def _load(folder: Path, text: str) -> Settings:
    (folder / "dateline.toml").write_text(text, "utf-8")
    return read_settings({}, folder)


def test_a_file_of_the_version_before_is_read_as_before(tmp_path: Path) -> None:
    """Every old name has the effect of its new one."""
    old = _load(tmp_path, OLD_FILE)
    assert old == _load(tmp_path, NEW_FILE)
    (tmp_path / "dateline.toml").write_text(OLD_FILE, "utf-8")
    assert [each.old for each in load_settings({}, tmp_path).renamed] == [
        f"[{name}] in dateline.toml" if setting.is_mapping else f"{name} in dateline.toml"
        for name in re.findall(r"^\[?(\w+)", OLD_FILE, re.MULTILINE)
        if (setting := old_names.OLD_NAMES.get(name)) and name not in ("accent", "tugs")
    ]


def test_every_old_variable_is_read(tmp_path: Path) -> None:
    """The environment of the version before is read as before."""
    values = {name: f"{each.default}" for name, each in old_names.OLD_VARIABLES.items()}
    loaded = load_settings(values, tmp_path)
    assert loaded.settings == Settings()
    assert {each.old: each.new for each in loaded.renamed} == {
        name: setting.variable for name, setting in old_names.OLD_VARIABLES.items()
    }


def test_old_and_new_names_may_be_mixed(tmp_path: Path) -> None:
    """A file may be moved to tables one setting at a time."""
    text = 'title = "Tide"\n[site]\nfooter = "imprint"\n[colours]\nink = "#000000"\n'
    settings = _load(tmp_path, text)
    assert settings.site.title == "Tide"
    assert (settings.site.footer, settings.site.colours) == ("imprint", {"ink": "#000000"})


def test_later_sources_win_whatever_their_names(tmp_path: Path) -> None:
    """An old variable wins over a new key of the file, and an option over both."""
    (tmp_path / "dateline.toml").write_text(
        'data = "file"\n[server]\nport = 1\nhost = "file"\n[site]\ntitle = "file"\n', "utf-8"
    )
    environment = {"DATELINE_PORT": "2", "DATELINE_SERVER_HOST": "env", "DATELINE_DATA": "env"}
    loaded = load_settings(environment, tmp_path, {"data": "option", "engine": None})
    settings = loaded.settings
    assert (settings.data, settings.server.port, settings.server.host) == ("option", 2, "env")
    keys = ("data", "engine", "site.title", "server.port", "server.host")
    assert [loaded.origin_of(key) for key in keys] == [
        "--data",
        "default",
        "dateline.toml",
        "DATELINE_PORT",
        "DATELINE_SERVER_HOST",
    ]


@pytest.mark.parametrize(
    ("environment", "areas"),
    [
        ({"DATELINE_ACCESS": "keys"}, {Area.PAGES, Area.SUGGESTIONS, Area.METRICS}),
        ({"DATELINE_ACCESS": "open"}, set(Area)),
        ({"DATELINE_ACCESS": "open", "DATELINE_SECURITY_OPEN": "api"}, {Area.API}),
    ],
)
def test_the_old_access_is_read(
    tmp_path: Path, environment: dict[str, str], areas: set[Area]
) -> None:
    """`access` closes what it closed before `open` existed."""
    loaded = load_settings(environment, tmp_path)
    assert loaded.settings.security.open_areas == areas
    assert loaded.renamed[0].new.startswith("DATELINE_SECURITY_OPEN = ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1", "there is no setting prot (in dateline.toml); did you mean [server] port?"),
        ("[sit]\na = 1", "there is no setting [sit] (in dateline.toml); did you mean [site]?"),
        ("[site]\ntitel = 1", "there is no setting [site] titel (in dateline.toml); did you mean"),
        ("[site]\nport = 1", "did you mean [server] port?"),
        ("[site]\nxyzzy = 1", "there are title, address, hosts"),
        ("xyzzy = 1", "there are data, engine, [site], [labels], [server]"),
        ("site = 1", "site in dateline.toml is 1; it must be a table that begins with [site]"),
        ("[server]\nport = -1", "[server] port in dateline.toml is -1; it must be a whole number"),
        ("port = -1", "port in dateline.toml is -1; it must be a whole number"),
        ("golden = 3", "golden in dateline.toml is 3; it must be a table of texts"),
        ('access = "closed"', "access in dateline.toml is 'closed'; it must be open or keys"),
        ('[site]\naddress = "x"', "dateline.toml: address is 'x'; it must begin with http://"),
        ("title =", "dateline.toml cannot be read"),
        (
            'title = "a"\n[site]\ntitle = "b"',
            "the same setting, and both are given in dateline.toml; leave out title",
        ),
        ('access = "keys"\n[security]\nopen = "api"', "leave out access"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message names the place, the name as it was written, and the way out."""
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        _load(tmp_path, text)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DATELINE_DATTA": "x"}, "did you mean DATELINE_DATA?"),
        ({"DATELINE_SERVER_PROT": "x"}, "did you mean DATELINE_SERVER_PORT?"),
        ({"DATELINE_PROT": "x"}, "did you mean DATELINE_SERVER_PORT?"),
        ({"DATELINE_GOLDEN": "x"}, "it is a table; write [index.golden] in dateline.toml"),
        ({"DATELINE_INDEX_GOLDEN": "x"}, "write [index.golden] in dateline.toml"),
        ({"DATELINE_SERVER_PORT": "x"}, "DATELINE_SERVER_PORT is 'x'; it must be a whole number"),
        ({"DATELINE_PORT": "70000"}, "DATELINE_PORT is 70000; it must be a whole number from 0"),
        ({"DATELINE_SITE_ADDRESS": "x"}, "DATELINE_SITE_ADDRESS: address is 'x'"),
        (
            {"DATELINE_SITE_TITLE": "a", "DATELINE_TITLE": "b"},
            "the same setting, and both are given; leave out DATELINE_TITLE",
        ),
        (
            {"DATELINE_CLUSTER_PASSWORD_FILE": "gone"},
            "DATELINE_CLUSTER_PASSWORD_FILE is 'gone', which cannot be read",
        ),
        ({"DATELINE_CONFIG": "gone.toml"}, "there is no file of settings gone.toml"),
    ],
)
def test_a_wrong_environment_is_refused(
    tmp_path: Path, environment: dict[str, str], message: str
) -> None:
    """The message names the variable, its bounds or the nearest right one."""
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        read_settings(environment, tmp_path)


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    """Orchestrators mount secrets as files; a final line break is not part of one."""
    (tmp_path / "password").write_text("sesame \n", "utf-8")
    environment = {"DATELINE_CLUSTER_PASSWORD_FILE": str(tmp_path / "password")}
    assert read_settings(environment, tmp_path).cluster.password == "sesame "
    with pytest.raises(InvalidSettings, match="leave out one of them"):
        read_settings(environment | {"DATELINE_CLUSTER_PASSWORD": "x"}, tmp_path)


def test_another_file_may_be_named(tmp_path: Path) -> None:
    """Origins and messages name the file as it was given; dateline.toml is then not read."""
    (tmp_path / "dateline.toml").write_text("xyzzy = 1", "utf-8")
    (tmp_path / "other.toml").write_text('[site]\ntitle = "Other"\n', "utf-8")
    loaded = load_settings({"DATELINE_CONFIG": "other.toml"}, tmp_path)
    assert loaded.settings.site.title == "Other"
    assert loaded.origin_of("site.title") == "other.toml"


def test_workers_read_what_options_changed(tmp_path: Path) -> None:
    """Options reach workers by the environment; everything else stays open to a reload."""
    (tmp_path / "dateline.toml").write_text('[site]\ntitle = "Before"\n', "utf-8")
    environment = {"DATELINE_PORT": "1", "DATELINE_HOST": "::1"}
    settings = read_settings(environment, tmp_path).changed(server={"port": 2})
    export_changes(settings, environment, tmp_path)
    assert environment == {"DATELINE_SERVER_PORT": "2", "DATELINE_HOST": "::1"}
    (tmp_path / "dateline.toml").write_text('[site]\ntitle = "After"\n', "utf-8")
    reloaded = read_settings(environment, tmp_path)
    assert (reloaded.site.title, reloaded.server.port) == ("After", 2)


def test_an_old_name_is_warned_about_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers and reloads do not repeat a warning; new names cause none."""
    monkeypatch.setattr(old_names, "_WARNED", set())
    environment = {"DATELINE_TITLE": "Tide", "DATELINE_SERVER_PORT": "1"}
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            load_settings(environment, tmp_path).warn()
    assert [record.getMessage() for record in caplog.records] == [
        "DATELINE_TITLE is now DATELINE_SITE_TITLE; the old name still works"
    ]


def test_the_case_of_variables_does_not_matter(tmp_path: Path) -> None:
    """Names in lower case worked before there were tables."""
    settings = read_settings({"DATELINE_title": "One", "DATELINE_Server_Port": "81"}, tmp_path)
    assert (settings.site.title, settings.server.port) == ("One", 81)


def test_an_empty_name_of_a_secret_file_is_refused(tmp_path: Path) -> None:
    """The message names the variable."""
    with pytest.raises(InvalidSettings, match="DATELINE_CLUSTER_PASSWORD_FILE is empty"):
        read_settings({"DATELINE_CLUSTER_PASSWORD_FILE": ""}, tmp_path)
