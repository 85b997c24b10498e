"""What a person at the screen sees and does, in words the tests share."""

import re
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PAINT_MILLISECONDS, settled

# A busy machine is slow, not wrong.
expect.set_options(timeout=PAINT_MILLISECONDS)

# Text nodes and the attributes that are shown, of everything visible, shadow roots included. What only a screen reader
# says (aria-label) is Streamlit's own and cannot be replaced.
_TEXTS = """() => {
  const found = [];
  const visible = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const add = (text) => { if (text && text.trim()) found.push(text.trim()); };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      // A word of Streamlit's own that the style sheet replaces stays in the page at size 0; icons are names in a font.
      const style = parent && getComputedStyle(parent);
      const seen = style && visible(parent) && parseFloat(style.fontSize) > 0 && !style.fontFamily.includes("Material");
      if (!parent || seen) add(node.textContent);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) return;
      // An official paper is in Vietnamese whatever the reader's language.
      if (node.matches("article[lang=vi]")) return;
      if (visible(node)) for (const name of ["title", "alt"]) add(node.getAttribute(name));
      if (visible(node) && node.matches("input:placeholder-shown")) add(node.placeholder);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
    node.childNodes.forEach(walk);
  };
  walk(document.querySelector(ROOT));
  return found;
}"""


def texts(page: Page, root: str = "body") -> list[str]:
    """Every text visible under `root`, without telling one kind of space from another."""
    return [text.replace("\u00a0", " ") for text in page.evaluate(_TEXTS.replace("ROOT", repr(root)))]


def main_texts(page: Page) -> list[str]:
    """What the page itself says, without menu and filter bar."""
    return texts(page, "[data-testid=stMainBlockContainer]")


def parameters(page: Page) -> dict[str, list[str]]:
    """The parameters in the address."""
    return parse_qs(urlsplit(page.url).query)


def slug(page: Page) -> str:
    return urlsplit(page.url).path.strip("/")


def waits_for_parameter(page: Page, name: str, value: str) -> Page:
    """The page, once its address has this parameter and everything is drawn again."""
    page.wait_for_url(re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"), timeout=PAINT_MILLISECONDS)
    return settled(page)


def rows(page: Page, key: str) -> Locator:
    """The rows below the headings of a table, the total left out."""
    return page.locator(f".st-key-{key} tbody tr:not(.total)")


def cells(page: Page, key: str) -> list[list[str]]:
    found = [row.locator("th, td").all_inner_texts() for row in rows(page, key).all()]
    return [[cell.replace("\u00a0", " ").strip() for cell in row] for row in found]


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold: what no page shows cannot be expected of one."""
    give_up = time.monotonic() + PAINT_MILLISECONDS / 1000
    while not (held := holds()) and time.monotonic() < give_up:
        time.sleep(0.1)
    return held


def is_well(page: Page) -> Page:
    """The page, which shows no bug, no dialog and its title."""
    expect(page.locator("h1")).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("BidiComponent Error")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".st-key-dataset")).to_have_count(1)
    return page


def opens_from_menu(page: Page, wanted: str) -> Page:
    """The page with that slug, opened by its link in the menu."""
    page.locator(f"[data-testid=stSidebar] a[href*='{wanted}']").click()
    page.wait_for_url(re.compile(rf"/{wanted}(\?|$)"), timeout=PAINT_MILLISECONDS)
    return is_well(page)


# Words of a chart that lie on one another: its legend, the names of days and lines, the numbers of its axes.
_MEETING = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap((chart) => {
  if (!chart.checkVisibility({contentVisibilityAuto: true})) return [];
  const parts = [...chart.querySelectorAll(".legendtext, .annotation-text, .xtick text, .ytick text")];
  const lines = parts.flatMap((part) => part.childElementCount ? [...part.querySelectorAll("tspan.line")] : [part]);
  const words = lines.filter((line) => line.textContent.trim()).map((line) => [line, line.getBoundingClientRect()]);
  const meet = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4;
  return words.flatMap(([one, here], at) => words.slice(at + 1).filter(([, there]) => meet(here, there))
    .map(([other]) => `${one.textContent} on ${other.textContent}`));
})"""


# A per cent sign or another unit that may begin a line, its number left behind.
_LOOSE = r"""() => {
  const loose = [], walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE && /\d (%|điểm\b|pp\b)|điểm %/.test(node.data)) loose.push(node.data);
    if (node.matches?.("svg, style, script, article[lang=vi]")) return;
    for (const each of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(each);
  };
  walk(document.querySelector("[data-testid=stMainBlockContainer]"));
  return loose;
}"""


def loose_units(page: Page) -> list[str]:
    """Texts of a page in which a number may stand on one line and its unit on the next."""
    found: list[str] = page.evaluate(_LOOSE)
    return found


def meeting_words(page: Page) -> list[str]:
    """What lies on one another in the charts of a page, in words."""
    found: list[str] = page.evaluate(_MEETING)
    return found


def number(text: str) -> int:
    """A count as written in Vietnamese or English."""
    return int(re.sub(r"[.,\s]", "", text))
