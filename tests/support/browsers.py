"""The search page in a real browser, watched for errors."""

from collections.abc import Iterator

from playwright.sync_api import BrowserContext, Page

__all__ = ["EXPECTED_ERRORS", "search_page"]

EXPECTED_ERRORS = ("htmx:afterRequest", "htmx:sendAbort")
"""htmx reports these when the next letter aborts a request."""


def search_page(context: BrowserContext) -> Iterator[Page]:
    """Open the search page and close the context afterwards; errors in the console fail the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on(
        "console",
        lambda message: errors.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    yield page
    assert [error for error in errors if error not in EXPECTED_ERRORS] == []
    context.close()
