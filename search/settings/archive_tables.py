"""Settings of the archive itself: its index, its import, its ranking and its cluster."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from search.settings.table_base import SettingsTable, declared_settings

__all__ = ["Cluster", "Import", "Index", "Ranking"]

Mode = Literal["auto", "on", "off"]
Texts = dict[str, str]


class Index(SettingsTable, frozen=True, kw_only=True):
    """The index: its language, its generations, and the checks of a new one."""

    language: Annotated[
        str, Meta(description="The language of articles that do not declare one.")
    ] = "en"
    keep: Annotated[
        int, Meta(ge=1, description="Generations that stay on disk, including the live one.")
    ] = 2
    golden: Annotated[
        Texts,
        Meta(
            description="Queries, each with the id of the article that must be among its first "
            "ten hits; a new index that fails one is not made live."
        ),
    ] = msgspec.field(default_factory=dict)


class Import(SettingsTable, frozen=True, kw_only=True):
    """Reading of files; docs/importing.md."""

    sites: Annotated[
        str,
        Meta(
            description="A file of rules for publishers' pages and reprints. See docs/importing.md."
        ),
    ] = ""
    keys: Annotated[
        Texts,
        Meta(
            description="Foreign keys of JSON records and fields of WordPress, each with the key "
            "of an article that it fills. See docs/importing.md."
        ),
    ] = msgspec.field(default_factory=dict)
    categories: Annotated[
        Texts,
        Meta(
            description="Names of categories and taxonomies, each with the facet that it fills. "
            "See docs/importing.md."
        ),
    ] = msgspec.field(default_factory=dict)
    wordpress: Annotated[
        Texts,
        Meta(
            description="`types` and `statuses` of the WordPress posts that are read, separated "
            "by commas; `post` and `publish` by default. See docs/importing.md."
        ),
    ] = msgspec.field(default_factory=dict)


class Ranking(SettingsTable, frozen=True, kw_only=True):
    """The order of hits, and synonyms; docs/ranking.md."""

    synonyms: Annotated[
        str,
        Meta(
            description="A file of synonyms (`UK = United Kingdom`, one way `Persia => Iran`, "
            "`#` begins a comment); `default` is the bundled list, `none` is an empty one."
        ),
    ] = "default"
    meaning: Annotated[
        Mode,
        Meta(
            description="Compare the meaning of texts in addition to their words; `auto` does so "
            "where the extra `meaning` is installed. See docs/ranking.md."
        ),
    ] = "auto"
    recency_days: Annotated[
        int,
        Meta(
            ge=0,
            description="Prefer newer articles among equals: an article this many days older "
            "than the newest one gains half as much; 0 is off. See docs/ranking.md.",
        ),
    ] = 0
    pins: Annotated[
        Texts,
        Meta(
            description="Queries, each with the id of the article that comes first. "
            "See docs/ranking.md."
        ),
    ] = msgspec.field(default_factory=dict)
    boosts: Annotated[
        Texts,
        Meta(
            description="Values of facets, as `facet:value`, each with the points that it adds. "
            "See docs/ranking.md."
        ),
    ] = msgspec.field(default_factory=dict)


class Cluster(SettingsTable, frozen=True, kw_only=True):
    """The archive in an OpenSearch cluster; read only where `engine` is a cluster's addresses."""

    archive: Annotated[
        str,
        Meta(
            pattern=r"^[a-z][a-z0-9_-]{0,63}\Z",
            description="The beginning of the names of the archive's indexes; one cluster may "
            "hold several archives.",
            extra={
                "form": "a name of small letters, digits, - and _, beginning with a letter, "
                "64 characters at most"
            },
        ),
    ] = "dateline"
    shards: Annotated[
        int, Meta(ge=1, le=1_024, description="Shards of an index, from the next rebuild on.")
    ] = 3
    replicas: Annotated[
        int,
        Meta(ge=0, le=9, description="Further copies of each shard, as far as the nodes allow."),
    ] = 1
    snapshots: Annotated[
        str, Meta(description="The snapshot repository of backups. See docs/cluster.md.")
    ] = ""
    user: Annotated[str, Meta(description="The user that Dateline logs in as.")] = ""
    password: Annotated[
        str,
        Meta(
            description="The user's password; best in the environment alone.",
            extra={"secret": True},
        ),
    ] = ""
    ca: Annotated[
        str,
        Meta(
            description="A file of CA certificates, where an authority of your own signed the "
            "cluster's."
        ),
    ] = ""

    def __repr__(self) -> str:
        """Leave out the password, because values end up in logs and tracebacks."""
        shown = (
            f"{each.name}={each.shown(getattr(self, each.name))!r}"
            for each in declared_settings(type(self))
        )
        return f"Cluster({', '.join(shown)})"
