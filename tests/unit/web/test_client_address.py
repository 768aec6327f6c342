"""Clients are distinguished by their network, whatever proxies or clients send."""

from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from web.limits.client_address import client_address

PROXY = "192.0.2.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:40001", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:443", "203.0.113.9"),
        ("::ffff:cb00:7109", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:51000", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[fe80::1%25eth0]:80", "fe80::/64"),
        ("::1", "::/64"),
    ],
)
def test_addresses_are_parsed_in_all_forms(address: str, network: str) -> None:
    """Neither a port, a zone nor another address of the same /64 makes a new client."""
    assert client_address({"REMOTE_ADDR": address}) == network


@pytest.mark.parametrize(
    "junk",
    ["", "-", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "x" * 200, "1:2:3", "[", "999.1.1.1"],
)
def test_invalid_addresses_fall_back_to_the_connection(junk: str) -> None:
    """Forged text from a client behind a proxy never makes a new client."""
    assert (
        client_address({"REMOTE_ADDR": junk, "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": PROXY}})
        == PROXY
    )
    assert client_address({"REMOTE_ADDR": junk}) == client_address({}) == "unknown"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "network"),
    [
        ("198.51.100.7, 203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9, 192.0.2.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, PROXY),
        ("198.51.100.7,junk", 1, PROXY),
        ('"198.51.100.7, 203.0.113.9', 1, PROXY),
        ("", 1, PROXY),
    ],
)
def test_the_address_is_the_one_that_a_trusted_proxy_saw(
    forwarded: str, proxies: int, network: str
) -> None:
    """With n trusted proxies the n-th address from the right counts."""
    networks: list[str] = []

    def record(environ: WSGIEnvironment, _: StartResponse) -> list[bytes]:
        networks.append(client_address(environ))
        return []

    app = ProxyFix(record, x_for=proxies)
    app({"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": forwarded}, lambda *_: lambda _: None)
    assert networks == [network]
