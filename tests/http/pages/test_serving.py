"""A running server: start, swap and stop."""

import json
import threading

import httpx

from tests.conftest import SAMPLE, Cli, Server, serving

API = "/api/v1/search"


def test_without_an_index_the_page_says_how_to_build_one(cli: Cli) -> None:
    """A server may start before the first index: it returns 503, and works once there is one."""
    with serving("serve", folder=cli.folder) as server:
        page = server.get("/")
        assert (page.status_code, "dateline rebuild" in page.text) == (503, True)
        assert server.get(API).json()["status"] == 503
        assert server.get("/readyz").status_code == 503
        assert server.get("/healthz").status_code == 200
        cli("rebuild", SAMPLE)
        assert server.get("/readyz").status_code == 200
        assert server.get(API).json()["total"] == 42


def test_a_swap_fails_no_request(cli: Cli) -> None:
    """Requests during rebuilds succeed, and after one every worker serves the new index."""
    cli("rebuild", SAMPLE)
    with serving("serve", folder=cli.folder, workers=2) as server:
        statuses: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=server.url) as client:
                while not stop.is_set():
                    statuses.append(client.get("/?q=river").status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            for _ in range(3):
                report = json.loads(cli("rebuild", SAMPLE, "--json").stdout)
                assert {server.get(API).json()["generation"] for _ in range(6)} == {
                    report["generation"]
                }
        finally:
            stop.set()
            asking.join()
        assert set(statuses) == {200}


def test_a_port_in_use_is_named(cli: Cli, sample_server: Server) -> None:
    """An admin who starts a second server learns which port is taken."""
    port = sample_server.url.rstrip("/").rpartition(":")[2]
    assert f":{port}" in cli("serve", "--port", port, code=1).stderr


def test_demo_serves_the_sample(cli: Cli) -> None:
    """One command starts a working site."""
    with serving("demo", folder=cli.folder) as server:
        assert server.get(API).json()["total"] == 42


def test_a_stopped_server_exits_with_0(cli: Cli) -> None:
    """The stop signal of a service manager ends it at once."""
    with serving("serve", folder=cli.folder) as server:
        server.process.terminate()
        assert server.process.wait(timeout=15) == 0


def test_the_theme_switch_is_no_open_redirect(sample_server: Server) -> None:
    """It returns to the page that it was on, and never to another site."""
    own = sample_server.url.rstrip("/")
    for referrer, back in (
        (f"{own}/?q=a%20b", "/?q=a%20b"),
        ("https://evil.example/x", "/"),
        (f"{own}//evil.example/", "/"),
        ("http://[", "/"),
        ("", "/"),
    ):
        answer = httpx.post(
            f"{own}/preferences", data={"theme": "dark"}, headers={"Referer": referrer}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, back)
        assert "HttpOnly" in answer.headers["set-cookie"]
    assert (
        "Max-Age=0" in httpx.post(f"{own}/preferences", data={"theme": "<x>"}).headers["set-cookie"]
    )
    plain, dark = (
        sample_server.get("/", headers={"Cookie": cookie}) for cookie in ("theme=<x>", "theme=dark")
    )
    assert plain.headers["etag"] != dark.headers["etag"]
    assert 'data-theme="dark"' in dark.text
    assert "data-theme" not in plain.text
    assert "cookie" in dark.headers["vary"].lower()
