"""Checks and responses of the forms for the reader's list and saved searches."""

from http import HTTPStatus

from flask import Response, abort
from htmx_flask import request

from web.middleware.previous_page import is_from_this_site

__all__ = ["fragment", "redirect_to", "refuse_other_sites"]


def refuse_other_sites() -> None:
    """End a request with 403 if another site's page sent the form."""
    if not is_from_this_site():
        abort(
            Response(
                "A list can only be changed by the pages of its own site.\n",
                HTTPStatus.FORBIDDEN,
                mimetype="text/plain",
            )
        )


def redirect_to(address: str) -> Response:
    """Lead to another page."""
    # htmx would put the page that a redirect leads to into the button's place.
    is_fragment = bool(request.htmx)
    response = Response(status=HTTPStatus.NO_CONTENT if is_fragment else HTTPStatus.SEE_OTHER)
    response.headers["HX-Redirect" if is_fragment else "Location"] = address
    response.headers["Cache-Control"] = "no-store"
    return response


def fragment(response: Response, html: str) -> Response:
    """Make a response change parts of the page that a form is on."""
    response.set_data(html)
    response.headers["Cache-Control"] = "no-store"
    # The button is in a part of the page whose other requests change the address.
    response.headers["HX-Push-Url"] = "false"
    return response
