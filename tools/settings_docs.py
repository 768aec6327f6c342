"""Writes docs/settings.md from the declarations of settings: `python -m tools.settings_docs`."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from search.settings.all_tables import ALL_SETTINGS, TABLES
from search.settings.old_names import OLD_NAMES, OLD_VARIABLES, OPEN_BY_OLD_ACCESS
from search.settings.table_base import Setting

__all__ = ["PAGE", "settings_page"]

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
_INTRODUCTION = """\
# Settings

<!-- Written by `make settings-docs` from search/settings/; change the declarations there. -->

`dateline settings` shows the settings in force and the origin of each value; `--json` does so for
programs. Of these sources the later one wins:

1. the defaults;
2. `dateline.toml` in the working directory, or the file that `--config FILE` or the variable
   `DATELINE_CONFIG` names;
3. environment variables, `DATELINE_<TABLE>_<KEY>`;
4. options of the command: `--data`, `--engine`, `--log-format`, and of `dateline serve` also
   `--host`, `--port` and `--workers`.

A name that does not exist is refused, and the message names the nearest one. A wrong value is
refused with what it must be. Paths are relative to the working directory. Tables of texts can only
be set in the file. After a change, reload the server (SIGHUP) or restart it; `host`, `port`,
`workers` and `log_format` of `[server]`, and the limits of `[limits]` that size its thread pool,
need a restart.

```toml
data = "/srv/dateline/data"

[site]
title = "The Gull & Tide"
address = "https://news.example"

[site.colours]
accent = "#7a1f1f #ffb4a8"

[security]
open = "pages suggestions"

[limits]
rate_limit = "60/minute"
```
"""
_OLD_NAMES = f"""
## Old names

Before there were tables, every setting was at the top level of `dateline.toml`, and its variable
was `DATELINE_<KEY>`. The old names still work, also in one file with new ones. Each logs a warning
that names the new one. A setting that is given under both names in one source is refused.

`access` was replaced by `[security] open`: `access = "keys"` means
`open = "{OPEN_BY_OLD_ACCESS}"`.

"""


def settings_page() -> str:
    """Return the page: one section per table, and the old names."""
    parts = [_INTRODUCTION]
    for table in ("", *TABLES):
        purpose = "" if not table else f"{_linked(_purpose(table))}\n\n"
        title = f"`[{table}]`" if table else "Top level"
        rows = (_row(each) for each in ALL_SETTINGS.values() if each.table == table)
        header = ("key", "environment", "value", "default", "meaning")
        parts.append(f"\n## {title}\n\n{purpose}{_markdown_table(header, rows)}")
    parts.append(_OLD_NAMES)
    parts.append(_markdown_table(("old key", "old variable", "new key"), _old_rows()))
    return "".join(parts)


def _purpose(table: str) -> str:
    return (TABLES[table].__doc__ or "").partition("\n")[0]


def _row(setting: Setting) -> tuple[str, ...]:
    return (
        f"`{setting.name}`",
        "" if setting.is_mapping else f"`{setting.variable}`" + _secret_file(setting),
        _linked(setting.expected),
        _default(setting),
        _linked(setting.description),
    )


def _secret_file(setting: Setting) -> str:
    return f", or a file that holds it: `{setting.variable}_FILE`" if setting.is_secret else ""


def _default(setting: Setting) -> str:
    if setting.is_mapping or setting.default == "":
        return ""
    return f"`{orjson.dumps(setting.default).decode()}`"


def _linked(text: str) -> str:
    """Turn the names of pages into links, and keep a table's cell in one piece."""
    return re.sub(r"docs/(\w+\.md)", r"[\1](\1)", text).replace("|", "\\|")


def _old_rows() -> Iterator[tuple[str, ...]]:
    variables = {setting.key: name for name, setting in OLD_VARIABLES.items()}
    for name, setting in OLD_NAMES.items():
        old = f"`[{name}]`" if setting.is_mapping else f"`{name}`"
        variable = variables.get(setting.key)
        yield old, f"`{variable}`" if variable else "", f"`{setting.label}`"


def _markdown_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(settings_page(), "utf-8")
