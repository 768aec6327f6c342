"""A reader's choices of theme and density, each kept in a cookie; works without scripts."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from web.middleware.preference_cookies import PREFERENCES, Preference
from web.middleware.site_address import site_address
from web.mount_path import mount_path, mounted

__all__ = ["create_preferences"]

_YEAR_SECONDS = 365 * 24 * 3600


def create_preferences() -> Blueprint:
    """Create the route of the switches that pages have."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences")
    def choose() -> Response:
        response = Response(
            status=303, headers={"Location": _previous_page(), "Cache-Control": "no-store"}
        )
        for preference in PREFERENCES:
            # Pages send the choice in the URL: a request without a body occupies no body reader.
            choice = request.args.get(preference.name, request.form.get(preference.name))
            if choice is not None:
                _keep(response, preference, choice)
        return response

    return preferences


def _keep(response: Response, preference: Preference, choice: str) -> None:
    """Set the cookie of a preference, or delete it for the default."""
    if choice in preference.choices:
        response.set_cookie(
            preference.name,
            choice,
            _YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path=mount_path() or "/",
        )
    else:
        response.delete_cookie(
            preference.name,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path=mount_path() or "/",
        )


def _previous_page() -> str:
    """Return the page of this site that the reader came from.

    Other sites, and other services of this host, are ignored, so that this is not an open redirect.
    """
    home = mounted("/")
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        # The client can send any text as the Referer.
        return home
    # A proxy that keeps the Host to itself connects by a name of the machine.
    hosts = (request.host, urlsplit(site_address()).netloc)
    is_elsewhere = page.netloc not in hosts or not page.path.startswith(home)
    # Browsers take "//" and "/\\" at the beginning of a path for another host.
    if is_elsewhere or page.path[1:2] in ("/", "\\"):
        return home
    return page.path + (f"?{page.query}" if page.query else "")
