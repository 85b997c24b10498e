"""Any page on the wall: everything it says as screens one turns, large and whole, without what is pressed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.browser.looking import is_well

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"
# What of the screens on the wall is cut off by their edges, and what is too small to be read from the last seats.
_CUT = """() => [...document.querySelectorAll(".wall .room")].flatMap((room, at) => {
  const box = room.getBoundingClientRect(), found = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const { top, bottom, left, right, height } = range.getBoundingClientRect();
      if (height && (bottom > box.bottom + 3 || right > box.right + 3 || left < box.left - 3 || top < box.top - 3))
        found.push(`${at + 1}: ${node.data} is cut`);
      if (height && height < 14) found.push(`${at + 1}: ${node.data} is ${height} high`);
    }
    // A long name in a table ends in dots, as on the page.
    if (node.matches?.("style, .clamp")) return;
    for (const each of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(each);
  };
  walk(room);
  return found;
})"""
# What the cells of a table say, the heads of their columns left out.
_CELLS = """(root) => {
  const said = [], walk = (node) => {
    if (node.matches?.("details:not([open])")) return;
    if (node.matches?.("tbody tr")) said.push(node.textContent.replace(/\\s+/g, " ").trim());
    for (const each of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(each);
  };
  walk(document.querySelector(root));
  return said.filter(Boolean);
}"""
PRESSED = ".wall main :is(a[href], button, input, select, [id], [tabindex])"


def shown(page: Page, label: str = "Trình chiếu trang này") -> int:
    """How many screens the page has, once its button was pressed."""
    page.locator(".st-key-toolbar").get_by_role("button", name=label).click()
    return place(page)[1]


def place(page: Page) -> tuple[int, int]:
    said = page.locator(".wall .place").inner_text()
    at, count = re.fullmatch(r"(\d+) / (\d+)", said).groups()  # type: ignore[union-attr]
    return int(at), int(count)


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        (f"tuan-thu?{QUARTER}", "light"),
        ("tong-quan?dataset=thanh-ha", "dark"),
        ("thu-sau?dataset=thanh-ha", "dark"),
        (f"so-do?{QUARTER}", "dark"),
        (f"ho-so?{QUARTER}", "light"),
        (f"bao-cao?{QUARTER}", "light"),
        ("doi-soat?dataset=tra-cu", "light"),
    ],
)
def test_everything_a_page_says_is_on_the_wall_whole_and_large(open_page: Open, path: str, scheme: str) -> None:
    page = is_well(open_page(f"/{path}", width=1920, height=1080, scheme=scheme))
    caption = page.locator("header:has(h1) .caption").inner_text()
    rows, charts = page.evaluate(_CELLS, "[data-testid=stMain]"), page.locator("[data-testid=stMain] .js-plotly-plot")
    wanted = charts.evaluate_all("all => all.filter((each) => each.checkVisibility()).length")
    count = shown(page)
    assert page.evaluate(_CUT) == []
    assert set(rows) <= set(page.evaluate(_CELLS, ".wall"))
    assert page.locator(PRESSED).count() == 0
    drawn = 0
    for at in range(1, count + 1):
        assert place(page) == (at, count)
        expect(page.locator(".wall .about")).to_have_text(caption)
        expect(page.locator(".wall .about")).to_contain_text("dữ liệu minh họa")
        expect(page.locator(".wall section.shown")).to_have_count(1)
        for chart in page.locator(".wall section.shown .js-plotly-plot").all():
            expect(chart.locator(".main-svg").first).to_be_visible()
            box = chart.bounding_box()
            assert box is not None
            assert box["width"] > 1750, box
            assert box["height"] > 400, box
            drawn += 1
        page.keyboard.press(" " if at % 2 else "ArrowRight")
    assert drawn >= wanted


def test_screens_are_turned_by_keys_and_buttons_and_left_by_escape(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}&lang=en", width=1366, height=768))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    count = shown(page, "Present this page")
    assert count > 5
    assert any(url.endswith("/wall.js") for url in asked)
    for key, at in (
        ("ArrowRight", 2), ("PageDown", 3), (" ", 4), ("ArrowLeft", 3), ("Backspace", 2), ("End", count),
        ("ArrowRight", count), ("Home", 1), ("PageUp", 1), ("x", 1),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert place(page) == (at, count)
    page.get_by_role("button", name="Next screen (→)").click()
    assert place(page) == (2, count)
    page.get_by_role("button", name="Previous screen (←)").click()
    assert place(page) == (1, count)
    page.keyboard.press("Escape")
    expect(page.locator(".wall")).to_have_count(0)
    expect(page.locator(".st-key-toolbar").get_by_role("button", name="Present this page")).to_be_focused()
    settled(page).locator(".st-key-earlier button").first.click()
    page.wait_for_url(re.compile("start=2022-10-01"))
    shown(is_well(page), "Present this page")
    page.get_by_role("button", name="Stop presenting (Esc)").click()
    expect(page.locator(".wall")).to_have_count(0)


def test_a_chart_is_shown_from_its_own_menu(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}", width=1440, height=900))
    drawn = page.locator(".st-key-funnel [data-testid=stPlotlyChart]")
    drawn.get_by_role("button", name="Ảnh và số liệu của biểu đồ").click()
    drawn.get_by_role("menuitem", name="Trình chiếu").click()
    screen = page.locator(".wall section.shown")
    expect(screen.locator(".main-svg").first).to_be_visible()
    expect(screen.locator("h2")).to_contain_text("Xã Đại An")
    page.keyboard.press("Escape")
    expect(page.locator(".wall")).to_have_count(0)
    expect(drawn.get_by_role("button").last).to_be_focused()
