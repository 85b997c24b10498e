"""The first screen answers, and no question of a leader is more than two clicks from it."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Locator, Page, expect

from cchc.config import ROOT
from tests.browser.conftest import settled
from tests.browser.looking import cells, is_well, number, parameters, rows, slug, waits_for_parameter

Open = Callable[..., Page]
SIZE = "(element) => parseFloat(getComputedStyle(element).fontSize)"
MAIN = "[data-testid=stMainBlockContainer]"


def models(page: Page) -> Locator:
    return page.locator(".card.model")


def test_whoever_opens_the_address_sees_compliance_both_models_and_trends_at_once(open_page: Open) -> None:
    page = is_well(open_page("/", width=1440, height=900))
    expect(models(page)).to_have_count(2)
    for card, area in zip(models(page).all(), ("Thanh Hà", "Trà Cú"), strict=True):
        expect(card).to_contain_text(area)
        expect(card.locator(".claim")).to_contain_text("Có tác dụng")
        expect(card.locator(".value")).to_have_text([re.compile(r"^\+\d+,\d\sđiểm\s%$"), re.compile(r"^\d+,\d+\s%$")])
        expect(card.locator(".big .below")).to_contain_text(
            [re.compile("khoảng tin cậy"), re.compile("khoảng tin cậy")]
        )
        for value in card.locator(".value").all():
            box = value.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] < 900
    expect(page.locator(".card:not(.model) .value img").first).to_be_visible()
    expect(page.locator("h1")).to_contain_text("trước hạn hoặc đúng hạn")


@pytest.mark.parametrize(
    "path", ["/", "/tuan-thu", "/xu-huong", "/thu-nam?dataset=tra-cu", "/thu-sau", "/hop", "/bao-cao"]
)
def test_the_answer_is_the_largest_text_and_the_question_stands_above_it_in_small_type(
    open_page: Open, path: str
) -> None:
    page = is_well(open_page(path, width=1440, height=900))
    answer, question = page.locator("h1"), page.locator(".question")
    assert question.bounding_box()["y"] < answer.bounding_box()["y"]  # type: ignore[index]
    assert question.evaluate(SIZE) < 16 < answer.evaluate(SIZE)
    written = page.locator(f"{MAIN} :is(h2, h3, p, td, .label, .below)").evaluate_all(f"(all) => all.map({SIZE})")
    assert max(written) < answer.evaluate(SIZE)


@pytest.mark.parametrize(("path", "first"), [("/thu-nam?dataset=tra-cu", "+30,4 điểm %"), ("/thu-sau", "98,43 %")])
def test_a_model_page_shows_its_number_from_afar_and_folds_what_a_leader_does_not_read(
    open_page: Open, path: str, first: str
) -> None:
    page = is_well(open_page(path, width=1440, height=900))
    numbers = page.locator(".seen .value")
    assert numbers.first.inner_text().replace("\u00a0", " ") == first
    assert all(each.evaluate(SIZE) >= 40 for each in numbers.all())
    expect(page.locator(".seen .below").first).to_contain_text("khoảng tin cậy 95")
    fold = page.get_by_text("Dành cho người kiểm tra").last
    top = page.locator(MAIN).bounding_box()["y"]  # type: ignore[index]
    assert fold.bounding_box()["y"] - top <= 3 * 900  # type: ignore[index]
    for link in page.locator(".contents a").all():
        target = page.locator(str(link.get_attribute("href")))
        expect(target).to_have_count(1)
        link.click()
        expect(target).to_be_in_viewport()


# --- The menu ---


@pytest.mark.parametrize("dataset", ["tra-cu", "thanh-ha", "my-hao"])
def test_the_menu_lists_the_models_of_every_area_and_a_click_goes_to_where_one_runs(
    open_page: Open, dataset: str
) -> None:
    page = is_well(open_page(f"/tong-quan?dataset={dataset}"))
    menu = page.locator("[data-testid=stSidebar]")
    for name, area, runs in (("thứ Năm", "Huyện Trà Cú", "tra-cu"), ("thứ Sáu", "Huyện Thanh Hà", "thanh-ha")):
        link = menu.get_by_role("link", name=re.compile(f"{name}.*{area}"))
        link.click()
        page.wait_for_url(re.compile(r"/thu-(nam|sau)\?"))
        assert parameters(is_well(page)).get("dataset", ["thanh-ha"]) == [runs]
        expect(page.locator(".seen .value")).to_have_count(2)


# --- The reader's own start ---


def test_a_browser_begins_with_the_page_the_area_and_the_units_its_reader_chose(open_page: Open) -> None:
    page = is_well(open_page("/tuan-thu?dataset=my-hao&unit=12103&start=2024-03-01&end=2024-03-31"))
    page.get_by_role("button", name="Mở đầu bằng trang này").click()
    expect(page.get_by_role("button", name="Thôi mở đầu bằng trang này")).to_be_visible()
    again = is_well(open_page("/"))
    assert slug(again) == "tuan-thu"
    assert parameters(again) == {"dataset": ["my-hao"], "unit": ["12103"]}
    again.get_by_role("button", name="Thôi mở đầu bằng trang này").click()
    expect(models(is_well(open_page("/")))).to_have_count(2)


# --- Ten questions ---


class Visit:
    """A visit to the first screen that counts its clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, target: Locator, until: str = "") -> None:
        target.click()
        self.clicks += 1
        if until:
            self.page.wait_for_url(re.compile(until))
        settled(self.page)

    def take(self, target: Locator, ending: str) -> None:
        """Click what gives a file."""
        with self.page.expect_download() as download:
            target.click()
        self.clicks += 1
        assert download.value.suggested_filename.endswith(ending)

    def menu(self, address: str) -> None:
        self.click(self.page.locator(f"[data-testid=stSidebar] a[href*='{address}']"), f"/{address}(\\?|$)")


def counted(heading: str) -> list[tuple[str, int]]:
    """What is asked or done and the clicks it takes, from the table of the documents below a heading."""
    part = (
        (ROOT / "docs" / "questions.md")
        .read_text(encoding="utf-8")
        .partition(f"## {heading}\n")[2]
        .partition("\n## ")[0]
    )
    return [(what, int(clicks)) for what, clicks in re.findall(r"^\| (.+) \| (\d+) \|$", part, re.MULTILINE)]


def clicks(open_page: Open, asked: Sequence[Callable[["Visit"], int]]) -> list[int]:
    return [each(Visit(is_well(open_page("/", width=1440, height=900)))) for each in asked]


def test_ten_questions_of_a_leader_take_two_clicks_at_most(open_page: Open) -> None:
    found = clicks(open_page, ASKED)
    assert found == [count for _, count in counted("Mười câu hỏi của lãnh đạo")]
    assert len(found) == 10
    assert max(found) <= 2


def test_ten_tasks_of_the_office_take_three_clicks_at_most(open_page: Open) -> None:
    found = clicks(open_page, DONE)
    assert found == [count for _, count in counted("Mười việc của cán bộ")]
    assert len(found) == 10
    assert max(found) <= 3


def on_time_last_month_and_a_year_before(visit: Visit) -> int:
    card = visit.page.locator(".card:not(.model)").first
    expect(card).to_contain_text("Tỷ lệ trước và đúng hạn")
    expect(card.locator(".change")).to_contain_text(["kỳ trước", "năm trước"])
    return visit.clicks


def the_three_worst_units_and_why(visit: Visit) -> int:
    visit.menu("tuan-thu")
    assert len(cells(visit.page, "units")) > 3
    expect(rows(visit.page, "field-table").first).to_be_visible()
    return visit.clicks


def what_is_overdue_now_oldest_first_and_whose(visit: Visit) -> int:
    card = visit.page.locator(".card", has_text="Đang giải quyết quá hạn, đến 31/12/2023")
    visit.click(card.locator(".value a"), "/ho-so")
    is_well(visit.page)
    late = [(row[1], number(row[-1])) for row in cells(visit.page, "records")]
    assert all(unit for unit, _ in late)
    assert [days for _, days in late] == sorted((days for _, days in late), reverse=True)
    return visit.clicks


def did_thursday_work_in_one_commune(visit: Visit) -> int:
    visit.menu("thu-nam")
    expect(visit.page.locator(".st-key-units-chart")).to_contain_text("Xã Ngọc Biên")
    return visit.clicks


def where_friday_was_broken_in_october(visit: Visit) -> int:
    visit.menu("thu-sau")
    row = visit.page.locator(".st-key-promise-periods tbody tr", has_text="Tháng 10/2023")
    visit.click(row.get_by_role("button").last, "/ho-so")
    is_well(visit.page)
    expect(rows(visit.page, "records")).to_have_count(7)
    return visit.clicks


def is_online_really_rising_in_one_commune(visit: Visit) -> int:
    visit.click(rows(visit.page, "grid").filter(has_text="Xã Hồng Lạc").get_by_role("button").first)
    waits_for_parameter(visit.page, "unit", "10816")
    visit.click(visit.page.locator(".card .label a", has_text="Tỷ lệ trực tuyến"), "/xu-huong")
    expect(is_well(visit.page).locator("h1")).to_contain_text("Tỷ lệ trực tuyến")
    assert parameters(visit.page)["unit"] == ["10816"]
    return visit.clicks


def two_communes_over_time(visit: Visit) -> int:
    visit.menu("xu-huong")
    for name in ("Xã Hồng Lạc", "Xã Tân Việt"):
        expect(visit.page.locator(".st-key-tiles").get_by_text(name, exact=True)).to_be_visible()
    return visit.clicks


def what_was_decided_last_and_what_came_of_it(visit: Visit) -> int:
    visit.menu("hop")
    expect(visit.page.locator(".question")).to_contain_text("Lần trước quyết định gì")
    return visit.clicks


def a_chart_as_a_picture_or_on_the_wall(visit: Visit) -> int:
    visit.click(visit.page.locator(".chart-menu > button").first)
    expect(visit.page.get_by_role("menuitem", name="Toàn màn hình")).to_be_visible()
    visit.click(visit.page.get_by_role("menuitem", name="Toàn màn hình"))
    expect(visit.page.locator(".chart-sheet")).to_be_visible()
    return visit.clicks


def one_dossier_by_its_number(visit: Visit) -> int:
    field = visit.page.get_by_label("Tìm hồ sơ theo mã")
    field.fill("H23.38.14-231013-0010")
    field.press("Enter")
    visit.clicks += 1
    expect(visit.page.locator(".question")).to_contain_text("231013-0010")
    return visit.clicks


ASKED = (
    on_time_last_month_and_a_year_before, the_three_worst_units_and_why, what_is_overdue_now_oldest_first_and_whose,
    did_thursday_work_in_one_commune, where_friday_was_broken_in_october, is_online_really_rising_in_one_commune,
    two_communes_over_time, what_was_decided_last_and_what_came_of_it, a_chart_as_a_picture_or_on_the_wall,
    one_dossier_by_its_number,
)  # fmt: skip


# --- Ten tasks ---


def the_list_of_overdue_dossiers_as_a_workbook(visit: Visit) -> int:
    card = visit.page.locator(".card", has_text="Đang giải quyết quá hạn")
    visit.click(card.locator(".value a"), "/ho-so")
    visit.take(is_well(visit.page).get_by_role("button", name="Tải Excel"), ".xlsx")
    return visit.clicks


def the_data_behind_a_chart_as_a_workbook(visit: Visit) -> int:
    visit.click(visit.page.locator(".chart-menu > button").first)
    visit.take(visit.page.get_by_role("menuitem", name="Tải số liệu Excel"), ".xlsx")
    return visit.clicks


def a_chart_as_a_picture(visit: Visit) -> int:
    visit.click(visit.page.locator(".chart-menu > button").first)
    visit.take(visit.page.get_by_role("menuitem", name="Tải ảnh PNG"), ".png")
    return visit.clicks


def form_06a(visit: Visit) -> int:
    visit.menu("bao-cao")
    visit.take(is_well(visit.page).get_by_role("button", name="Tải tệp Excel"), ".xlsx")
    return visit.clicks


def the_monthly_report_for_signing(visit: Visit) -> int:
    visit.menu("bao-cao")
    visit.click(
        is_well(visit.page).get_by_test_id("stButtonGroup").get_by_text("Báo cáo tháng"), "report=bao-cao-thang"
    )
    visit.take(is_well(visit.page).get_by_role("button", name="Tải bản trình ký"), ".docx")
    return visit.clicks


def a_table_of_figures_as_a_workbook(visit: Visit) -> int:
    visit.menu("tra-cuu")
    visit.take(is_well(visit.page).get_by_role("button", name="Tải Excel"), ".xlsx")
    return visit.clicks


def the_dossiers_whose_promise_was_broken(visit: Visit) -> int:
    visit.menu("thu-sau")
    visit.click(is_well(visit.page).get_by_role("link", name="không đúng cam kết"), "/ho-so")
    return visit.clicks


def the_period_before(visit: Visit) -> int:
    visit.click(visit.page.get_by_role("button", name="Kỳ trước", exact=True), "start=")
    return visit.clicks


def whether_what_was_published_agrees_with_the_records(visit: Visit) -> int:
    visit.menu("doi-soat")
    is_well(visit.page)
    return visit.clicks


def a_link_that_keeps_the_figures(visit: Visit) -> int:
    visit.click(visit.page.get_by_role("button", name="Liên kết giữ nguyên số"))
    expect(visit.page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    return visit.clicks


DONE = (
    the_list_of_overdue_dossiers_as_a_workbook, the_data_behind_a_chart_as_a_workbook, a_chart_as_a_picture, form_06a,
    the_monthly_report_for_signing, a_table_of_figures_as_a_workbook, the_dossiers_whose_promise_was_broken,
    the_period_before, whether_what_was_published_agrees_with_the_records, a_link_that_keeps_the_figures,
)  # fmt: skip
