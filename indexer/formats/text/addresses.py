"""Web addresses as sources write them: relative ones are joined, those of web archives give way to the archived page's own."""

import re
from urllib.parse import unquote, urljoin

__all__ = ["is_address", "joined", "unwrapped"]

_ADDRESS = re.compile(
    r"https?://(?:[^\s/?#<>\"\[\]]+|\[[\da-f:.]+\](?::\d+)?)(?:[/?#][^\s<>\"]*)?", re.IGNORECASE
)
# A memento's address: the archive, a folder or two, the time it was saved, perhaps with flags, and the page's own address.
_MEMENTO = re.compile(
    r"(?:(?:https?:)?//(?P<host>[^/?#]+))?/(?:[\w.:-]+/){0,3}?"
    r"(?P<time>\d{1,14}\*?|\*)(?:[a-z]{2}_)*/(?P<page>(?:https?(?::|%3A))?.+)",
    re.IGNORECASE | re.DOTALL,
)
_INTERNET_ARCHIVE = re.compile(r"(?:[\w-]+\.)*archive\.org(?::\d+)?", re.IGNORECASE)
_SCHEME = re.compile(r"(https?):/*", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]|$)", re.IGNORECASE)
_DEFAULT_PORT = re.compile(r"^(?:(http://[^/?#:]+):80|(https://[^/?#:]+):443)(?=[/?#]|$)")
_MIN_TIME = 8
"""Digits of the time in an address of an archive that is not known by its host."""
_MAX_NESTED = 5


def is_address(text: str) -> bool:
    """Whether a text is an absolute http or https address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def joined(base: str, link: str) -> str:
    """Join a relative link with the address it is relative to; a link that cannot be joined stays as it is."""
    link = link.strip()
    if not base or not link or is_address(link):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def unwrapped(url: str) -> str:
    """Return the own address of a page that a web archive shows under one of its own; other addresses stay as they are."""
    for _ in range(_MAX_NESTED):
        page = _archived_page(url)
        if not page:
            break
        url = page
    return url


def _archived_page(url: str) -> str:
    if "/" not in url[1:]:
        return ""
    match = _MEMENTO.fullmatch(url.strip())
    if match is None:
        return ""
    page = unquote(match["page"]) if "%3a" in match["page"][:9].lower() else match["page"]
    host = match["host"] or ""
    of_internet_archive = not host or _INTERNET_ARCHIVE.fullmatch(host) is not None
    if not of_internet_archive and len(match["time"].rstrip("*")) < _MIN_TIME:
        return ""
    if scheme := _SCHEME.match(page):
        # Servers squeeze the two slashes of an address within an address.
        page = f"{scheme[1].lower()}://{page[scheme.end() :]}"
    elif host and of_internet_archive and _BARE_HOST.match(page):
        page = f"http://{page}"
    if not is_address(page):
        return ""
    return _DEFAULT_PORT.sub(lambda port: port[1] or port[2], page)
