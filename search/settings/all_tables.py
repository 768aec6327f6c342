"""All settings in one struct: two at the top level, the others in tables.

`search.settings.loading` reads it from `dateline.toml`, the environment and options;
docs/settings.md is generated from it.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from search.settings.archive_tables import Cluster, Import, Index, Ranking
from search.settings.serving_tables import Labels, Limits, Security, Server, Site
from search.settings.table_base import Setting, SettingsTable, declared_settings, is_table

__all__ = ["ALL_SETTINGS", "ATTRIBUTES", "TABLES", "Settings"]


class Settings(SettingsTable, frozen=True, kw_only=True):
    """All settings: two at the top level, the others in tables."""

    data: Annotated[
        str, Meta(description="The folder of the index, and of what servers and commands share.")
    ] = "data"
    engine: Annotated[
        str,
        Meta(
            description="`tantivy`, or the addresses of a cluster's nodes, separated by commas. "
            "See docs/cluster.md."
        ),
    ] = "tantivy"
    site: Site = Site()
    labels: Labels = Labels()
    server: Server = Server()
    security: Security = Security()
    limits: Limits = Limits()
    index: Index = Index()
    import_: Import = msgspec.field(default=Import(), name="import")
    ranking: Ranking = Ranking()
    cluster: Cluster = Cluster()

    def changed(self, **values: Any) -> "Settings":
        """Return a copy with other values; those of a table are a dictionary. None changes nothing.

        Example: `settings.changed(data="other", server={"port": 8080, "host": None})`.

        Raises:
            InvalidSettings: a value has the wrong type or is out of bounds.

        """
        changes: dict[str, Any] = {}
        for name, value in values.items():
            before = getattr(self, name)
            if isinstance(before, SettingsTable):
                given = {key: each for key, each in value.items() if each is not None}
                changes[name] = msgspec.structs.replace(before, **given)
            elif value is not None:
                changes[name] = value
        return msgspec.structs.replace(self, **changes)

    def value_of(self, setting: Setting) -> Any:
        """Return the value of a setting."""
        holder = getattr(self, ATTRIBUTES[setting.table]) if setting.table else self
        return getattr(holder, setting.name)


TABLES: dict[str, type[SettingsTable]] = {
    field.encode_name: field.type
    for field in msgspec.structs.fields(Settings)
    if is_table(field.type)
}
"""The tables by their names in `dateline.toml`."""
ATTRIBUTES = {field.encode_name: field.name for field in msgspec.structs.fields(Settings)}
"""The attribute of each table; only that of `import` has another name, since it is a keyword."""
ALL_SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for table in (Settings, *TABLES.values())
    for setting in declared_settings(table)
}
"""Every setting by its key, such as `site.title`."""
