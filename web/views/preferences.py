"""A reader's choices of theme and density, each kept in a cookie; works without scripts."""

from flask import Blueprint, Response, request

from web.middleware.preference_cookies import PREFERENCES, Preference
from web.middleware.previous_page import previous_page
from web.mount_path import mount_path

__all__ = ["create_preferences"]

_YEAR_SECONDS = 365 * 24 * 3600


def create_preferences() -> Blueprint:
    """Create the route of the switches that pages have."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences")
    def choose() -> Response:
        response = Response(
            status=303, headers={"Location": previous_page(), "Cache-Control": "no-store"}
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
