"""A real Streamlit server and a real Chromium for the browser tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from cchc import demo
from cchc.config import ROOT
from tests.browser.find_browser import COMMAND, find

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
START_SECONDS = 60
PAINT_MILLISECONDS = 30_000
OUR_HOSTS = {"localhost", "127.0.0.1", ""}


@dataclass(frozen=True)
class Server:
    """A running dashboard: its address without a slash at the end, its data folder, what it printed, its process."""

    url: str
    data: Path
    log: Path
    pid: int


# A link changes the address before the server begins with the page: the menu marks the page that is drawn.
_HERE = """() => {
  const [slug, menu] = [location.pathname.split("/").at(-1), document.querySelector(".menu")];
  const of = (link) => link.getAttribute("href").split("?")[0];
  const leads = slug && menu && [...menu.children].map(of).includes(slug);
  return !leads || of(menu.querySelector("[aria-current]")) === slug;
}"""


def settled(page: Page) -> Page:
    """`page`, once the script behind it has run to its end, the skeletons are gone and its components are drawn."""
    page.wait_for_function(_HERE, timeout=PAINT_MILLISECONDS)
    app = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(app).to_be_attached(timeout=PAINT_MILLISECONDS)
    expect(page.locator("[data-testid=stSkeleton]:visible")).to_have_count(0, timeout=PAINT_MILLISECONDS)
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=PAINT_MILLISECONDS)
    # The script of a component is fetched apart: until then nobody hears a click or a key.
    expect(page.locator(".host:not([data-drawn])")).to_have_count(0, timeout=PAINT_MILLISECONDS)
    return page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    executable = find()
    if executable is None:
        pytest.fail(f"no Chromium found; run: sudo {COMMAND}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for the session: Streamlit's scripts are loaded and compiled once, which is most of a visit."""
    context = browser.new_context(locale="vi-VN", accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield toured(context)
    context.close()


@pytest.fixture(scope="session")
def server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server most tests share: it serves the demo data and is never restarted."""
    with running(demo_data, tmp_path_factory.mktemp("server") / "log") as served:
        yield served


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo data of a whole province of today: 104 communes, counters apart from units."""
    data = tmp_path_factory.mktemp("province") / "data"
    demo.publish_all(data, datasets=["hung-yen"])
    with running(data, data.with_name("log")) as served:
        yield served


@pytest.fixture
def fresh_server(demo_data: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`fresh_server(data=None, options=())` starts a server nobody has visited, on the demo data unless told otherwise,
    with more options of the command line."""
    with ExitStack() as stack:
        count = 0

        def start(data: Path | None = None, options: Sequence[str] = ()) -> Server:
            nonlocal count
            count += 1
            return stack.enter_context(running(data or demo_data, tmp_path / f"server-{count}.log", options))

        yield start


@pytest.fixture
def open_page(profile: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """`open_page(path, server=None, width=1280, height=800, scheme="light")` is a settled page without memories.

    At the end no page may have raised an error in JavaScript or asked anything of another machine.
    """
    pages: list[Page] = []
    errors: list[str] = []
    foreign: list[str] = []

    def visit(
        path: str = "/",
        server: Server | None = None,
        width: int = 1280,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        page = profile.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda sent: _is_ours(sent.url) or foreign.append(sent.url))
        page.goto((server or request.getfixturevalue("server")).url + path)
        return settled(page)

    yield visit
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    profile.clear_cookies()
    toured(profile)
    assert errors == []
    assert foreign == []


def toured(context: BrowserContext, host: str = "localhost") -> BrowserContext:
    """The context, which has been through the walk of the first visit: it would stand over what tests look at."""
    context.add_cookies([{"name": "cchc-toured", "value": "1", "domain": host, "path": "/"}])
    return context


def _is_ours(url: str) -> bool:
    return (urlsplit(url).hostname or "") in OUR_HOSTS


@contextmanager
def running(
    data: Path, log: Path, options: Sequence[str] = (), settings: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[Server]:
    """A server of its own on a data folder, with more options of the command line and variables of the environment."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", f"--server.port={port}", *options]
    environment = {**os.environ, "CCHC_DATA": str(data), "CCHC_LANG": "vi", **(settings or {})}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_healthy(port, process, log)
            yield Server(f"http://localhost:{port}", data, log, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"the dashboard did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port
