"""For everybody: who cannot see, has no mouse, enlarges letters, or is made ill by motion."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import is_well
from tests.browser.printing import printed

# Big numbers of one row that come nearer to each other, or to the edge of what holds them, than a letter.
_TOUCHING = """() => [...document.querySelectorAll(".bigs")].flatMap((row) => {
  const boxes = [...row.querySelectorAll(".value")].map((value) => {
    const range = document.createRange();
    range.selectNodeContents(value);
    return range.getBoundingClientRect();
  });
  const end = row.getBoundingClientRect().right;
  return boxes.flatMap((box, at) => {
    const next = boxes[at + 1];
    const free = next && Math.abs(next.top - box.top) < 8 ? next.left - box.right - 16 : end - box.right + 1;
    return free < 0 ? [Math.round(free)] : [];
  });
})"""

Open = Callable[..., Page]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"


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
    page.wait_for_function("() => window.asked")


@pytest.mark.parametrize(("language", "nothing"), [("vi", "Không tìm thấy"), ("en", "No results")])
def test_lists_of_choices_find_without_diacritics_and_say_in_words_of_the_reader_that_there_is_nothing(
    open_page: Open, language: str, nothing: str
) -> None:
    typed = is_well(open_page(f"/tuan-thu?dataset=my-hao&lang={language}")).locator(".st-key-dataset input")
    typed.click()
    for text in ("trà vinh", "TRÀ VINH", "tra vinh"):
        typed.fill(text)
        expect(typed.page.get_by_role("option").first).to_contain_text("(Trà Vinh)")
    typed.fill("qqq")
    expect(typed.page.get_by_role("listbox")).to_have_text(nothing)


@pytest.mark.parametrize("path", ["/thu-nam?dataset=tra-cu", "/"])
def test_big_numbers_never_touch_however_wide_the_window(open_page: Open, path: str) -> None:
    page = is_well(open_page(path))
    for width in range(360, 1921, 120):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_TOUCHING) == [], width
