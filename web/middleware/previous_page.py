"""The origin of a request: the page that a form leads back to, and whether it is of this site.

Browsers say so in headers. Programs send none of them, and have no cookies that another site could
misuse.
"""

from urllib.parse import urlsplit

from flask import request

from web.middleware.site_address import site_address
from web.mount_path import mounted

__all__ = ["is_follow_up", "is_from_this_site", "previous_page"]

_FETCH_SITE = "Sec-Fetch-Site"
_SAME_ORIGIN = "same-origin"
_TRUSTED_SITES = (_SAME_ORIGIN, "none")
"""Values of Sec-Fetch-Site of forms of this site, and of requests that no page made."""


def previous_page() -> str:
    """Return the page of this site that the reader came from.

    Other sites, and other services of this host, are ignored, so that this is not an open redirect.
    """
    home = mounted("/")
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        # The client can send any text as the Referer.
        return home
    is_elsewhere = not _is_own_host(page.netloc) or not page.path.startswith(home)
    # Browsers take "//" and "/\\" at the beginning of a path for another host.
    if is_elsewhere or page.path[1:2] in ("/", "\\"):
        return home
    return page.path + (f"?{page.query}" if page.query else "")


def is_from_this_site() -> bool:
    """Return whether a page of this site sent a form."""
    site = request.headers.get(_FETCH_SITE)
    if site is not None:
        return site in _TRUSTED_SITES
    origin = request.headers.get("Origin")
    return origin is None or _is_own_address(origin)


def is_follow_up() -> bool:
    """Return whether a page of this site led to the requested page.

    What its address says has happened is only believed then: anybody can make a link.
    """
    site = request.headers.get(_FETCH_SITE)
    return _is_own_address(request.referrer or "") if site is None else site == _SAME_ORIGIN


def _is_own_address(address: str) -> bool:
    try:
        return _is_own_host(urlsplit(address).netloc)
    except ValueError:
        # The client can send any text.
        return False


def _is_own_host(host: str) -> bool:
    """Return whether a host with its port is this site's."""
    # A proxy that keeps the Host to itself connects by a name of the machine.
    return host in (request.host, urlsplit(site_address()).netloc)
