"""The page that a reader came from, to which a form without a page of its own leads back."""

from urllib.parse import urlsplit

from flask import request

from web.middleware.site_address import site_address
from web.mount_path import mounted

__all__ = ["is_own_host", "previous_page"]


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
    is_elsewhere = not is_own_host(page.netloc) or not page.path.startswith(home)
    # Browsers take "//" and "/\\" at the beginning of a path for another host.
    if is_elsewhere or page.path[1:2] in ("/", "\\"):
        return home
    return page.path + (f"?{page.query}" if page.query else "")


def is_own_host(host: str) -> bool:
    """Return whether a host with its port is this site's."""
    # A proxy that keeps the Host to itself connects by a name of the machine.
    return host in (request.host, urlsplit(site_address()).netloc)
