"""What a change of filters costs in messages and bytes: someone who adds twenty elements to a page finds out here."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket
from websockets.sync.client import connect

from tests.browser.conftest import Server
from tests.browser.looking import is_well, waits_for_parameter

# Of a district of 21 units, so many messages and kilobytes at most for one click on the period before.
MOST = {"tong-quan": (38, 70), "tuan-thu": (29, 70), "xu-huong": (52, 130), "ho-so": (28, 60)}


@pytest.mark.parametrize("slug", MOST)
def test_a_change_of_filters_sends_no_more_than_it_may(open_page: Callable[..., Page], slug: str) -> None:
    frames: list[bytes | str] = []

    def keep(frame: bytes | str) -> None:
        frames.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", keep)

    page = open_page("/dinh-nghia?dataset=thanh-ha")
    page.on("websocket", listen)
    page.goto(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/{slug}?dataset=thanh-ha")
    is_well(page)
    page.locator(".st-key-earlier button").first.click()
    waits_for_parameter(page, "start", "2023-11-01")
    frames.clear()
    page.locator(".st-key-earlier button").first.click()
    waits_for_parameter(page, "start", "2023-10-01")
    messages, kilobytes = MOST[slug]
    assert (len(frames) <= messages, sum(map(len, frames)) / 1000 <= kilobytes) == (True, True), (
        len(frames), sum(map(len, frames)),
    )  # fmt: skip


def test_what_is_sent_is_packed(server: Server) -> None:
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], compression="deflate") as tab:
        assert "permessage-deflate" in tab.response.headers["Sec-WebSocket-Extensions"]
