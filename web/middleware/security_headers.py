"""Security headers of every response."""

from http import HTTPStatus

from flask import Flask, Response

__all__ = ["register"]

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # For what other sites' pages load without CORS; the API is read by CORS where `cors` allows it.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def register(app: Flask) -> None:
    """Add the headers to every response of an app that does not set them itself."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    # A 304 keeps the headers of the response that the cache has.
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        for name, value in _SECURITY.items():
            response.headers.setdefault(name, value)
    return response
