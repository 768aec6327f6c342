"""The command that shows the settings in force."""

from typing import Any

import orjson
from rich.console import Console

from indexer.cli.base import Context, command
from search.settings.all_tables import ALL_SETTINGS
from search.settings.loading import LoadedSettings

__all__ = ["settings"]


@command
def settings(context: Context) -> None:
    """Show each setting's value and origin, as a dateline.toml with comments.

    The origin is default, a file, an environment variable or an option. Secrets are shown as ***.
    """
    loaded = context.loaded
    context.report(
        {"settings": {key: _entry(loaded, key) for key in ALL_SETTINGS}},
        lambda console: _show(console, loaded),
    )


def _entry(loaded: LoadedSettings, key: str) -> dict[str, Any]:
    setting = ALL_SETTINGS[key]
    value = loaded.settings.value_of(setting)
    return {"value": setting.shown(value), "origin": loaded.origin_of(key)}


def _show(console: Console, loaded: LoadedSettings) -> None:
    table = ""
    for key, setting in ALL_SETTINGS.items():
        if setting.table != table:
            table = setting.table
            console.print(f"\n[{table}]", markup=False, emoji=False)
        entry = _entry(loaded, key)
        line = f"{setting.name} = {_toml(entry['value'])}"
        console.print(
            f"{line}  # {entry['origin']}",
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=True,
        )


def _toml(value: Any) -> str:
    """Return a value in TOML's syntax; its basic strings are JSON's."""
    if isinstance(value, dict):
        pairs = (f"{_toml(name)} = {_toml(each)}" for name, each in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    # TOML does not allow the control character DEL in strings, JSON does.
    return orjson.dumps(value).decode().replace("\x7f", "\\u007f")
