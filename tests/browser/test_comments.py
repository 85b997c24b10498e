"""A leader asks about a figure, is answered and closes the matter, on the page itself."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from cchc.access.people import LOCAL
from cchc.entered import comments
from tests import building
from tests.browser.checking import wrong
from tests.browser.conftest import Server
from tests.browser.looking import is_well
from tests.building import DATASET, dossier, numbered


def dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Ý kiến").click()
    return page.get_by_role("dialog")


def test_a_figure_is_asked_about_answered_and_the_matter_closed(
    fresh_server: Callable[..., Server], open_page: Callable[..., Page], tmp_path: Path
) -> None:
    building.publish(tmp_path / "data", numbered([dossier()] * 30))
    page = is_well(open_page("/tong-quan?start=2024-05-01&end=2024-05-31", fresh_server(tmp_path / "data")))
    opened = dialog(page)
    opened.get_by_role("button", name="Gửi").click()
    expect(opened.get_by_text("Ghi ý kiến về một con số")).to_be_visible()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert wrong(page) == []
    opened.get_by_label("Ý kiến", exact=True).fill("Vì sao xã A thấp?")
    opened.get_by_role("button", name="Gửi").click()
    written = page.locator(".comments.open")
    expect(written).to_contain_text("Vì sao xã A thấp?")
    expect(page.locator(".card").first).to_contain_text("1 ý kiến")
    opened = dialog(page)
    opened.get_by_label("Trả lời").fill("Phần mềm gián đoạn 3 ngày")
    opened.get_by_role("button", name="Trả lời").click()
    expect(written).to_contain_text("Phần mềm gián đoạn 3 ngày")
    dialog(page).get_by_role("button", name="Đã giải quyết").click()
    expect(written).to_have_count(0)
    [thread] = comments.threads(tmp_path / "data", DATASET, LOCAL)
    assert (thread.is_open, len(thread.answers)) == (False, 1)
    is_well(page)
