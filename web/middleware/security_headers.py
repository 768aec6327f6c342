"""Security headers of every response."""

from http import HTTPStatus

from flask import Flask, Response

__all__ = ["register"]

_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Applies to requests without CORS; the setting `cors` opens the API to other origins.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def register(app: Flask) -> None:
    """Add the headers to every response that does not set them itself."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    # A 304 keeps the headers of the response in the cache.
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        present = {name.lower() for name, _ in response.headers}
        for name, value in _SECURITY_HEADERS.items():
            if name.lower() not in present:
                response.headers.add(name, value)
    return response
