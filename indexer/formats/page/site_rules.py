"""Rules for the pages of publishers: the places of title, authors, body and more, by host."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from indexer.formats.page.declared_metadata import Declared, text_of
from indexer.formats.record.publisher_file import are_texts, publisher_tables
from search.errors import InvalidSettings

__all__ = ["SITE_KEYS", "SiteRule", "SiteRules", "site_rules"]

SITE_KEYS = (
    "title", "deck", "authors", "published", "regions", "themes", "reports", "source", "language",
    "image_credit", "author_note", "copyright", "body", "remove",
)  # fmt: skip
"""Keys of a rule: those of an article, and `remove` for elements that are not part of a body."""

_PLACE = re.compile(
    r"(?P<kind>meta|json-ld|text):(?P<name>.+)|(?P<selector>.+?)(?:@(?P<attribute>[\w:-]+))?",
    re.DOTALL,
)
_BUNDLED = "sites.toml"


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A publisher's places by key; of each list, the first place with a value counts."""

    places: Mapping[str, tuple[str, ...]]

    def texts(self, key: str, tree: HtmlElement, declared: Declared) -> tuple[list[str], str]:
        """Return a rule's values for a key, and their place; nothing if no place has a value."""
        for place in self.places.get(key, ()):
            texts = [text for text in map(_one_line, _values_at(place, tree, declared)) if text]
            if texts:
                return texts, place
        return [], ""

    def elements(self, key: str, tree: HtmlElement) -> list[HtmlElement]:
        """Return the elements that the rule's selectors match, in the page's order."""
        for place in self.places.get(key, ()):
            if texts := _selected(place, tree):
                return texts
        return []


@dataclass(frozen=True, slots=True)
class SiteRules:
    """Rules by host; the one for `example.org` applies to `www.example.org` as well."""

    by_host: Mapping[str, SiteRule]

    def of(self, url: str) -> SiteRule:
        """Return the rule of an address's host; an empty one if there is none."""
        match = re.match(r"https?://(?:[^/@]*@)?([^/:?#]+)", url)
        host = match[1].lower() if match else ""
        while host:
            if host in self.by_host:
                return self.by_host[host]
            host = host.partition(".")[2]
        return SiteRule({})


@cache
def site_rules(own: str) -> SiteRules:
    """Return the bundled rules and an archive's own, which take precedence.

    Raises:
        InvalidSettings: the text is not TOML, or a rule in it is invalid.

    """
    rules = dict(_rules(files("indexer.formats.page").joinpath(_BUNDLED).read_text("utf-8")))
    for host, rule in _rules(own):
        rules[host] = SiteRule({**rules[host].places, **rule.places}) if host in rules else rule
    return SiteRules(rules)


def _rules(text: str) -> Iterator[tuple[str, SiteRule]]:
    for number, site in enumerate(publisher_tables(text, "site"), 1):
        hosts = site.pop("hosts", None)
        if not are_texts(hosts):
            raise InvalidSettings(f'site rule {number} has no hosts; write hosts = ["example.org"]')
        places = {key: _places(key, value, str(hosts[0])) for key, value in site.items()}
        yield from ((host.lower().removeprefix("www."), SiteRule(places)) for host in hosts)


def _places(key: str, value: Any, where: str) -> tuple[str, ...]:
    if key not in SITE_KEYS:
        raise InvalidSettings(
            f"{key} in the site rule for {where} is not a key; the keys are {', '.join(SITE_KEYS)}"
        )
    places = [value] if isinstance(value, str) else value
    if not are_texts(places):
        raise InvalidSettings(
            f"{key} in the site rule for {where} is {value!r}; "
            "it must be a place or a list of places"
        )
    for place in places:
        match = _PLACE.fullmatch(place)
        if match is None or (match["kind"] and key in ("body", "remove")):
            raise InvalidSettings(
                f"{key} in the site rule for {where} is {place!r}; it must be a CSS selector"
            )
        if match["selector"]:
            try:
                _selector(match["selector"])
            except SelectorError as error:
                raise InvalidSettings(
                    f"{key} in the site rule for {where}: {place!r} is not a CSS selector ({error})"
                ) from error
    return tuple(places)


def _selected(selector: str, tree: HtmlElement) -> list[HtmlElement]:
    return cast("list[HtmlElement]", _selector(selector)(tree))


@cache
def _selector(text: str) -> CSSSelector:
    return CSSSelector(text, translator="html")


def _values_at(place: str, tree: HtmlElement, declared: Declared) -> Sequence[str]:
    match = _PLACE.fullmatch(place)
    assert match is not None
    if match["kind"] == "meta":
        return declared.meta.get(match["name"].lower(), [])
    if match["kind"] == "json-ld":
        return _of_json_ld(declared, match["name"])
    if match["kind"] == "text":
        return [match["name"]]
    elements = _selected(match["selector"], tree)
    if match["attribute"]:
        return [str(element.get(match["attribute"]) or "") for element in elements]
    return [" ".join(element.itertext()) for element in elements]


def _of_json_ld(declared: Declared, path: str) -> list[str]:
    values: list[Any] = [declared.article]
    for name in path.split("."):
        values = [
            node.get(name)
            for value in values
            for node in declared.resolved(value)
            if isinstance(node.get(name), (str, list, dict))
        ]
    return [
        text_of(element)
        for value in values
        for element in (value if isinstance(value, list) else [value])
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())
