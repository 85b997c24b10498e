"""Help beside every page, and a walk of six steps at the first visit that never comes again."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.checking import wrong
from tests.browser.conftest import Server, settled
from tests.browser.looking import is_well

pytestmark = pytest.mark.slow

Open = Callable[..., Page]


@pytest.fixture
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here."""
    with closing(browser.new_context(locale="vi-VN")) as context:
        yield context


def test_the_chapter_of_the_page_opens_beside_it_by_keyboard_and_goes_along(open_page: Open) -> None:
    page = is_well(open_page("/tuan-thu?dataset=tra-cu"))
    opener, drawer = page.locator(".guide-open"), page.locator("dialog.guide")
    opener.focus()
    page.keyboard.press("Enter")
    expect(drawer.get_by_role("heading", name="Tuân thủ thời hạn")).to_be_visible()
    expect(drawer.get_by_role("button", name="Đóng")).to_be_focused()
    assert wrong(page) == []
    page.locator("[data-testid=stSidebar] a[href*='xu-huong']").click()
    page.wait_for_url("**/xu-huong?**")
    expect(page.locator("dialog.guide").get_by_role("heading", name="6. Xu hướng")).to_be_visible()
    page.locator("dialog.guide section").focus()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".guide-open")).to_be_focused()


def test_a_model_has_the_chapter_of_models_and_english_readers_an_english_one(open_page: Open) -> None:
    page = is_well(open_page("/thu-nam?dataset=tra-cu&lang=en", width=390))
    page.get_by_role("button", name="Guide", exact=True).click()
    expect(page.locator("dialog.guide")).to_contain_text("Does the model work?")
    box = page.locator("dialog.guide").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["width"] <= 390


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_walk_has_six_steps_at_the_first_visit_and_is_never_seen_again(
    stranger: BrowserContext, server: Server, width: int, scheme: str
) -> None:
    page = stranger.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{server.url}/tong-quan?dataset=tra-cu")
    card, ring = page.locator("dialog.tour"), page.locator(".tour-ring")
    for step in range(1, 7):
        expect(card).to_contain_text(f"{step}/6", timeout=60_000)
        expect(ring).to_be_visible()
        box = card.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        if step == 1:
            assert wrong(settled(page)) == []
        card.get_by_role("button").last.click()
    expect(card).to_have_count(0)
    expect(ring).to_have_count(0)
    page.reload()
    expect(settled(page).locator(".guide-open")).to_be_visible()
    page.wait_for_timeout(1000)  # it would have come by now
    expect(card).to_have_count(0)


def test_the_walk_can_be_left_at_any_step_and_that_is_that(stranger: BrowserContext, server: Server) -> None:
    for step, leave in enumerate(("Escape", "Bỏ qua")):
        stranger.clear_cookies()
        page = stranger.new_page()
        page.goto(f"{server.url}/dinh-nghia?dataset=tra-cu")
        card = page.locator("dialog.tour")
        expect(card).to_be_visible(timeout=60_000)
        for _ in range(step):
            card.get_by_role("button", name="Tiếp").click()
        if leave == "Escape":
            page.keyboard.press(leave)
        else:
            card.get_by_role("button", name=leave).click()
        expect(card).to_have_count(0)
        page.goto(f"{server.url}/tuan-thu?dataset=tra-cu")
        expect(settled(page).locator(".guide-open")).to_be_visible()
        expect(card).to_have_count(0)
