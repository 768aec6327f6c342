"""Web addresses in sources: relative ones are joined, those of web archives are unwrapped."""

import re
from urllib.parse import unquote, urljoin

__all__ = ["is_address", "join_address", "unwrap_archived"]

_ADDRESS = re.compile(
    r"https?://(?:[^\s/?#<>\"\[\]]+|\[[\da-f:.]+\](?::\d+)?)(?:[/?#][^\s<>\"]*)?", re.IGNORECASE
)
# An address in a web archive: host, up to three folders, time of capture, perhaps flags, and the
# page's own address.
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
"""Minimum digits of the time in an address of an archive whose host is unknown."""
_MAX_NESTED = 5


def is_address(text: str) -> bool:
    """Return whether a text is an absolute http or https address."""
    return _ADDRESS.fullmatch(text) is not None


def join_address(base: str, link: str) -> str:
    """Join a relative link with its base; a link that cannot be joined stays as it is."""
    link = link.strip()
    if not base or not link or is_address(link):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def unwrap_archived(url: str) -> str:
    """Return a page's own address if a web archive's address wraps it.

    Other addresses are returned as they are.
    """
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
        # Servers merge the two slashes of an address within an address.
        page = f"{scheme[1].lower()}://{page[scheme.end() :]}"
    elif host and of_internet_archive and _BARE_HOST.match(page):
        page = f"http://{page}"
    if not is_address(page):
        return ""
    return _DEFAULT_PORT.sub(lambda port: port[1] or port[2], page)
