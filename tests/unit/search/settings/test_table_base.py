"""The declarations of settings: every one is complete, validated and documented."""

import re
from typing import Any

import pytest

from search.errors import InvalidSettings
from search.settings.all_tables import ALL_SETTINGS, Settings
from search.settings.old_names import NEWER_TABLES
from tests.support.settings import settings_of
from tools.settings_docs import PAGE, settings_page


def test_every_setting_has_a_description() -> None:
    """A setting without a meaning cannot be documented."""
    assert [key for key, each in ALL_SETTINGS.items() if not each.description.endswith(".")] == []


def test_the_page_of_settings_is_current() -> None:
    """docs/settings.md is written by `make settings-docs` and agrees with the declarations."""
    assert PAGE.read_text("utf-8") == settings_page()
    for setting in ALL_SETTINGS.values():
        assert setting.is_mapping or f"`{setting.variable}`" in settings_page()


def test_links_of_the_page_lead_to_pages() -> None:
    """A description names only pages that exist."""
    names = re.findall(r"\]\((\w+\.md)\)", settings_page())
    assert [name for name in names if not (PAGE.parent / name).is_file()] == []


def test_names_are_unique_across_tables() -> None:
    """Old names are keys without their table, so that no two tables that have them share one."""
    names = [setting.name for setting in ALL_SETTINGS.values() if setting.table not in NEWER_TABLES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("port", 65_536, "[server] port is 65536; it must be a whole number from 0 to 65,535"),
        ("port", "80", "[server] port is '80'; it must be a whole number"),
        ("workers", True, "[server] workers is True"),
        ("keep", 0, "[index] keep is 0; it must be a whole number, at least 1"),
        ("proxies", 11, "a whole number from 0 to 10"),
        ("log_format", "yaml", "[server] log_format is 'yaml'; it must be text or json"),
        ("meaning", "maybe", "[ranking] meaning is 'maybe'; it must be auto, on or off"),
        ("rate_limit", "60/minutes", "[limits] rate_limit is '60/minutes'; it must be a number"),
        ("rate_limit", "60/minute\n", "such as 60/minute"),
        ("archive", "News", "[cluster] archive is 'News'; it must be a name of small letters"),
        ("golden", {"tug": 1}, "[index.golden] has tug = 1; it must be a table of texts"),
        ("title", 3, "[site] title is 3; it must be text"),
        ("password", 3, "[cluster] password is '***'; it must be text"),
        ("open", "page", "did you mean pages"),
        ("address", "news.example", "https://news.example"),
        ("hosts", "a:80", "not a host name"),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: Any, message: str) -> None:
    """The message names the table, the key, the value and what it must be."""
    with pytest.raises(InvalidSettings, match=re.escape(message)):
        settings_of(**{name: value})


def test_a_change_replaces_values_and_keeps_the_others() -> None:
    """None changes nothing, as an option that was not given."""
    before = settings_of(port=1, host="::1")
    after = before.changed(data="other", server={"port": 2, "host": None})
    assert (after.data, after.server.port, after.server.host) == ("other", 2, "::1")
    assert before.server.port == 1
    assert before.changed(data=None) == before


def test_the_password_is_not_displayed() -> None:
    """Settings end up in logs and tracebacks."""
    assert "secret" not in repr(settings_of(password="secret"))
    assert settings_of(password="secret").cluster.password == "secret"


def test_the_default_of_each_table_is_valid() -> None:
    """Without any source the archive can be served."""
    settings = Settings()
    for setting in ALL_SETTINGS.values():
        assert settings.value_of(setting) == setting.default
