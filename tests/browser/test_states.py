"""What opens, is chosen or is written on a page: checked by axe in every such state, and worked as a person would."""

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from cchc.access import granted, keys
from cchc.entered import events, groups, locked, meetings
from cchc.entered.events import Event
from cchc.entered.locked import Content, Place
from cchc.entered.meetings import Commitment, Meeting
from cchc.figures.periods import Period
from cchc.findings import agenda
from tests import building
from tests.browser.checking import wrong
from tests.browser.conftest import Server, running, settled
from tests.browser.looking import cells, is_well, parameters
from tests.browser.test_mapping_editor import chosen, exported
from tests.browser.test_pictures import chart, opened

Open = Callable[..., Page]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"


@pytest.fixture(scope="module")
def written(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose area has had a meeting with a commitment, and a role given; its data is written to."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "data" / "snapshots").mkdir(parents=True)
    subprocess.run(["cp", "-r", demo_data / "snapshots" / "tra-cu", folder / "data" / "snapshots"], check=True)
    snapshot, june = building.current(folder / "data", "tra-cu"), "start=2023-06-01&end=2023-06-30"
    about = Meeting("tra-cu", "Họp quý", date(2023, 7, 12), snapshot.id, june, "on_time_rate", tuple(agenda.CHARTS), "")
    held = meetings.save(folder / "data", about)
    promised = Commitment(held.id, "29467", "Trả đúng hẹn", "on_time_rate", 0.98, "UBND xã", date(2023, 8, 1))
    meetings.save(folder / "data", promised)
    granted.give(folder / "data", "reader", "tra-cu", person="an@tinh.example")
    keys.make(folder / "data", "LGSP", "reader", "tra-cu", date.today())
    may = Place("tra-cu", "bao-cao-thang", "", Period(date(2023, 5, 1), date(2023, 5, 31)), "then")
    locked.lock(
        folder / "data", may, "Báo cáo tháng", snapshot.id, Content(b"PK", '<article class="paper">Đã ký</article>')
    )
    with running(folder / "data", folder / "log") as served:
        yield served


def popover(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_test_id("stPopover").get_by_role("button", name=name).first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()


def _menu(page: Page) -> None:
    opened(chart(page, "outcomes"))


def _table(page: Page) -> None:
    opened(chart(page, "outcomes")).get_by_role("menuitem", name="Xem bảng số liệu").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _full_screen(page: Page) -> None:
    opened(chart(page, "outcomes")).get_by_role("menuitem", name="Toàn màn hình").click()
    expect(page.get_by_role("dialog").locator(".main-svg").first).to_be_visible()


def _copied(page: Page) -> None:
    page.get_by_role("button", name="Sao chép liên kết").click()
    expect(page.get_by_role("button", name="Đã sao chép")).to_be_visible()


def _mapping(page: Page, folder: Path) -> None:
    chosen(page, "phu-loc", exported(folder / "igate.csv"))


def _opens(name: str | re.Pattern[str]) -> Callable[[Page], None]:
    return lambda page: popover(page, name)


# A page, and what is done there one after the other; what is open is closed before the next.
STATES: dict[str, tuple[Callable[[Page], None], ...]] = {
    f"tuan-thu?{QUARTER}": (_menu, _table, _full_screen, _copied, _opens("Bộ lọc"), _opens(re.compile("^(Quý|Từ)"))),
    f"xu-huong?{QUARTER}": (_opens("Sự kiện"), _opens("So sánh"), _opens("Tính lại giới hạn")),
    f"tra-cuu?{QUARTER}&unit=29467&unit=29470": (
        _opens("Nhóm đơn vị"),
        _opens("Chỉ số và cách chia"),
        _opens("Bộ lọc"),
    ),
    "hop?dataset=tra-cu&meeting=1": (_opens("Sửa"), _opens("Tải tài liệu họp")),
    "hop?dataset=tra-cu&meeting=1&screen=2": (),
    "hop?dataset=tra-cu&meeting=1&screen=3": (),
    "ho-so?dataset=tra-cu&find=2303": (),
    "du-lieu?dataset=tra-cu": (_opens("Thu hồi"),),
    "bao-cao?dataset=tra-cu&report=bao-cao-thang&start=2023-03-01&end=2023-03-31": (_opens("Khóa báo cáo"),),
    "bao-cao?dataset=tra-cu&report=bao-cao-thang&start=2023-05-01&end=2023-05-31": (_opens("Mở lại"),),
    "quan-tri?dataset=tra-cu": (
        _opens("Cấp quyền"),
        _opens("Thu lại quyền"),
        _opens("Tạo khóa"),
        _opens("Thu lại khóa"),
    ),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checker_of_wcag_finds_nothing_wrong_in_what_opens_on_a_page(
    open_page: Open, written: Server, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    found: list[str] = []
    for path, acts in STATES.items():
        # On a screen of another size the wall is drawn twice.
        page = open_page(f"/{path}", written, width=1920, height=1080, scheme=scheme)
        found += [f"{path}: {each}" for each in wrong(page)]
        for act in acts:
            act(page)
            found += [f"{path} {act.__name__}: {each}" for each in wrong(settled(page))]
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
    page = open_page("/du-lieu?dataset=tra-cu", written, scheme=scheme)
    _mapping(page, tmp_path)
    found += [f"mapping: {each}" for each in wrong(page)]
    assert found == []


def test_units_and_a_group_are_ticked_and_stand_as_lines_of_one_chart_six_at_most(
    open_page: Open, written: Server
) -> None:
    page = is_well(open_page(f"/tra-cuu?{QUARTER}&unit=29467&unit=29470", written))
    popover(page, "Nhóm đơn vị")
    page.get_by_label("Tên cho 2 đơn vị đang chọn").fill("Cụm ven sông")
    page.get_by_label("Tên cho 2 đơn vị đang chọn").press("Tab")
    settled(page)
    page.get_by_role("button", name="Lưu nhóm").click()
    expect(page.get_by_text("Cụm ven sông: 2 đơn vị")).to_be_visible()
    assert [group.name for group in groups.read(written.data, "tra-cu").values()] == ["Cụm ven sông"]

    page = is_well(open_page(f"/xu-huong?{QUARTER}", written))
    popover(page, "So sánh")
    names = ["Cụm ven sông"]
    folds = page.locator(".st-key-compared details")
    expect(folds).to_have_count(2)
    for fold in folds.all():
        fold.locator("summary").click()
    boxes = page.locator(".st-key-compared label")
    boxes.filter(has_text="Cụm ven sông").locator("input").check()
    page.wait_for_url("**beside=**")
    for place in range(1, 7):  # the seventh is one too many
        row = boxes.nth(place)
        names.append(row.inner_text().strip())
        row.locator("input").check()
        if place < 6:
            asked = "new URLSearchParams(location.search).getAll('beside')"
            page.wait_for_function(f"() => {asked}.length === {place + 1}")
        settled(page)
    page.keyboard.press("Escape")
    assert len(parameters(page)["beside"]) == 6
    expect(chart(page, "beside").locator(".scatterlayer .trace")).to_have_count(6)
    assert sorted(row[0] for row in cells(page, "beside-table")) == sorted(names[:6])
    expect(chart(page, "beside")).to_contain_text("Cụm ven sông")


def test_an_event_is_entered_by_clicks_stands_on_the_charts_and_is_taken_away(open_page: Open, written: Server) -> None:
    page = is_well(open_page(f"/xu-huong?{QUARTER}", written))
    popover(page, "Sự kiện")
    page.get_by_role("spinbutton", name="ngày, Ngày").click()
    page.keyboard.type("15022023")
    page.keyboard.press("Tab")
    settled(page)
    for label, said in (("Sự kiện", "Đổi phần mềm"), ("Nguồn (văn bản nào)", "CV 12/UBND")):
        field = page.get_by_test_id("stPopoverBody").get_by_label(label, exact=True)
        field.fill(said)
        field.press("Tab")
        settled(page)
    page.get_by_role("button", name="Lưu sự kiện").click()
    away = page.locator(".st-key-event-0").get_by_role("button", name="Bỏ")
    expect(away).to_be_visible()
    assert events.read(written.data, "tra-cu") == (Event(date(2023, 2, 15), "Đổi phần mềm", "CV 12/UBND"),)
    page.keyboard.press("Escape")
    expect(chart(settled(page), "control")).to_contain_text("Đổi phần mềm")
    popover(page, "Sự kiện")
    away.click()
    expect(away).to_have_count(0)
    expect(chart(settled(page), "control")).not_to_contain_text("Đổi phần mềm")
    assert events.read(written.data, "tra-cu") == ()
