"""Settings for tests, by the names of their keys alone."""

from typing import Any

from search.settings.all_tables import ALL_SETTINGS, ATTRIBUTES, Settings

__all__ = ["settings_of"]

_BY_NAME = {setting.name: setting for setting in ALL_SETTINGS.values()}


def settings_of(**values: Any) -> Settings:
    """Return settings with some values, each in the table that has a key of this name."""
    tables: dict[str, Any] = {}
    for name, value in values.items():
        table = _BY_NAME[name].table
        if table:
            tables.setdefault(ATTRIBUTES[table], {})[name] = value
        else:
            tables[name] = value
    return Settings().changed(**tables)
