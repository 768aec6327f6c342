"""Settings of what readers and clients see: the site, its server, access and limits."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from search.logs import LogFormat
from search.settings.areas import OPEN_BY_DEFAULT, Area, read_open
from search.settings.host_names import read_address, read_hosts, read_origins
from search.settings.labels import read_labels
from search.settings.rates import RATE_FORM, RATE_PATTERN
from search.settings.table_base import SettingsTable

__all__ = ["Labels", "Limits", "Security", "Server", "Site"]

Switch = Literal["on", "off"]
Texts = dict[str, str]


class Site(SettingsTable, frozen=True, kw_only=True):
    """The site as readers see it; docs/customising.md."""

    title: Annotated[str, Meta(description="The site's name.")] = "Dateline"
    address: Annotated[
        str,
        Meta(
            description="The beginning of the site's absolute links, such as "
            "`https://news.example`; if the site is mounted under a path, with that path. Without "
            "it they begin with the host that each request names. See docs/proxies.md.",
            extra={"read": read_address},
        ),
    ] = ""
    hosts: Annotated[
        str,
        Meta(
            description="Further host names of the site, separated by blanks and without ports; "
            "`*.news.example` is every name below it. Once this or `address` is set, requests "
            "for other names are answered 400. See docs/proxies.md.",
            extra={"read": read_hosts},
        ),
    ] = ""
    introduction: Annotated[
        str, Meta(description="The text of the home page, in light Markdown.")
    ] = ""
    footer: Annotated[str, Meta(description="The foot of every page, in light Markdown.")] = ""
    logo: Annotated[
        str,
        Meta(description="A picture's file, shown in place of the name. See docs/customising.md."),
    ] = ""
    values: Annotated[
        str,
        Meta(
            description="A file of descriptions, shown on the pages of authors, themes and other "
            "values. See docs/customising.md."
        ),
    ] = ""
    interface: Annotated[
        str, Meta(description="The language of pages: `en`, `de`, or the path of a `.po` file.")
    ] = "en"
    dates: Annotated[
        str,
        Meta(
            description="The language tag that decides how dates are written, such as `en-US`. "
            "Without it dates follow `interface`."
        ),
    ] = ""
    colours: Annotated[
        dict[str, str], Meta(description="Colours of pages, by name. See docs/customising.md.")
    ] = msgspec.field(default_factory=dict)


def _labels(facet: str, example: str) -> Meta:
    return Meta(
        description=f"Values of the facet `{facet}`, each with the name that readers see instead"
        f"{example}. See docs/customising.md.",
        extra={"read": read_labels},
    )


class Labels(SettingsTable, frozen=True, kw_only=True):
    """The names of facet values on pages; docs/customising.md."""

    region: Annotated[Texts, _labels("region", ', such as `usa = "United States"`')] = (
        msgspec.field(default_factory=dict)
    )
    theme: Annotated[Texts, _labels("theme", "")] = msgspec.field(default_factory=dict)
    author: Annotated[Texts, _labels("author", "")] = msgspec.field(default_factory=dict)
    report: Annotated[Texts, _labels("report", "")] = msgspec.field(default_factory=dict)
    source: Annotated[Texts, _labels("source", "")] = msgspec.field(default_factory=dict)
    language: Annotated[Texts, _labels("language", "")] = msgspec.field(default_factory=dict)

    @property
    def by_facet(self) -> dict[str, dict[str, str]]:
        """The labels by the names of facets."""
        tables = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: read_labels(table) for name, table in tables.items() if table}


class Server(SettingsTable, frozen=True, kw_only=True):
    """The processes of `dateline serve`, and what they log."""

    host: Annotated[str, Meta(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int,
        Meta(ge=0, le=65_535, description="The port to listen on; 0 takes any free one."),
    ] = 8000
    workers: Annotated[
        int,
        Meta(
            ge=0,
            le=64,
            description="Worker processes; 0 starts one per core, four at most.",
        ),
    ] = 0
    proxies: Annotated[
        int,
        Meta(
            ge=0,
            le=10,
            description="Trusted proxies in front of the server; that many `X-Forwarded-…` "
            "entries are believed. See docs/proxies.md.",
        ),
    ] = 0
    log_format: Annotated[
        LogFormat,
        Meta(
            description="The format of logs on standard error, of every command; `json` writes "
            "one object per line."
        ),
    ] = "text"
    access_log: Annotated[
        Switch, Meta(description="Log one line per request, without addresses or query texts.")
    ] = "on"
    query_log: Annotated[
        Switch, Meta(description="Count query texts by day for `dateline queries`.")
    ] = "on"


class Security(SettingsTable, frozen=True, kw_only=True):
    """Access of clients without a key, and of other sites' pages."""

    open: Annotated[
        str,
        Meta(
            description="The areas that need no key, separated by blanks; `none` closes all. "
            "See docs/admin.md.",
            extra={"read": read_open},
        ),
    ] = OPEN_BY_DEFAULT
    cors: Annotated[
        str,
        Meta(
            description="Origins of other sites' pages that may call the API, the exports and "
            "the feed, separated by blanks; `*` allows every origin.",
            extra={"read": read_origins},
        ),
    ] = ""

    @property
    def open_areas(self) -> frozenset[Area]:
        """The areas that clients without a key may read."""
        return read_open(self.open)


class Limits(SettingsTable, frozen=True, kw_only=True):
    """Limits of each client, and of each worker."""

    rate_limit: Annotated[
        str,
        Meta(
            pattern=f"^(?:{RATE_PATTERN})?\\Z",
            description="Requests of one address or key in a time, such as `60/minute`; without "
            "it there is no limit. Requests that pages make while a reader types are counted "
            "separately, up to ten times as many.",
            extra={"form": RATE_FORM},
        ),
    ] = ""
    search_ms: Annotated[
        int,
        Meta(
            ge=10,
            le=600_000,
            description="Timeout of a search in milliseconds, including its time in the queue; "
            "afterwards it is answered 503.",
        ),
    ] = 2_000
    searches: Annotated[int, Meta(ge=1, le=64, description="Concurrent searches per worker.")] = 2
    waiting: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000,
            description="Length of a worker's queue of searches; more are answered 503.",
        ),
    ] = 64
    downloads: Annotated[
        int,
        Meta(
            ge=1,
            le=64,
            description="Concurrent exports per worker; more are answered 503, and 429 beyond "
            "two of one address.",
        ),
    ] = 4
