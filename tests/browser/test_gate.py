"""The server answers only who calls it by its name, and no page of another website, before anything else happens."""

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Server

PATHS = ("/", "/tong-quan", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream")
FOREIGN_HOSTS = ("evil.example", "evil.example:{port}", "localhost.evil.example:{port}", "evil@localhost:{port}", "",
                 "127.0.0.1.evil.example", "0.0.0.0:{port}", "localhost:abc")  # fmt: skip
FOREIGN_ORIGINS = (
    "http://evil.example", "http://evil.example:{port}", "null", "file://", "", "localhost:{port}",
    "http://localhost:1234", "http://localhost", "https://localhost:{port}", "http://127.0.0.1:{port}",
    "http://localhost:{port}.evil.example", "http://[localhost", "chrome-extension://abcdefgh",
)  # fmt: skip


def answer(server: Server, path: str, *heads: str) -> tuple[int, str]:
    """Status and headers of the answer to a request with exactly these headers besides those of a handshake."""
    port = urlsplit(server.url).port
    handshake = (
        ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: streamlit",
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
        if path == "/_stcore/stream"
        else ("Connection: close",)
    )  # fmt: skip
    lines = [f"GET {path} HTTP/1.1", *handshake, *(each.format(port=port) for each in heads), "", ""]
    with socket.create_connection(("localhost", port)) as connection:
        connection.sendall("\r\n".join(lines).encode())
        received = b""
        while b"\r\n\r\n" not in received and (more := connection.recv(65536)):
            received += more
    status, _, rest = received.partition(b"\r\n")
    return int(status.split()[1]), rest.partition(b"\r\n\r\n")[0].decode().lower()


def good(path: str) -> int:
    return 101 if path == "/_stcore/stream" else 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "LOCALHOST:{port}", "localhost", "[::1]"])
def test_who_calls_the_server_by_its_name_is_answered(server: Server, path: str, host: str) -> None:
    assert answer(server, path, f"Host: {host}")[0] == good(path)
    assert answer(server, path, f"Host: {host}", f"Origin: http://{host}")[0] == good(path)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused(server: Server, path: str, host: str) -> None:
    assert answer(server, path, f"Host: {host}")[0] == 403
    assert answer(server, path, f"Host: {host}", f"Origin: http://{host}")[0] == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_is_refused(server: Server, path: str, origin: str) -> None:
    assert answer(server, path, "Host: localhost:{port}", f"Origin: {origin}")[0] == 403


@pytest.mark.parametrize("path", PATHS)
def test_one_good_origin_does_not_cover_a_foreign_one(server: Server, path: str) -> None:
    own = "Origin: http://localhost:{port}"
    # To the server's websockets two origins are not even a request.
    refused = {400, 403} if path == "/_stcore/stream" else {403}
    assert answer(server, path, "Host: localhost:{port}", own, "Origin: http://evil.example")[0] in refused


def test_other_names_are_served_once_they_are_allowed(fresh_server: Callable[..., Server]) -> None:
    server = fresh_server(options=("--server.allowedHosts", "mot-cua.example", "--server.allowedHosts", "localhost"))
    for path in PATHS:
        own = ("Host: mot-cua.example", "Origin: http://mot-cua.example")
        assert answer(server, path, *own)[0] == good(path)
        # A proxy in front that speaks https says so.
        secure = (own[0], "Origin: https://mot-cua.example", "X-Forwarded-Proto: https")
        assert answer(server, path, *secure)[0] == good(path)
        assert answer(server, path, "Host: evil.example")[0] == 403


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/_stcore/stream"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_no_answer_may_be_shown_in_a_frame(server: Server, path: str, host: str) -> None:
    heads = answer(server, path, f"Host: {host}")[1].splitlines()
    assert "x-frame-options: deny" in heads
    [policy] = [head for head in heads if head.startswith("content-security-policy: ")]
    assert policy.endswith("; frame-ancestors 'none'")


def test_a_page_of_another_port_can_neither_frame_nor_steer_one_of_ours(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    assert page.evaluate("fetch('/_stcore/host-config').then(answer => answer.json())")["allowedOrigins"] == []
    with listening(f'<iframe src="{server.url}/"></iframe>') as (port, _):
        page.goto(f"http://localhost:{port}/")
        page.wait_for_load_state("networkidle")
        assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
    page.goto(server.url)


def test_a_foreign_origin_makes_the_server_ask_nothing_of_the_network(
    fresh_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening("") as (port, asked):
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://localhost:{port}")
        monkeypatch.setenv("no_proxy", "localhost")
        server = fresh_server()
        for origin in FOREIGN_ORIGINS:
            answer(server, "/_stcore/stream", "Host: localhost:{port}", f"Origin: {origin}")
    assert asked == []


@contextmanager
def listening(page: str) -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that answers `page` to everything: its port, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.requestline)

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

    with http.server.ThreadingHTTPServer(("localhost", 0), Handler) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found.server_port, asked
        found.shutdown()
