"""Audits of a page in a real browser by axe, in both colour schemes."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

__all__ = ["violations"]

_EVERY_RULE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
_RULES_OF_COLOUR = _EVERY_RULE | {"runOnly": {"type": "tag", "values": ["cat.color"]}}
"""All that the colour scheme can make a difference to."""


def violations(page: Page) -> str:
    """Return axe's report of the violations on a page, "" if there are none."""
    reports = []
    page.emulate_media(color_scheme="light")
    for options in (_EVERY_RULE, _RULES_OF_COLOUR):
        results = Axe().run(page, options=options)
        if results.violations_count:
            reports.append(results.generate_report())
        page.emulate_media(color_scheme="dark")
    return "\n".join(reports)
