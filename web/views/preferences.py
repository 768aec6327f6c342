"""How a reader wants pages to look, kept in a cookie; works without scripts."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from web.middleware.theme_cookie import THEME_COOKIE, THEMES

__all__ = ["create_preferences"]

_A_YEAR = 365 * 24 * 3600


def create_preferences() -> Blueprint:
    """Make the route that a switch on every page leads to."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences")
    def choose() -> Response:
        # Pages say it in the address: a request without a body waits for nobody.
        chosen = request.args.get("theme", "") or request.form.get("theme", "")
        response = Response(
            status=303, headers={"Location": _came_from(), "Cache-Control": "no-store"}
        )
        if chosen in THEMES:
            response.set_cookie(
                THEME_COOKIE,
                chosen,
                _A_YEAR,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
            )
        else:
            response.delete_cookie(
                THEME_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure
            )
        return response

    return preferences


def _came_from() -> str:
    """Return the page of this site that a reader is on; no other site can be named, so nobody is led away."""
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        # Whoever asks writes what they like there.
        return "/"
    if page.netloc != request.host or not page.path.startswith("/") or page.path.startswith("//"):
        return "/"
    return page.path + (f"?{page.query}" if page.query else "")
