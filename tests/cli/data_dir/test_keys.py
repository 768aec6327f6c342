"""API keys: their terms, the key file and the commands."""

import json
from pathlib import Path

import pytest

from search.data_dir.api_keys import ApiKeyError, ApiKeys
from search.data_dir.key_file import KeysDamaged
from search.data_dir.key_terms import InvalidKeyTerms, KeyTerms, today
from search.errors import InvalidSettings
from search.settings.all_tables import Settings
from search.settings.areas import Area, Scope
from search.settings.loading import read_settings
from tests.conftest import Cli

OLD_KEY = {"id": "0a1b2c3d", "name": "monitor", "digest": "0" * 64, "made": "2026-01-02"}
"""A key in the format of the release without terms."""


@pytest.mark.parametrize(
    "until", ["2027-1-31", "20270131", "2027-W04-7", "2027-02-30", "tomorrow", " 2027-01-31"]
)
def test_a_last_day_must_be_a_date(until: str) -> None:
    """A misread date would end a key too early or too late."""
    with pytest.raises(InvalidKeyTerms, match="YYYY-MM-DD"):
        KeyTerms(until=until)


@pytest.mark.parametrize("rate", ["600", "0/minute", "600/minutes", "600/week", "-1/day", "many"])
def test_a_rate_must_be_valid(rate: str) -> None:
    """With an invalid rate, a key would have no limit."""
    with pytest.raises(InvalidKeyTerms, match="60/minute"):
        KeyTerms(rate=rate)


def test_a_key_works_to_the_end_of_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last day is inclusive."""
    terms = KeyTerms(until="2027-01-31")
    for day, expired in (("2027-01-30", False), ("2027-01-31", False), ("2027-02-01", True)):
        monkeypatch.setattr("search.data_dir.key_terms.today", lambda day=day: day)
        assert terms.expired is expired
    assert not KeyTerms().expired


def test_keys_without_terms_open_everything(tmp_path: Path) -> None:
    """An upgrade must not lock out services whose keys have no terms."""
    (tmp_path / "keys.json").write_text(json.dumps([OLD_KEY]), "utf-8")
    keys = ApiKeys(tmp_path)
    (key,) = keys.all()
    assert (key.terms.scopes, key.terms.until, key.terms.rate) == (tuple(Scope), "", "")
    keys.add("other")
    assert keys.all()[0] == key


def test_values_of_later_versions_are_preserved(tmp_path: Path) -> None:
    """During an upgrade, the older version must not drop values of the newer one."""
    later = {
        **OLD_KEY,
        "scopes": ["export", "write"],
        "until": None,
        "rate": None,
        "hosts": ["a.example"],
    }
    path = tmp_path / "keys.json"
    path.write_text(json.dumps([later]), "utf-8")
    keys = ApiKeys(tmp_path)
    assert keys.all()[0].terms.scopes == (Scope.EXPORT,)
    keys.add("other")
    keys.revoke("other")
    assert json.loads(path.read_text("utf-8")) == [later]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[{",
        "{}",
        "[1]",
        '[{"id": "a"}]',
        json.dumps([{**OLD_KEY, "name": 7}]),
        json.dumps([{**OLD_KEY, "digest": "ü" * 64}]),
        json.dumps([{**OLD_KEY, "until": "soon"}]),
        json.dumps([{**OLD_KEY, "until": 20270131}]),
        json.dumps([{**OLD_KEY, "rate": "many"}]),
        json.dumps([{**OLD_KEY, "scopes": "search"}]),
    ],
)
def test_a_damaged_key_file_is_reported(tmp_path: Path, content: str) -> None:
    """A misread file would grant access, or would be overwritten with fewer keys."""
    path = tmp_path / "keys.json"
    path.write_text(content, "utf-8")
    keys = ApiKeys(tmp_path)
    for use in (
        keys.all,
        lambda: keys.authenticate("dl_0a1b2c3d_x"),
        keys.check,
        lambda: keys.add("other"),
    ):
        with pytest.raises(KeysDamaged, match=r"keys\.json is damaged"):
            use()
    assert path.read_text("utf-8") == content


def test_an_expired_key_is_not_created(tmp_path: Path) -> None:
    """A mistyped year is reported to the admin, not to the user of the key."""
    with pytest.raises(ApiKeyError, match="would never work"):
        ApiKeys(tmp_path).add("press", KeyTerms(until="2020-01-01"))
    ApiKeys(tmp_path).add("press", KeyTerms(until=today()))


@pytest.mark.parametrize(
    ("values", "areas"),
    [
        ({}, set(Area)),
        ({"open": "pages  feed"}, {Area.PAGES, Area.FEED}),
        ({"open": ""}, set()),
        ({"open": "none"}, set()),
        ({"access": "keys"}, {Area.PAGES, Area.SUGGESTIONS, Area.METRICS}),
        ({"access": "open", "open": "pages"}, {Area.PAGES}),
    ],
)
def test_settings_define_open_areas(
    tmp_path: Path, values: dict[str, str], areas: set[Area]
) -> None:
    """Each area is opened separately; the older setting `access` does not open exports."""
    assert _with_old_variables(tmp_path, values).security.open_areas == areas


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"open": "pages export"}, "open names 'export'.*did you mean exports"),
        ({"open": "pages none"}, "open names 'none'"),
        ({"open": "pages,api"}, "open names"),
        ({"access": "keys", "open": "pages"}, "leave out access"),
    ],
)
def test_an_unknown_open_area_is_reported(
    tmp_path: Path, values: dict[str, str], message: str
) -> None:
    """A mistyped area and contradictory settings are reported at the start."""
    with pytest.raises(InvalidSettings, match=message):
        _with_old_variables(tmp_path, values)


def _with_old_variables(folder: Path, values: dict[str, str]) -> Settings:
    environment = {f"DATELINE_{name.upper()}": value for name, value in values.items()}
    return read_settings(environment, folder)


def test_keys_are_created_and_listed_with_their_terms(cli: Cli) -> None:
    """An admin sets the terms of a key, and the list shows them."""
    text = cli(
        "keys",
        "add",
        "press [/x]",
        "--until",
        "2099-12-31",
        "--rate",
        "600/minute",
        "--scope",
        "export",
    ).stdout
    assert text.startswith("dl_")
    assert "It opens export, until the end of 2099-12-31 (UTC), at most 600/minute." in text
    created = json.loads(cli("keys", "add", "desk", "--json").stdout)
    assert (created["scopes"], created["until"], created["rate"]) == (
        ["search", "export"],
        None,
        None,
    )
    path = cli.folder / "data" / "keys.json"
    entries = json.loads(path.read_text("utf-8"))
    entries[1]["until"] = "2020-01-01"
    path.write_text(json.dumps([*entries, OLD_KEY]), "utf-8")
    listed = cli("keys", "list").stdout
    for text_part in (
        "press [/x]",
        "2099-12-31",
        "600/minute",
        "2020-01-01 (expired)",
        "search, export, metrics",
        today(),
    ):
        assert text_part in listed
    press, desk, old = json.loads(cli("keys", "list", "--json").stdout)["keys"]
    assert (press["scopes"], press["until"], press["rate"]) == (
        ["export"],
        "2099-12-31",
        "600/minute",
    )
    assert [key["expired"] for key in (press, desk, old)] == [False, True, False]
    assert old["scopes"] == ["search", "export", "metrics"]
    assert "digest" not in press
    assert created["key"] not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["add"], 2, "name the user of the key"),
        (["add", "x", "--until", "31.12.2099"], 2, "YYYY-MM-DD"),
        (["add", "x", "--until", "2020-01-01"], 1, "would never work"),
        (["add", "x", "--rate", "much"], 2, "60/minute"),
        (["add", "x", "--scope", "all"], 2, "search"),
        (["revoke", "x", "--rate", "5/day"], 2, "dateline keys revoke takes none of them"),
        (["list", "x"], 2, "takes no NAME"),
        (["revoke", "x"], 1, "there is no key 'x'"),
    ],
)
def test_wrong_arguments_are_one_clear_message(
    cli: Cli, arguments: list[str], code: int, message: str
) -> None:
    """The message says what is wrong and what to write, and no key is created."""
    assert message in cli("keys", *arguments, code=code).stderr
    assert not (cli.folder / "data" / "keys.json").exists()


def test_a_name_like_an_id_does_not_hide_the_key(tmp_path: Path) -> None:
    """Revoking a key by its id never removes another key with this name."""
    keys = ApiKeys(tmp_path)
    first, _ = keys.add("press")
    named, _ = keys.add(first.id)
    assert keys.revoke(first.id) == first
    assert keys.revoke(first.id) == named
