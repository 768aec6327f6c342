"""The page of the keyboard shortcuts names what the scripts do."""

import re
from html import unescape

from tests.conftest import ROOT, Server

SCRIPTS = ROOT / "web" / "static" / "js"
SHOWN = {" ": "Space", "Escape": "Esc", "ArrowDown": "↓", "ArrowUp": "↑"}
"""Names of keys for readers, where a script has others."""


def _single_keys() -> set[str]:
    """Return the keys that the script has an action for, as a table of keys and functions."""
    table = re.search(r"const keys = \{(.*?)\n\};", (SCRIPTS / "keys.js").read_text(), re.DOTALL)
    assert table
    return {key.strip('"') for key in re.findall(r'^  ("."|\w): \(\) =>', table[1], re.MULTILINE)}


def _other_keys() -> set[str]:
    """Return the keys that an event is compared with, or that are looked up in a small table."""
    names: set[str] = set()
    for script in SCRIPTS.glob("*.js"):
        text = script.read_text()
        names |= set(re.findall(r'event\.key === "([^"]+)"', text))
        for table in re.findall(r"\{([^{}]+)\}\[event\.key\]", text):
            names |= {quoted or plain for quoted, plain in re.findall(r'(?:"(.)"|(\w+)):', table)}
    return names


def test_the_page_lists_every_key(sample_server: Server) -> None:
    """A key that nobody knows of is of no use, and may surprise who hits it by accident."""
    page = sample_server.get("/keys").text
    names = {
        name for text in re.findall(r"<kbd>(.*?)</kbd>", page) for name in unescape(text).split()
    }
    assert _single_keys() >= {"/", "j", "?"}
    assert _single_keys() <= names
    assert _other_keys() >= {" ", "Delete", "-", "Escape", "ArrowDown", "Enter"}
    rest = {SHOWN.get(key, key) for key in _other_keys() - {"Enter", "-"}}
    assert rest <= names
    for words in ("Enter chooses one", "the minus sign does the same"):
        assert words in page
