"""Posts of WordPress' REST API, as `/wp-json/wp/v2/posts?_embed` returns them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from indexer.formats.dates.timestamps import with_offset
from indexer.formats.feeds.ids import id_of_item, scope_of
from indexer.formats.feeds.people import person_in, put_people
from indexer.formats.record.categories import Category, put_categories
from indexer.formats.record.language_tags import put_language, put_term_language
from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle, ParsedRecord
from indexer.formats.record.privacy import check_post, check_record, with_withdrawal
from indexer.formats.record.protected_posts import check_text, check_title
from indexer.formats.record.script_language import put_language_by_script
from indexer.formats.text.addresses import is_address, unwrap_archived
from indexer.formats.text.html_to_markdown import html_to_line
from indexer.formats.wordpress.export import put_mapped
from indexer.formats.wordpress.post_text import body_of_post

__all__ = ["is_post", "read_post"]

_HOST = re.compile(r"^https?://[^/]*/?")
_COMMENT_KEYS = frozenset(["author_name", "post"])
_NO_YEAR = "0000-"
_OWN_FIELDS = frozenset(["status", "type", "title", "content", "excerpt", "guid", "password"])


def is_post(record: Mapping[str, Any]) -> bool:
    """Return whether a record is an object of WordPress' REST API."""
    return any(
        isinstance(value := record.get(key), dict) and "rendered" in value
        for key in ("title", "content")
    )


def read_post(post: Mapping[str, Any], options: FormatOptions) -> ParsedRecord:
    """Read a post of the REST API.

    Raises:
        NoArticle: the post is a draft, protected by a password, or of another type.

    """
    url = str(post.get("link") or "")
    home = _HOST.match(url)
    base = home[0] if home else ""
    guid = id_of_item(_rendered(post, "guid"), scope_of(base))
    try:
        _check(post, options)
    except NoArticle as other:
        raise with_withdrawal(other, guid) from other
    parsed = ParsedRecord()
    parsed.put("id", guid, "guid.rendered")
    parsed.put("url", unwrap_archived(url) if is_address(url) else "", "link")
    parsed.put("title", html_to_line(_rendered(post, "title")), "title.rendered")
    parsed.put("published", *_moment(post))
    embedded = post.get("_embedded")
    embedded = embedded if isinstance(embedded, dict) else {}
    terms = list(_terms(embedded))
    put_people(parsed, *_authors(post, embedded, terms))
    categories = [_category(term) for term in terms if term.get("taxonomy") != "author"]
    put_categories(parsed, categories, options.categories)
    for key in ("lang", "language", "locale"):
        if isinstance(value := post.get(key), str) and "language" not in parsed.record:
            put_language(parsed, value, key)
    languages = (term for term in terms if term.get("taxonomy") == "language")
    put_term_language(
        parsed, ((str(term.get("slug") or ""), str(term["name"])) for term in languages)
    )
    meta = post.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    notes = meta.get("footnotes")
    parsed.put("deck", html_to_line(_rendered(post, "excerpt")), "excerpt.rendered")
    body = body_of_post(_rendered(post, "content"), base, notes if isinstance(notes, str) else "")
    parsed.put("body", body, "content.rendered")
    put_mapped(parsed, meta, options.keys)
    put_language_by_script(parsed, options.language)
    return parsed


def _check(post: Mapping[str, Any], options: FormatOptions) -> None:
    if post.keys() >= _COMMENT_KEYS and "title" not in post:
        raise NoArticle("comment")
    parts = [
        part for key in ("content", "excerpt", "title") if isinstance(part := post.get(key), dict)
    ]
    protected = any(part.get("protected") for part in parts)
    password = str(
        post.get("password") or post.get("post_password") or ("protected" if protected else "")
    )
    check_post(
        str(post.get("type") or "post"), str(post.get("status") or "publish"), password, options
    )
    check_text(_rendered(post, "content"))
    if not post.get("status"):
        check_title(_rendered(post, "title"), _rendered(post, "guid"))
    check_record({key: value for key, value in post.items() if key not in _OWN_FIELDS}, options)


def _moment(post: Mapping[str, Any]) -> tuple[str, str]:
    """Return the time of publication; one that cannot be read is kept, for the reject."""
    local, utc = (str(post.get(key) or "") for key in ("date", "date_gmt"))
    if local and not local.startswith(_NO_YEAR):
        return with_offset(local, utc) or local, "date"
    return (
        (with_offset(utc, utc) or utc, "date_gmt") if not utc.startswith(_NO_YEAR) else ("", "date")
    )


def _terms(embedded: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    groups = embedded.get("wp:term")
    for group in groups if isinstance(groups, list) else []:
        for term in group if isinstance(group, list) else []:
            if isinstance(term, dict) and term.get("name"):
                yield term


def _category(term: Mapping[str, Any]) -> Category:
    # The parents are not embedded, but the term's address names them: …/category/region/europe/.
    slug = str(term.get("slug") or "")
    path = [part for part in _HOST.sub("", str(term.get("link") or "")).split("/") if part]
    above = path[1:-1] if path and path[-1] == slug else []
    return Category(
        html_to_line(str(term["name"])),
        str(term.get("taxonomy") or "category").lower(),
        above[::-1],
    )


def _authors(
    post: Mapping[str, Any], embedded: Mapping[str, Any], terms: list[Mapping[str, Any]]
) -> tuple[list[str], str]:
    """Return the authors' names.

    Those of a plug-in for several authors come before the embedded user.
    """
    people = embedded.get("author")
    users = [user for user in people if isinstance(user, dict)] if isinstance(people, list) else []
    names = [str(user["name"]) for user in users if user.get("name")]
    place = "_embedded.author"
    co_authors = post.get("authors") or post.get("coauthors")
    entries = (
        [entry for entry in co_authors if isinstance(entry, dict)]
        if isinstance(co_authors, list)
        else []
    )
    display_names = [
        str(name) for entry in entries if (name := entry.get("display_name") or entry.get("name"))
    ]
    by_slug = {str(user.get("slug") or ""): str(user.get("name") or "") for user in users}
    of_terms = [
        by_slug.get(str(term.get("slug") or "").removeprefix("cap-")) or str(term["name"])
        for term in terms
        if term.get("taxonomy") == "author"
    ]
    # The name of such a term is often only a login.
    term_names = [name for name in of_terms if " " in name or name in names]
    if display_names:
        names, place = display_names, "authors"
    elif len(term_names) > len(names):
        names, place = term_names, "_embedded.wp:term author"
    return [name for name in map(person_in, names) if name], place


def _rendered(post: Mapping[str, Any], key: str) -> str:
    value = post.get(key)
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("raw")
    return value if isinstance(value, str) else ""
