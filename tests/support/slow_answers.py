"""Slow answers in a real browser: each after a fixed time, or held until a test releases them."""

from playwright.sync_api import Page, Route

__all__ = ["HeldAnswers", "delay_answers"]


_PROBE = "/healthz?is-routed"


def delay_answers(page: Page, milliseconds: int) -> None:
    """Delay every answer that a page receives from now on."""
    session = page.context.new_cdp_session(page)
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": milliseconds,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        },
    )


class HeldAnswers:
    """Requests of a page for URLs that match a pattern, held from now on or from `hold()` on."""

    def __init__(self, page: Page, pattern: str, *, is_holding: bool = True) -> None:
        self._routes: list[Route] = []
        self._is_holding = is_holding
        page.route(pattern, self._hold)
        _await_routing(page)

    def hold(self) -> None:
        """Hold the requests from now on."""
        self._is_holding = True

    def _hold(self, route: Route) -> None:
        if self._is_holding:
            self._routes.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        """Let the requests go on, and hold no further ones."""
        self._is_holding = False
        for route in self._routes:
            route.continue_()


def _await_routing(page: Page) -> None:
    """Wait until requests are routed: Chromium may let some pass after the first route of a page."""
    routed: list[Route] = []

    def answer(route: Route) -> None:
        routed.append(route)
        route.fulfill(body="")

    page.route(_PROBE, answer)
    while not routed:
        page.evaluate("address => fetch(address).then(answer => answer.text())", _PROBE)
    page.unroute(_PROBE)
