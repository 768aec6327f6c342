"""Metadata that a page declares: JSON-LD, Open Graph and other `<meta>`, microdata, links.

The vocabularies are schema.org, ogp.me, Dublin Core and the names that large publishers use.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import unescape
from itertools import islice
from typing import Any

import orjson
from lxml.html import HtmlElement

from indexer.formats.text.addresses import is_address, unwrap_archived
from search.analysis.folding import fold

__all__ = ["Declared", "is_front_page", "letters_of_name", "text_of"]

_ARTICLE = re.compile(
    r"(?:^|[/:])(?:\w*Article|\w*BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Review"
    r"|Recipe|Message)$"
)
_PAGE = re.compile(r"(?:^|[/:])(?:WebPage|ItemPage|CreativeWork)$")
_JSON_LD = re.compile(r"application/ld\+json", re.IGNORECASE)
_JSON_COMMENTS = re.compile(
    r"^\s*(?:<!--[^{\[]*?-->|<!--|//.*|/\*.*?\*/|<!\[CDATA\[)|(?:-->|/\*.*?\*/|\]\]>)\s*;?\s*$",
    re.DOTALL,
)
_CONTROLS_IN_JSON = re.compile(r"[\x00-\x1f]+")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MAX_NODES = 10_000
_SITE_META = (
    "og:site_name", "application-name", "al:ios:app_name", "al:android:app_name",
    "apple-mobile-web-app-title", "twitter:site", "twitter:app:name:iphone", "publisher",
    "dc.publisher", "cre", "source",
)  # fmt: skip
_LOGO = re.compile(
    r"(?:^|[\s_-])(?:logo|brand|masthead|site-?(?:title|name|logo|branding))(?=$|[\s_-])",
    re.IGNORECASE,
)
_MAX_LOGOS = 30
_NOT_OF_NAMES = re.compile(r"\W|_|\.(?:com|org|net|de|fr|co\.uk|uk)$")
_FRONT_PAGE = re.compile(r"https?://[^/?#]+/?")


class Declared:
    """A page's declared metadata.

    `meta` maps a name or property, in lower case, to its contents in the page's order.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self.meta: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            name = element.get("property") or element.get("name") or ""
            content = " ".join(unescape(element.get("content") or "").split())
            if name and content:
                self.meta.setdefault(name.strip().lower(), []).append(content)
        self._nodes = list(_json_ld(tree))
        self._by_id = {
            node["@id"]: node
            for node in self._nodes
            if isinstance(node.get("@id"), str) and len(node) > 1
        }
        self._articles = [node for node in self._nodes if _is_article(node)]
        self.article = self._main_article()

    def first(self, *names: str) -> str:
        """Return the first content of the first of these names that the page has."""
        return next((self.meta[name][0] for name in names if name in self.meta), "")

    @property
    def articles(self) -> int:
        """Number of articles that the page declares in JSON-LD."""
        return len(self._articles)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Types that the page declares in JSON-LD, in lower case."""
        return frozenset(
            kind.rpartition("/")[2].lower()
            for node in self._nodes
            for kind in _kinds(node)
            if isinstance(kind, str)
        )

    @cached_property
    def url(self) -> str:
        """The page's own address: canonical, Open Graph's or JSON-LD's.

        The address of a front page is used only if there is no other.
        """
        canonical = [
            str(link.get("href") or "") for link in self._tree.xpath("//link[@rel='canonical']")
        ]
        addresses = [
            unwrap_archived(address.strip())
            for address in (*canonical, self.first("og:url"), text_of(self.article.get("url")))
        ]
        objects = [address for address in addresses if is_address(address)]
        return next(
            (address for address in objects if not is_front_page(address)),
            objects[0] if objects else "",
        )

    @property
    def site(self) -> str:
        """The site's name."""
        publisher = self.resolved(self.article.get("publisher"))
        named = [text_of(node.get("name")) for node in publisher]
        return self.first("og:site_name", "application-name", "al:ios:app_name") or next(
            filter(None, named), ""
        )

    @cached_property
    def site_names(self) -> frozenset[str]:
        """The names of the site and its host, in the form of `letters_of_name`."""
        publishers = [
            text_of(node.get("name")) for node in self.resolved(self.article.get("publisher"))
        ]
        meta = [self.first(name) for name in _SITE_META]
        host = re.sub(r"^https?://(?:www\.)?|[/:?#].*$", "", self.url)
        names = [*publishers, *meta, host, host.rpartition(".")[0], *_names_of_logos(self._tree)]
        return frozenset(letters_of_name(name) for name in names) - {""}

    @cached_property
    def owner(self) -> str:
        """The letters of the declared copyright line."""
        return letters_of_name(self.first("copyright", "dc.rights", "dcterms.rights"))

    def resolved(self, value: Any) -> list[Mapping[str, Any]]:
        """Return the objects of a JSON-LD value, with references by `@id` resolved.

        A text becomes an object with that name.
        """
        objects: list[Mapping[str, Any]] = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                objects.append(self._by_id.get(item) or {"name": item})
            elif isinstance(item, dict):
                known = (
                    self._by_id.get(item.get("@id", ""))
                    if isinstance(item.get("@id"), str)
                    else None
                )
                objects.append({**known, **item} if known else item)
        return objects

    def microdata(self, *properties: str) -> Iterator[HtmlElement]:
        """Yield elements of microdata that describe the page's first article."""
        first: HtmlElement | None = None
        for name in properties:
            for element in self._tree.xpath(
                f"//*[contains(concat(' ', @itemprop, ' '), ' {name} ')]"
            ):
                scope = next(
                    (place for place in element.iterancestors() if "itemscope" in place.attrib),
                    None,
                )
                if scope is not None and not _ARTICLE.search(str(scope.get("itemtype") or "")):
                    continue
                first = scope if first is None else first
                if scope is first:
                    yield element

    @property
    def page_published(self) -> str:
        """The date of publication that JSON-LD declares for the page, not for an article."""
        pages = [node for node in self._nodes if _is_of(_PAGE, node)]
        return next(filter(None, (text_of(node.get("datePublished")) for node in pages)), "")

    def _main_article(self) -> Mapping[str, Any]:
        """Choose this page's article among those that JSON-LD declares."""
        articles = self._articles
        if not articles:
            return {}
        titles = {
            _folded(title)
            for name in ("og:title", "twitter:title")
            for title in self.meta.get(name, [])
        }
        titles |= {_folded("".join(heading.itertext())) for heading in self._tree.iter("h1")}
        titled = [node for node in articles if _folded(text_of(node.get("headline"))) in titles]
        return max(titled or articles[:1], key=len)


def is_front_page(url: str) -> bool:
    """Return whether an address is that of a site, not of a page in it."""
    return _FRONT_PAGE.fullmatch(url) is not None


def letters_of_name(name: str) -> str:
    """Return the letters of a site's name without "the" and the end of a host."""
    return _NOT_OF_NAMES.sub("", fold(name)).removeprefix("the")


def _names_of_logos(tree: HtmlElement) -> Iterator[str]:
    """Yield headings that are a site's logo, by their link to the front page or their class."""
    for heading in islice(tree.iter("h1"), _MAX_LOGOS):
        links = [
            element
            for element in (heading, heading.getparent(), *heading.iter("a"))
            if element is not None and element.tag == "a"
        ]
        home = any(
            link.get("href") in ("/", "./", "index.html", "/index.html")
            or is_front_page(link.get("href") or "")
            for link in links
        )
        named = (
            f"{element.get('class') or ''} {element.get('id') or ''}"
            for element in (heading, heading.getparent())
            if element is not None
        )
        if home or any(map(_LOGO.search, named)):
            yield " ".join(" ".join(heading.itertext()).split())


def text_of(value: Any) -> str:
    """Return the first text of a JSON-LD value, with entities decoded."""
    if isinstance(value, list):
        value = next(iter(value), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    # Entities are often escaped twice.
    return " ".join(unescape(unescape(value)).split()) if isinstance(value, str) else ""


def _folded(text: str) -> str:
    return " ".join(unescape(text).split()).casefold()


def _is_article(node: Mapping[str, Any]) -> bool:
    return _is_of(_ARTICLE, node)


def _is_of(page_kind: re.Pattern[str], node: Mapping[str, Any]) -> bool:
    return any(isinstance(kind, str) and page_kind.search(kind) for kind in _kinds(node))


def _kinds(node: Mapping[str, Any]) -> list[Any]:
    kinds = node.get("@type")
    return kinds if isinstance(kinds, list) else [kinds]


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield every object of JSON-LD scripts, outer ones first; invalid scripts are ignored."""
    left = _MAX_NODES
    for script in tree.iter("script"):
        if not _JSON_LD.search(script.get("type") or ""):
            continue
        queue: list[Any] = [_lenient_json(script.text or "")]
        while queue and left:
            node = queue.pop(0)
            left -= 1
            if isinstance(node, list):
                queue[:0] = node
            elif isinstance(node, dict):
                yield node
                queue += [
                    node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node
                ]


def _lenient_json(text: str) -> Any:
    """Parse JSON with common mistakes: line feeds in texts, comments, trailing commas."""
    attempts: Sequence[str] = (text, _CONTROLS_IN_JSON.sub(" ", _JSON_COMMENTS.sub("", text)))
    for attempt in (*attempts, _TRAILING_COMMA.sub(r"\1", attempts[-1])):
        try:
            return orjson.loads(attempt)
        except orjson.JSONDecodeError:
            continue
    return None
