"""Keys: their terms, the file that keeps them, and the commands that make them."""

import json
from pathlib import Path
from typing import Any

import pytest

from search.data_dir.api_keys import ApiKeyError, ApiKeys
from search.data_dir.key_file import KeysDamaged
from search.data_dir.key_terms import InvalidKeyTerms, KeyTerms, today
from search.errors import InvalidSettings
from search.settings.areas import Area, Scope
from search.settings.tables import Settings
from tests.conftest import Cli

OLD_KEY = {"id": "0a1b2c3d", "name": "monitor", "digest": "0" * 64, "made": "2026-01-02"}
"""As the release before there were terms kept it."""


@pytest.mark.parametrize(
    "until", ["2027-1-31", "20270131", "2027-W04-7", "2027-02-30", "tomorrow", " 2027-01-31"]
)
def test_a_last_day_is_a_day(until: str) -> None:
    """A day that is read otherwise than it was meant would end a key too early or too late."""
    with pytest.raises(InvalidKeyTerms, match="YYYY-MM-DD"):
        KeyTerms(until=until)


@pytest.mark.parametrize("rate", ["600", "0/minute", "600/minutes", "600/week", "-1/day", "many"])
def test_a_keys_rate_is_a_rate(rate: str) -> None:
    """A rate that cannot be counted would leave a key without one."""
    with pytest.raises(InvalidKeyTerms, match="60/minute"):
        KeyTerms(rate=rate)


def test_a_key_works_to_the_end_of_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last day is part of the time, as it is in every contract."""
    terms = KeyTerms(until="2027-01-31")
    for day, expired in (("2027-01-30", False), ("2027-01-31", False), ("2027-02-01", True)):
        monkeypatch.setattr("search.data_dir.key_terms.today", lambda day=day: day)
        assert terms.expired is expired
    assert not KeyTerms().expired


def test_keys_of_the_release_before_open_everything(tmp_path: Path) -> None:
    """An upgrade shuts no service out: such keys were made to have no terms."""
    (tmp_path / "keys.json").write_text(json.dumps([OLD_KEY]), "utf-8")
    keys = ApiKeys(tmp_path)
    (key,) = keys.all()
    assert (key.terms.scopes, key.terms.until, key.terms.rate) == (tuple(Scope), "", "")
    keys.add("other")
    assert keys.all()[0] == key


def test_what_a_later_version_keeps_stays(tmp_path: Path) -> None:
    """While a server is upgraded, the older version loses nothing of what the newer one keeps."""
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
        json.dumps([{**OLD_KEY, "until": "soon"}]),
        json.dumps([{**OLD_KEY, "until": 20270131}]),
        json.dumps([{**OLD_KEY, "rate": "many"}]),
        json.dumps([{**OLD_KEY, "scopes": "search"}]),
    ],
)
def test_a_damaged_file_is_called_so(tmp_path: Path, content: str) -> None:
    """A file that is misread would open what is closed, or be overwritten with less."""
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


def test_a_key_that_would_never_work_is_not_made(tmp_path: Path) -> None:
    """A slip in the year is noticed by whoever makes it, not by whoever gets the key."""
    with pytest.raises(ApiKeyError, match="would never work"):
        ApiKeys(tmp_path).add("press", KeyTerms(until="2020-01-01"))
    ApiKeys(tmp_path).add("press", KeyTerms(until=today()))


@pytest.mark.parametrize(
    ("given", "areas"),
    [
        ({}, set(Area)),
        ({"open": "pages  feed"}, {Area.PAGES, Area.FEED}),
        ({"open": ""}, set()),
        ({"open": "none"}, set()),
        ({"access": "keys"}, {Area.PAGES, Area.SUGGESTIONS, Area.METRICS}),
        ({"access": "open", "open": "pages"}, {Area.PAGES}),
    ],
)
def test_a_setting_says_what_is_open(given: dict[str, Any], areas: set[Area]) -> None:
    """Each area is open by itself; the older setting leaves the archive open by no export."""
    assert Settings(**given).open_areas == areas


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"open": "pages export"}, "open names 'export'.*did you mean exports"),
        ({"open": "pages none"}, "open names 'none'"),
        ({"open": "pages,api"}, "open names"),
        ({"access": "keys", "open": "pages"}, "leave out access"),
    ],
)
def test_an_open_area_that_is_none_is_named(given: dict[str, Any], told: str) -> None:
    """An admin who mistypes an area, or says two things, hears of it at the start."""
    with pytest.raises(InvalidSettings, match=told):
        Settings(**given)


def test_keys_are_made_and_listed_with_their_terms(cli: Cli) -> None:
    """An admin says what a key is for, and later reads what each one is good for."""
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
    assert "It opens export, until the end of 2099-12-31 (UTC), 600/minute at most." in text
    made = json.loads(cli("keys", "add", "desk", "--json").stdout)
    assert (made["scopes"], made["until"], made["rate"]) == (["search", "export"], None, None)
    path = cli.folder / "data" / "keys.json"
    kept = json.loads(path.read_text("utf-8"))
    kept[1]["until"] = "2020-01-01"
    path.write_text(json.dumps([*kept, OLD_KEY]), "utf-8")
    listed = cli("keys", "list").stdout
    for told in (
        "press [/x]",
        "2099-12-31",
        "600/minute",
        "2020-01-01 (expired)",
        "search, export, metrics",
        today(),
    ):
        assert told in listed
    press, desk, old = json.loads(cli("keys", "list", "--json").stdout)["keys"]
    assert (press["scopes"], press["until"], press["rate"]) == (
        ["export"],
        "2099-12-31",
        "600/minute",
    )
    assert [each["expired"] for each in (press, desk, old)] == [False, True, False]
    assert old["scopes"] == ["search", "export", "metrics"]
    assert "digest" not in press
    assert made["key"] not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["add"], 2, "say whose key"),
        (["add", "x", "--until", "31.12.2099"], 2, "YYYY-MM-DD"),
        (["add", "x", "--until", "2020-01-01"], 1, "would never work"),
        (["add", "x", "--rate", "much"], 2, "60/minute"),
        (["add", "x", "--scope", "all"], 2, "search"),
        (["revoke", "x", "--rate", "5/day"], 2, "dateline keys revoke takes none of them"),
        (["list", "x"], 2, "takes no NAME"),
        (["revoke", "x"], 1, "there is no key 'x'"),
    ],
)
def test_a_slip_with_keys_is_one_clear_message(
    cli: Cli, arguments: list[str], code: int, told: str
) -> None:
    """An admin reads what was wrong and what to write, and nothing is made."""
    assert told in cli("keys", *arguments, code=code).stderr
    assert not (cli.folder / "data" / "keys.json").exists()


def test_a_name_like_an_id_does_not_hide_that_key(tmp_path: Path) -> None:
    """Who revokes a key by its id never takes away another one that is called so."""
    keys = ApiKeys(tmp_path)
    first, _ = keys.add("press")
    named, _ = keys.add(first.id)
    assert keys.revoke(first.id) == first
    assert keys.revoke(first.id) == named
