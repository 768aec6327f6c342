"""The search page in a real browser, watched for errors."""

from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["EXPECTED_ERRORS", "reader_page", "search_page"]

EXPECTED_ERRORS = ("htmx:afterRequest", "htmx:sendAbort")
"""htmx reports these when the next letter aborts a request."""


def reader_page(browser: Browser, address: str, *, scripts: bool) -> Iterator[Page]:
    """Open an empty page of a reader without cookies, and close the context afterwards."""
    context = browser.new_context(base_url=address, java_script_enabled=scripts)
    yield context.new_page()
    context.close()


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
