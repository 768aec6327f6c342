"""The page of the keyboard shortcuts, where a script switches them off."""

from flask import Blueprint, Response, render_template

from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.theme.site import Site

__all__ = ["create_keys_page"]


def create_keys_page(site: Site) -> Blueprint:
    """Create the route."""
    keys_page = Blueprint("keys", __name__)

    @keys_page.get("/keys")
    def shortcuts() -> Response:
        tag = page_etag("keys", site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        return html_response(render_template("keys.html"), tag)

    return keys_page
