"""The first visit on a slow line: what arrives first, how much arrives, and what is asked for only once."""

import gzip
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

import pages
from cchc.text import LANGUAGES, Language
from tests.browser.conftest import Server, toured
from tests.browser.looking import is_well

# What a first visit may bring, in bytes: half a minute at 100 kB a second.
MOST = 3_000_000


def fetched(url: str, method: str = "GET", **headers: str) -> tuple[bytes, Mapping[str, str]]:
    asked = urllib.request.Request(
        url, method=method, headers={name.replace("_", "-"): v for name, v in headers.items()}
    )
    with urllib.request.urlopen(asked) as answer:
        return answer.read(), answer.headers


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/tuan-thu"])
def test_the_first_page_names_the_pages_in_the_language_of_the_link_before_any_script_runs(
    server: Server, path: str, language: Language, packed: bool
) -> None:
    body, headers = fetched(f"{server.url}{path}?lang={language}", **({"Accept_Encoding": "gzip"} if packed else {}))
    page = (gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body).decode()
    assert f'<html lang="{language}">' in page
    for each in pages.PAGES:
        assert f'href="./{each.slug}?lang={language}">{each.title[language]}</a>' in page
    assert "etag" not in {name.lower() for name in headers}


def test_nothing_of_the_address_becomes_part_of_the_first_page_but_as_text(server: Server) -> None:
    body, _ = fetched(f'{server.url}/tuan-thu?x="><i>')
    assert b'"><i>' not in body
    assert b"x=&quot;&gt;&lt;i&gt;" in body
    assert fetched(f"{server.url}/tuan-thu", "HEAD")[0] == b""


def test_scripts_and_styles_arrive_packed_and_are_asked_for_once(server: Server) -> None:
    page = fetched(f"{server.url}/")[0].decode()
    files = re.findall(r'(?:src|href)="\.(/static/[^"]+\.(?:js|css))"', page)
    assert len(files) > 5
    for path in files:
        plain, headers = fetched(server.url + path)
        packed, more = fetched(server.url + path, Accept_Encoding="gzip")
        assert gzip.decompress(packed) == plain
        assert len(packed) < len(plain) or len(plain) < 1000
        assert {each["Cache-Control"] for each in (headers, more)} == {"public, immutable, max-age=31536000"}
        assert more["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/static/js/none.js", "/static/../index.html", "/static/%2e%2e/index.html"])
def test_what_is_no_file_of_the_page_is_not_found(server: Server, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(server.url + path)


def test_a_first_visit_shows_the_shell_before_the_page_and_brings_little(browser: Browser, server: Server) -> None:
    context = toured(browser.new_context(locale="vi-VN"))
    page: Page = context.new_page()
    session = context.new_cdp_session(page)
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    held: list[Callable[[], None]] = []
    page.route("**/static/js/index.*", lambda route: held.append(route.continue_))
    page.goto(f"{server.url}/tong-quan?dataset=tra-cu", wait_until="commit")
    expect(page.get_by_role("link", name="Tuân thủ thời hạn")).to_be_visible()
    page.wait_for_function("performance.getEntriesByType('paint').length")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    for each in held:
        each()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    is_well(page)
    expect(page.locator(".shell")).to_have_count(0)
    assert 0 < sum(sizes) < MOST
    context.close()
