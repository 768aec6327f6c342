"""Read saved pages: declared metadata, visible text and site rules, into one record."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml.html import HtmlElement, tostring

from indexer.formats.dates.timestamps import iso_timestamp
from indexer.formats.page.authors import byline_in, declared_byline, find_byline
from indexer.formats.page.body import clean_body, extract_body, letters_of
from indexer.formats.page.date import find_published
from indexer.formats.page.declared_metadata import Declared, is_front_page, text_of
from indexer.formats.page.kind import page_kind, wall_kind
from indexer.formats.page.notices import drop_notices
from indexer.formats.page.privacy import check_public
from indexer.formats.page.site_rules import SiteRule, SiteRules, site_rules
from indexer.formats.page.title import find_title, headlines, without_site
from indexer.formats.record.language_tags import language_tag
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.script_language import put_language_by_script
from indexer.formats.text.addresses import unwrap_archived
from indexer.formats.text.encoding import decode_page
from indexer.formats.text.html_to_markdown import html_to_markdown
from indexer.formats.text.html_tree import parse_page
from search.analysis.plain_text import plain_text
from search.errors import InvalidArticle

__all__ = ["extract_record", "read"]

_SAVED_FROM = re.compile(
    r"<!--[^>]{0,80}?(?:saved from url=\(\d+\)|\burl:\s*)(https?://[^\s>]+)", re.IGNORECASE
)
_HEAD = 20_000
_LISTS = ("regions", "themes", "reports")
_LINES = ("source", "image_credit", "author_note", "copyright")
_SHORT_DECK = 12
_MAX_SECTION_LENGTH = 100


class _Page(NamedTuple):
    """A parsed page.

    `encoding` is the assumed one, `place` is where the address was found, and `saved` is the time
    of capture.
    """

    text: str
    encoding: str
    tree: HtmlElement
    declared: Declared
    url: str
    place: str
    saved: str


def read(raw: bytes, context: tuple[bytes, ...], options: FormatOptions) -> ParsedRecord:
    """Read a saved page; `context` may hold the address and time of its capture.

    Raises:
        NoArticle: it is an error page, a listing, a wall before an article, or was not public.
        InvalidArticle: it is empty, or has no date of publication.

    """
    page = _parse(raw, context)
    check_public(page.tree, page.declared)
    if kind := page_kind(page.tree, page.declared):
        raise NoArticle(f"page: {kind}")
    parsed = _extract(page, site_rules(options.sites))
    if not parsed.record.get("body"):
        # A fresh tree, since notices were removed from the first one.
        kind = wall_kind(parse_page(page.text), str(parsed.record.get("title", "")))
        if kind:
            raise NoArticle(f"page: {kind}")
    put_language_by_script(parsed, options.language)
    if not parsed.record.get("published"):
        problem = parsed.problem or "the page declares no date of publication"
        raise InvalidArticle(
            f'{problem}; add a rule for its site, or <meta property="article:published_time">'
        )
    return parsed


def extract_record(raw: bytes, rules: SiteRules, context: tuple[bytes, ...] = ()) -> ParsedRecord:
    """Return the record of a page, even if it is not an article.

    Raises:
        InvalidArticle: the page is empty.

    """
    return _extract(_parse(raw, context), rules)


def _parse(raw: bytes, context: tuple[bytes, ...]) -> _Page:
    text, encoding = decode_page(raw)
    tree = parse_page(text)
    if tree is None:
        raise InvalidArticle("the page is empty")
    declared = Declared(tree)
    address, saved = (
        (value.decode("utf-8", "replace") for value in context) if context else ("", "")
    )
    url, place = declared.url, "canonical address"
    if address and (not url or is_front_page(url)):
        url, place = unwrap_archived(address), "address of the capture"
    if not url and (match := _SAVED_FROM.search(text[:_HEAD])):
        url, place = unwrap_archived(match[1]), "comment of the browser that saved it"
    return _Page(text, encoding, tree, declared, url, place, saved)


def _extract(page: _Page, rules: SiteRules) -> ParsedRecord:
    parsed = ParsedRecord(encoding=page.encoding)
    parsed.put("url", page.url, page.place)
    _put_all(page, rules.of(page.url), parsed)
    return parsed


def _put_all(page: _Page, rule: SiteRule, parsed: ParsedRecord) -> None:
    tree, declared = page.tree, page.declared
    texts, place = rule.texts("title", tree, declared)
    if texts:
        parsed.put("title", without_site(texts[0], tree, declared), place)
    else:
        parsed.put("title", *find_title(tree, declared))
    texts, place = rule.texts("authors", tree, declared)
    byline = declared_byline(texts, place) if texts else find_byline(tree, declared)
    parsed.put("byline", byline.printed, byline.place)
    parsed.put("authors", list(byline.authors), byline.place)
    texts, place = rule.texts("published", tree, declared)
    moment = next(filter(None, map(iso_timestamp, texts)), "")
    if not moment:
        moment, place = find_published(tree, declared, page.saved[: len("2019-03-05")], page.url)
    parsed.put("published", moment, place)
    parsed.problem = "" if moment else place
    for key in _LISTS:
        parsed.put(key, *rule.texts(key, tree, declared))
    if not parsed.record.get("themes"):
        parsed.put("themes", *_sections(declared))
    for key in _LINES:
        texts, place = rule.texts(key, tree, declared)
        parsed.put(key, " ".join(texts), place)
    parsed.put_missing(
        "copyright", text_of(declared.article.get("copyrightNotice")), "JSON-LD copyrightNotice"
    )
    parsed.put("language", *_language(tree, declared, rule))
    _put_text(tree, declared, rule, parsed)


def _put_text(tree: HtmlElement, declared: Declared, rule: SiteRule, parsed: ParsedRecord) -> None:
    """Put body and deck; the deck is the page's description, unless the body repeats it."""
    head_texts = [
        *(str(parsed.record.get(key, "")) for key in ("title", "byline")),
        *headlines(tree, declared),
    ]
    texts, deck_place = rule.texts("deck", tree, declared)
    deck = texts[0] if texts else ""
    for element in rule.elements("remove", tree):
        element.drop_tree()
    drop_notices(tree)
    elements = rule.elements("body", tree)
    if elements:
        body = clean_body(
            "\n\n".join(filter(None, map(_markdown, _outermost(elements)))), head_texts
        )
        place = rule.places["body"][0]
    else:
        body, place = (
            extract_body(tree, str(parsed.record.get("url", "")), *head_texts),
            "trafilatura",
        )
    if not rule.places.get("authors") and (
        in_body := byline_in(body.text, str(parsed.record.get("byline", "")), declared)
    ):
        byline, text = in_body
        parsed.put("byline", byline.printed, byline.place)
        parsed.put("authors", list(byline.authors), byline.place)
        body = body._replace(text=text)
    parsed.put("body", body.text, place)
    if not body.text:
        parsed.put("body", _declared_body(declared), "JSON-LD articleBody")
    parsed.put_missing("image_credit", body.image_credit, "line in the body")
    if not deck:
        deck, deck_place = _deck(declared, body.text, str(parsed.record.get("title", "")))
    parsed.put("deck", deck, deck_place)


def _declared_body(declared: Declared) -> str:
    """Return the text that a page declares for machines and shows to readers by scripts."""
    text = declared.article.get("articleBody")
    lines = (line.strip() for line in text.splitlines()) if isinstance(text, str) else ()
    return "\n\n".join(
        html_to_markdown(line) if "<" in line or "&" in line else line for line in lines if line
    )


def _deck(declared: Declared, body: str, title: str) -> tuple[str, str]:
    """Return the description of a page, unless it was cut off or repeats the body's beginning."""
    start = letters_of(plain_text(body[:3000]))
    for text, place in (
        (text_of(declared.article.get("description")), "JSON-LD description"),
        (declared.first("og:description"), "og:description"),
        (declared.first("description", "dc.description"), "meta description"),
    ):
        if (
            len(text) > _SHORT_DECK
            and not text.endswith(("…", "..."))
            and letters_of(text) not in (start, letters_of(title))
        ):
            return ("", "") if letters_of(text) in start else (text, place)
    return "", ""


def _sections(declared: Declared) -> tuple[list[str], str]:
    """Return the sections of an article."""
    declared_sections = declared.article.get("articleSection")
    sections = [
        text_of(section)
        for section in (
            declared_sections if isinstance(declared_sections, list) else [declared_sections]
        )
    ]
    if any(sections):
        return _distinct(sections), "JSON-LD articleSection"
    return _distinct(declared.meta.get("article:section", [])), "article:section"


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(
        dict.fromkeys(
            text
            for text in texts
            if 0 < len(text) <= _MAX_SECTION_LENGTH and not text.startswith("http")
        )
    )


def _language(tree: HtmlElement, declared: Declared, rule: SiteRule) -> tuple[str, str]:
    texts, place = rule.texts("language", tree, declared)
    for text, where in (
        *((text, place) for text in texts),
        (
            str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""),
            "html lang",
        ),
        (text_of(declared.article.get("inLanguage")), "JSON-LD inLanguage"),
        (
            declared.first("og:locale", "content-language", "dc.language", "language"),
            "meta language",
        ),
    ):
        if tag := language_tag(text):
            return tag, where
    return "", ""


def _markdown(element: HtmlElement) -> str:
    # Parsed again, so that the element itself counts as a block.
    return html_to_markdown(tostring(element, encoding="unicode", with_tail=False))


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    """Drop elements inside another chosen one, so that no text is read twice."""
    chosen = set(elements)
    return [
        element
        for element in elements
        if not any(above in chosen for above in element.iterancestors())
    ]
