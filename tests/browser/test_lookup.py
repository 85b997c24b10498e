"""A citizen's number in hand: one field on every page finds the dossier and opens its card."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cchc.figures import query
from cchc.figures.filters import strict
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from tests.browser.looking import cells, is_well, parameters, rows, slug

pytestmark = pytest.mark.slow

Open = Callable[..., Page]


def current(data, dataset: str) -> Snapshot:
    found = snapshots.current(data, dataset)
    assert found is not None
    return found


def late(snapshot: Snapshot) -> dict:
    """A late dossier of a period that no page opens with."""
    asked = strict("start=2023-03-01&end=2023-03-31", snapshot)
    return query.records(snapshot, asked, "late", limit=1).rows.iloc[0].to_dict()


def asks(page: Page, text: str) -> Page:
    page.get_by_placeholder("Tìm hồ sơ theo mã").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ho-so?*")
    return is_well(page)


def test_a_number_of_another_period_opens_its_card_from_any_page_and_the_card_is_a_link(
    open_page: Open, demo_data
) -> None:
    snapshot = current(demo_data, "tra-cu")
    wanted = late(snapshot)
    page = asks(is_well(open_page("/tong-quan?dataset=tra-cu")), wanted["dossier_id"].replace("-", " ").lower())
    expect(page.locator(".question")).to_contain_text(wanted["dossier_id"])
    told = page.get_by_test_id("stMainBlockContainer").inner_text().replace("\u00a0", " ")
    assert f"Quá hạn {wanted['days_late']} ngày: hẹn trả" in told
    card = dict(cells(page, "card"))
    assert card["Mã hồ sơ"] == wanted["dossier_id"]
    assert card["Tiếp nhận"].startswith(f"{wanted['received_at']:%d/%m/%Y}")
    assert [row[0] for row in cells(page, "versions")] == ["10/07/2023"]
    page.reload()
    expect(is_well(page).locator(".question")).to_contain_text(wanted["dossier_id"])


def test_a_part_lists_the_dossiers_of_every_area_and_a_row_opens_the_card(open_page: Open, demo_data) -> None:
    page = asks(is_well(open_page("/tuan-thu?dataset=my-hao")), "230301 0001")
    expect(rows(page, "found-dossiers").first).to_be_visible()
    areas = {row[1] for row in cells(page, "found-dossiers")}
    assert len(areas) > 1
    head = rows(page, "found-dossiers").last.locator("th")
    number = head.inner_text()
    head.get_by_role("button").click()
    page.wait_for_url("**dossier=*")
    expect(is_well(page).locator(".question")).to_contain_text(number)
    assert parameters(page)["dossier"] == [number]


def test_a_number_nobody_has_is_said(open_page: Open) -> None:
    page = asks(is_well(open_page("/tong-quan?dataset=tra-cu")), "không-có-99999999")
    expect(page.get_by_test_id("stMainBlockContainer")).to_contain_text("Không có hồ sơ nào có mã chứa")
    assert slug(page) == "ho-so"


def test_a_dossier_of_a_list_opens_its_card(open_page: Open) -> None:
    page = is_well(open_page("/ho-so?dataset=tra-cu&start=2023-03-01&end=2023-03-31&metric=late"))
    head = rows(page, "records").first.locator("th")
    number = head.inner_text()
    head.get_by_role("button").click()
    page.wait_for_url("**dossier=*")
    expect(is_well(page).locator(".question")).to_contain_text(number)


def test_a_whole_number_of_another_area_opens_its_card_with_the_menu_of_that_area(open_page: Open, demo_data) -> None:
    wanted = late(current(demo_data, "tra-cu"))["dossier_id"]
    page = asks(is_well(open_page("/tuan-thu?dataset=my-hao")), wanted)
    expect(page.locator(".question")).to_contain_text(wanted)
    expect(page.locator(".st-key-dataset input")).to_have_value("Huyện Trà Cú (Trà Vinh)")
    expect(page.locator(".st-key-snapshot input")).to_have_value("10/07/2023 (hiện hành)")
    assert parameters(page)["dataset"] == ["tra-cu"]
