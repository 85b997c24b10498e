"""The first visit on a slow line: what arrives first, how much arrives, and what is asked for only once."""

import gzip
import html
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

import pages
from cchc.text import LANGUAGES, Language
from tests.browser.checking import wrong
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


def words(page: str) -> list[str]:
    """What the first HTML says before the names of the pages."""
    shell = page.partition('class="shell">')[2].partition("<nav>")[0]
    said = re.findall(r"<(?:h1|h2|small)>(.*?)</", shell)
    return [html.unescape(each).replace("\u00a0", " ") for each in said]


@pytest.mark.parametrize("path", [
    "/", "/?lang=en", "/tong-quan?dataset=tra-cu&start=2023-03-01&end=2023-03-31", "/tuan-thu?dataset=my-hao",
])  # fmt: skip
def test_the_first_html_says_the_headline_of_its_page_and_the_first_one_those_of_all_models(
    open_page: Callable[..., Page], server: Server, path: str
) -> None:
    page = is_well(open_page(path))
    answer, *claims = page.locator("h1, .card.model .claim").all_inner_texts()
    sentence, about, *models = words(fetched(server.url + path)[0].decode())
    assert sentence == answer.replace("\u00a0", " ")
    caption = page.locator("header:has(h1) .caption").inner_text().replace("\u00a0", " ")
    assert set(about.split(" · ")) <= set(caption.split(" · "))
    told = [each.partition(": ")[2].lower() for each in models[::2]]
    assert told == [each.replace("\u00a0", " ").lower() for each in claims]


@pytest.mark.parametrize("path", ["/thu-nam?dataset=tra-cu", "/thu-sau?dataset=thanh-ha&lang=en"])
def test_the_first_html_of_a_model_says_its_answer_and_its_numbers(
    open_page: Callable[..., Page], server: Server, path: str
) -> None:
    page = is_well(open_page(path))
    sentence, about = words(fetched(server.url + path)[0].decode())
    assert sentence.lower().endswith(page.locator("h1").inner_text().replace("\u00a0", " ").lower())
    for number in page.locator(".seen .value").all_inner_texts():
        assert number.replace("\u00a0", " ") in about


def test_an_address_without_a_page_or_figures_is_answered_with_the_names_of_the_pages(server: Server) -> None:
    for path in ("/none", "/hop?dataset=none&snapshot=none"):
        body, headers = fetched(server.url + path)
        assert b'href="./tong-quan?' in body
        assert headers["Cache-Control"] == "private, no-store"
    assert words(fetched(f"{server.url}/none")[0].decode()) == []


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
    page.wait_for_function("() => performance.getEntriesByType('paint').length")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert wrong(page) == []
    for each in held:
        each()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    is_well(page)
    expect(page.locator(".shell")).to_have_count(0)
    assert 0 < sum(sizes) < MOST
    context.close()
