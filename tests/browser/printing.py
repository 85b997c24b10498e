"""A page on paper: printed by Chromium and read back sheet by sheet."""

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, expect

# Margins of a sheet and its size, in points of a 72nd of an inch.
SIDE, TOP, FOOT = 12 / 25.4 * 72, 14 / 25.4 * 72, 16 / 25.4 * 72
UPRIGHT, ACROSS = (595, 842), (842, 595)
# What must be found on paper: the heads of every table and the letters of every chart, shadow roots included; and the
# titles and captions that may not be the last of a sheet, those that a sheet may end after, since an empty box
# follows them, and what the page says it is about.
_WANTED = """() => {
  const [heads, letters, titles, sentences, controls, parted] = [[], [], [], [], [], []];
  const shown = {visibilityProperty: true, opacityProperty: true};
  const seen = (each) => each.checkVisibility(shown) && each.textContent.trim();
  const walk = (node) => {
    if (node.matches?.("thead th") && seen(node)) heads.push(node.innerText);
    if (node.matches?.("[data-testid=stMain] .js-plotly-plot text") && seen(node)) letters.push(node.textContent);
    // What needs attention is said in sentences that are links.
    if (node.matches?.("[data-testid=stMain] .links a")) sentences.push(node.innerText);
    if (node.matches?.("h1, h2, h2 + p") && seen(node)) titles.push(node.innerText);
    if (node.matches?.("[data-testid=stElementContainer]:has(h1, h2, h3)") && seen(node)) {
      let [next, empty] = [node.nextElementSibling, false];
      for (; next && !next.getBoundingClientRect().height; next = next.nextElementSibling)
        empty ||= getComputedStyle(next).display !== "none" && getComputedStyle(next).breakAfter !== "avoid";
      if (empty && next && !next.querySelector("h1, h2, h3")) parted.push(node.innerText);
    }
    // Numbers and heads of a table are pressed too, and say something.
    const pressed = "input, select, button:not(:is(th, td, .tiles) *), [role=combobox], .updatemenu-button";
    const empty = node.matches?.("textarea") && !node.value.trim();
    if ((empty || node.matches?.(pressed)) && node.checkVisibility(shown) && node.getBoundingClientRect().width > 1)
      controls.push(node.outerHTML.slice(0, 160));
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  const about = document.querySelector("header:has(h1) .caption").innerText.split(" · ", 1);
  return {heads, letters, titles, sentences, controls, parted, shown: about};
}"""


@dataclass(frozen=True)
class Printed:
    """A page on paper: what its sheets say between the margins and at the foot, their sizes, what was to be there."""

    sheets: list[str]
    feet: list[str]
    sizes: list[tuple[int, int]]
    wanted: dict[str, list[str]]


def bare(text: str) -> str:
    """Letters alone: how lines are broken, with a hyphen or without, is up to the sheet."""
    return re.sub(r"[\s\u2060\ufffe\u00ad\x02-]+", "", text)


def printed(page: Page, target: Path) -> Printed:
    """The page, printed as its reader's browser does it."""
    expect(page.locator(".st-key-toolbar button").first).to_be_attached()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    wanted = page.evaluate(_WANTED)
    page.emulate_media(media="null")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.pdf(path=target, prefer_css_page_size=True)
    sheets, feet, sizes = [], [], []
    for sheet in pypdfium2.PdfDocument(target):
        (width, height), words = sheet.get_size(), sheet.get_textpage()
        sizes.append((round(width), round(height)))
        box = {"left": SIDE - 2, "right": width - SIDE + 2}
        sheets.append(bare(words.get_text_bounded(**box, bottom=FOOT, top=height - TOP + 2)))
        feet.append(bare(words.get_text_bounded(**box, bottom=0, top=FOOT)))
    return Printed(sheets, feet, sizes, {kind: [bare(each) for each in texts] for kind, texts in wanted.items()})
