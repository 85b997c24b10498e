"""On paper: every page as Chromium writes it to a PDF, read back sheet by sheet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES
from tests.browser.conftest import Server
from tests.browser.looking import is_well
from tests.browser.test_everybody import QUARTER, QUESTIONS

Open = Callable[..., Page]
KINDS = ("heads", "letters", "sentences")
# Margins of a sheet and its size, in points of a 72nd of an inch.
SIDE, TOP, FOOT = 12 / 25.4 * 72, 14 / 25.4 * 72, 16 / 25.4 * 72
UPRIGHT, ACROSS = (595, 842), (842, 595)
# What must be found on paper: the heads of every table and the letters of every chart, shadow roots included; and the
# titles and captions that may not be the last of a sheet.
_WANTED = """() => {
  const [heads, letters, titles, sentences, controls] = [[], [], [], [], []];
  const shown = {visibilityProperty: true, opacityProperty: true};
  const seen = (each) => each.checkVisibility(shown) && each.textContent.trim();
  const walk = (node) => {
    if (node.matches?.("thead th") && seen(node)) heads.push(node.innerText);
    if (node.matches?.("[data-testid=stMain] .js-plotly-plot text") && seen(node)) letters.push(node.textContent);
    // What needs attention is said in sentences that are links.
    if (node.matches?.("[data-testid=stMain] .links a")) sentences.push(node.innerText);
    if (node.matches?.("h1, h2, h2 + p") && seen(node)) titles.push(node.innerText);
    // Numbers and heads of a table are pressed too, and say something.
    const pressed = "input, select, button:not(:is(th, td, .tiles) *), [role=combobox], .updatemenu-button";
    const empty = node.matches?.("textarea") && !node.value.trim();
    if ((empty || node.matches?.(pressed)) && node.checkVisibility(shown) && node.getBoundingClientRect().width > 1)
      controls.push(node.outerHTML.slice(0, 160));
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return {heads, letters, titles, sentences, controls};
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


@pytest.fixture(scope="module", params=LANGUAGES)
def papers(
    request: Any, profile: BrowserContext, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Printed]]:
    """Every page on paper, in one language."""
    folder = tmp_path_factory.mktemp("papers")
    page = profile.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    made = {}
    for slug, question in QUESTIONS.items():
        page.goto(f"{server.url}/{slug}?{question}&lang={request.param}")
        made[slug] = printed(is_well(page), folder / f"{slug}.pdf")
    yield made
    page.close()


def test_every_column_and_every_letter_of_a_chart_is_on_the_paper(papers: dict[str, Printed]) -> None:
    cut = []
    for slug, paper in papers.items():
        whole = "".join(paper.sheets)
        cut += [(slug, each) for kind in KINDS for each in paper.wanted[kind] if each not in whole]
    assert cut == []
    having = {kind: {slug for slug, paper in papers.items() if paper.wanted[kind]} for kind in KINDS}
    assert having["heads"] >= {"tuan-thu", "ho-so", "thu-nam", "bao-cao"}
    assert having["sentences"] >= {"tong-quan"}
    assert having["letters"] >= {"tong-quan", "tuan-thu", "thu-nam"}


def test_nothing_that_is_only_pressed_or_chosen_is_on_the_paper(papers: dict[str, Printed]) -> None:
    assert {slug: paper.wanted["controls"] for slug, paper in papers.items() if paper.wanted["controls"]} == {}


def test_only_what_has_more_columns_than_a_narrow_sheet_has_room_for_lies_across(papers: dict[str, Printed]) -> None:
    assert {slug for slug, paper in papers.items() if ACROSS in paper.sizes} == {"bao-cao"}
    assert all(len(set(paper.sizes)) == 1 and paper.sizes[0] in (UPRIGHT, ACROSS) for paper in papers.values())


def test_no_heading_is_the_last_of_a_sheet(papers: dict[str, Printed]) -> None:
    assert [
        (slug, sheet[-60:])
        for slug, paper in papers.items()
        for sheet in paper.sheets[:-1]
        if sheet.endswith(tuple(paper.wanted["titles"]))
    ] == []


def test_every_sheet_of_a_long_table_begins_with_its_heads(papers: dict[str, Printed]) -> None:
    paper = papers["ho-so"]
    assert len(paper.sheets) > 2
    assert [sheet for sheet in paper.sheets[1:] if not sheet.startswith(paper.wanted["heads"][0])] == []


def test_every_sheet_says_what_is_shown_from_which_snapshot_and_its_number(
    papers: dict[str, Printed], tra_cu: Snapshot
) -> None:
    for slug, paper in papers.items():
        for place, foot in enumerate(paper.feet):
            assert foot.endswith(f"{place + 1}/{len(paper.feet)}"), slug
            assert bare(tra_cu.id) in foot or slug == "thu-sau"
            assert "TràCú" in foot or slug == "thu-sau"


def test_after_printing_charts_have_the_width_of_the_screen_and_the_button_prints_like_the_browser(
    open_page: Open, tmp_path: Path
) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    drawn = "() => [...document.querySelectorAll('.js-plotly-plot')].map((each) => each._fullLayout.width)"
    before = page.evaluate(drawn)
    printed(page, tmp_path / "page.pdf")
    page.wait_for_function(f"(before) => JSON.stringify(({drawn})()) === JSON.stringify(before)", arg=before)
    page.evaluate("window.print = () => { window.asked = true; }")
    page.get_by_role("button", name="In", exact=True).click()
    page.wait_for_function("window.asked")
