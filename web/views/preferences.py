"""A reader's choice of a light or dark theme, kept in a cookie; works without scripts."""

from flask import Blueprint, Response, request

from web.middleware.theme_cookie import THEME_COOKIE, THEMES
from web.mount_path import mount_path
from web.views.previous_page import previous_page

__all__ = ["create_preferences"]

_YEAR_SECONDS = 365 * 24 * 3600


def create_preferences() -> Blueprint:
    """Create the route of the switch that every page has."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences")
    def choose() -> Response:
        # Pages send the theme in the URL: a request without a body occupies no body reader.
        theme = request.args.get("theme", "") or request.form.get("theme", "")
        response = Response(
            status=303, headers={"Location": previous_page(), "Cache-Control": "no-store"}
        )
        if theme in THEMES:
            response.set_cookie(
                THEME_COOKIE,
                theme,
                _YEAR_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
                path=mount_path() or "/",
            )
        else:
            response.delete_cookie(
                THEME_COOKIE,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
                path=mount_path() or "/",
            )
        return response

    return preferences
