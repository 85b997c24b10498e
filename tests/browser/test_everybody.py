"""For everybody: who cannot see, has no mouse, enlarges letters, or is made ill by motion."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import BrowserContext, Page, expect

import pages
from cchc.store import snapshots
from tests import wording
from tests.browser.conftest import Server
from tests.browser.looking import is_well

Open = Callable[..., Page]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"
QUESTIONS = {page.slug: QUARTER for page in pages.PAGES} | {"thu-nam": "dataset=tra-cu", "thu-sau": "dataset=thanh-ha"}
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What each rule found wrong is told by the place and what is wrong there.
CHECK = """async (rules) => (await axe.run({runOnly: rules})).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.html.slice(0, 150)} ${node.failureSummary}`))"""
_NAMES = """() => {
  const said = [], NAMED = ["aria-label", "title", "alt", "placeholder"];
  const walk = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE && !node.matches("article[lang=vi]"))
      said.push(...NAMED.map((name) => node.getAttribute(name)).filter(Boolean));
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return said;
}"""


def wrong(page: Page) -> list[str]:
    """What the checker finds wrong on a page as it stands."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(CHECK, RULES)
    return found


@pytest.fixture(scope="module")
def heard(profile: BrowserContext, server: Server) -> Iterator[dict[str, dict[str, Any]]]:
    """What a checker finds wrong on each page in light and dark, and every name a screen reader says there."""
    page = profile.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    found: dict[str, dict[str, Any]] = {}
    for slug, question in QUESTIONS.items():
        found[slug] = {}
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{server.url}/{slug}?{question}")
            found[slug][scheme] = wrong(is_well(page))
        found[slug]["names"] = page.evaluate(_NAMES)
    yield found
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checker_of_wcag_finds_nothing_wrong_on_any_page(heard: dict[str, dict[str, Any]], scheme: str) -> None:
    assert [f"{slug}: {wrong}" for slug, found in heard.items() for wrong in found[scheme]] == []


def test_every_name_a_screen_reader_says_is_in_the_language_of_the_page(
    heard: dict[str, dict[str, Any]], demo_data: Path
) -> None:
    known = [snapshots.current(demo_data, dataset).references for dataset in snapshots.datasets(demo_data)]
    left = {slug: wording.left_over(set(found["names"]), "vi", known) for slug, found in heard.items()}
    assert {slug: names for slug, names in left.items() if names} == {}
    assert {"Kỳ trước", "Kỳ sau", "Thanh bên"} <= set(heard["tuan-thu"]["names"])


def test_names_follow_the_reader_from_one_language_to_the_other(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    for chosen, earlier, menu in (("English", "Previous period", "Sidebar"), ("Tiếng Việt", "Kỳ trước", "Thanh bên")):
        page.get_by_text(chosen, exact=True).click()
        expect(page.get_by_role("button", name=earlier, exact=True)).to_be_visible()
        expect(page.get_by_test_id("stSidebar")).to_have_attribute("aria-label", menu)


# How what has the focus of the keyboard shows it: an outline of its own or a frame around it in the colour of focus.
_FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const near = [at, at.parentElement, at.parentElement?.parentElement, at.closest("[data-testid]")];
  const shown = (each) => { const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none"; };
  return [at.outerHTML.slice(0, 120), at === document.body, near.filter(Boolean).some(shown)];
}"""


def test_what_has_the_focus_of_the_keyboard_is_always_seen(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    unseen = []
    for _ in range(70):
        page.keyboard.press("Tab")
        where, nowhere, seen = page.evaluate(_FOCUSED)
        if not (seen or nowhere):
            unseen.append(where)
    assert unseen == []


def test_who_asked_for_less_motion_sees_none(open_page: Open) -> None:
    page = open_page(f"/tuan-thu?{QUARTER}")
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((each) => {
          const {transitionDuration, animationDuration, display} = getComputedStyle(each);
          const longest = Math.max(...`${transitionDuration},${animationDuration}`.split(",").map(parseFloat));
          return display !== "none" && longest > 0.01;
        }).map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert moving == []
