"""A meeting from its making to the wall: created, a commitment added, shown by the arrow keys, handed out."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests import building
from tests.browser.conftest import Server, settled
from tests.browser.looking import cells, is_well, waits_for_parameter
from tests.reports import gathering

Open = Callable[..., Page]
# How much of the room of a screen its chart or list takes, from its top: 1 is all; a screen of words is left out.
FILLED = """() => {
  const screen = document.querySelector(".st-key-screen"), room = screen.parentElement.getBoundingClientRect();
  const drawn = [...screen.querySelectorAll(".main-svg, .units")];
  const ends = drawn.map((each) => each.getBoundingClientRect().bottom);
  return ends.length ? (Math.max(...ends) - room.top) / room.height : 1;
}"""


def test_a_meeting_is_made_decides_something_and_stands_on_the_wall(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    rows = [
        building.dossier(unit="AB"[n % 2], received_at=f"2024-0{4 + n // 60}-03", due_at=f"2024-0{4 + n // 60}-10")
        | {"finished_at": building.at(date(2024, 4 + n // 60, 5 if n % 7 else 12)), "status": "done"}
        for n in range(120)
    ]
    building.publish(tmp_path / "data", building.numbered(rows))
    server = fresh_server(tmp_path / "data")
    page = is_well(open_page("/hop", server))
    page.get_by_label("Tên cuộc họp").fill("Họp thử")
    page.get_by_role("button", name="Tạo cuộc họp").click()
    waits_for_parameter(page, "meeting", "1")
    expect(page.locator(".question")).to_have_text("Họp thử")

    page.get_by_label("Nội dung cam kết").fill("Trả kết quả đúng hẹn")
    page.get_by_label(re.compile("^Cơ quan, chức danh")).fill("UBND xã")
    page.get_by_label(re.compile("^Cơ quan, chức danh")).press("Tab")
    settled(page)
    page.get_by_role("button", name="Lưu cam kết").click()
    expect(page.locator(".st-key-commitments tbody tr")).to_have_count(1)
    assert "Trả kết quả đúng hẹn" in cells(page, "commitments")[0][1]

    page.get_by_role("button", name="Tải tài liệu họp").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Số liệu (Excel)").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(started.value.path()).read_bytes()))
    assert book["Cam kết mới"]["B8"].value == "Trả kết quả đúng hẹn"
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Trình chiếu", exact=True).click()
    waits_for_parameter(page, "screen", "1")
    expect(page.locator("h1")).to_have_text("Họp thử")
    page.keyboard.press("ArrowRight")
    waits_for_parameter(page, "screen", "2")
    page.keyboard.press("ArrowLeft")
    waits_for_parameter(page, "screen", "1")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "screen=" not in url)
    expect(settled(page).get_by_role("button", name="Trình chiếu", exact=True)).to_be_visible()
    wish = page.get_by_label("Nội dung cam kết")
    wish.click()
    page.keyboard.type("Hai chữ")  # the keys that turned the screens write again
    expect(wish).to_have_value("Hai chữ")


def test_no_screen_of_a_crowded_meeting_needs_scrolling(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    """Twenty units with long and hostile names, on a wall of 1920 x 1080; in the dark, where only colours differ, the
    first screens."""
    server = fresh_server(gathering.publish(tmp_path / "data", 20))
    for scheme in ("light", "dark"):
        page = open_page("/hop?meeting=2&screen=1", server, width=1920, height=1080, scheme=scheme)
        expect(page.get_by_role("button", name="Thoát trình chiếu (Esc)")).to_be_visible()
        count = int(page.locator(".place").inner_text().split("/")[1])
        assert count > 12
        for screen in range(2, (count if scheme == "light" else 4) + 1):
            hidden = page.evaluate(
                "() => { const room = document.querySelector('.st-key-screen').parentElement;"
                " return [room.scrollHeight - room.clientHeight, room.scrollWidth - room.clientWidth]; }"
            )
            assert max(hidden) <= 2, page.locator("h1").inner_text()
            assert page.evaluate(FILLED) >= 0.75, page.locator("h1").inner_text()
            page.keyboard.press("ArrowRight")
            waits_for_parameter(page, "screen", f"{screen}")
