"""The pages of the service models: the answer, its pictures, another start date, the dossiers behind a number."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import wording
from tests.browser.conftest import Server
from tests.browser.looking import (
    cells,
    is_well,
    loose_units,
    main_texts,
    meeting_words,
    number,
    opens_from_menu,
    parameters,
    rows,
    waits_for_parameter,
)

Open = Callable[..., Page]
THURSDAY, FRIDAY = "/thu-nam?dataset=tra-cu", "/thu-sau?dataset=thanh-ha"


def pictures(page: Page) -> list[str]:
    """The keys of the charts that are drawn."""
    every = ("weeks", "units-chart", "chance", "course", "weekdays", "promise-weeks", "promise-grid", "series")
    return [key for key in every if page.locator(f".st-key-{key} .js-plotly-plot").count()]


def for_checkers(page: Page) -> None:
    """Unfold what a leader does not read."""
    page.get_by_text("Dành cho người kiểm tra").last.click()


def test_thursday_is_in_its_areas_menu_and_answers_with_pictures(open_page: Open) -> None:
    page = opens_from_menu(is_well(open_page("/tong-quan?dataset=tra-cu")), "thu-nam")
    expect(page.get_by_text("trong 6.188 cách chọn 5 đơn vị").first).to_be_visible()
    for_checkers(page)
    expect(page.locator(".st-key-course .js-plotly-plot")).to_be_visible()
    assert pictures(page) == ["weeks", "units-chart", "chance", "course", "weekdays"]
    assert page.locator(".st-key-filter-bar button").count() == 1  # the period follows the model


def test_friday_answers_with_its_promise_and_its_series(open_page: Open) -> None:
    page = is_well(open_page(FRIDAY))
    for_checkers(page)
    expect(page.locator(".st-key-series .js-plotly-plot")).to_be_visible()
    assert pictures(page) == ["weeks", "units-chart", "weekdays", "promise-weeks", "promise-grid", "series"]
    expect(page.locator(".card.fact").first).to_contain_text("2.192")
    expect(page.locator(".card.fact").first).to_contain_text("13.400")


def test_another_start_date_is_in_the_link_and_changes_the_answer(open_page: Open) -> None:
    page = is_well(open_page(THURSDAY))
    before = main_texts(page)
    page.get_by_role("radiogroup").get_by_text("04/05/2023").click()
    waits_for_parameter(page, "since", "2023-05-04")
    expect(page.get_by_text("Chưa thấy rõ tác dụng").first).to_be_visible()
    assert main_texts(page) != before
    again = is_well(open_page(f"{THURSDAY}&since=2023-05-04"))
    expect(again.get_by_text("Chưa thấy rõ tác dụng").first).to_be_visible()


def test_every_number_of_a_month_and_of_a_quarter_opens_exactly_its_dossiers(open_page: Open) -> None:
    page = is_well(open_page(FRIDAY))
    table = page.locator(".st-key-promise-periods")
    expect(table.locator("tbody tr")).to_have_count(6)
    for period, place in (("Tháng 10/2023", -1), ("Quý IV/2023", 0)):
        buttons = table.locator("tbody tr", has_text=period).first.get_by_role("button").all()
        shown = number(buttons[place].inner_text())
        buttons[place].click()
        page.wait_for_url("**/ho-so?*")
        expect(page.get_by_test_id("stMainBlockContainer")).to_contain_text(f": {shown:,} hồ sơ".replace(",", "."))
        page.go_back()
        is_well(page)
        table = page.locator(".st-key-promise-periods")
        expect(table.locator("tbody tr")).to_have_count(6)


def test_a_broken_promise_is_listed_with_its_hour_and_what_was_missed(open_page: Open) -> None:
    page = is_well(open_page("/ho-so?dataset=thanh-ha&start=2023-10-13&end=2023-10-13&metric=model_broken"))
    [row] = cells(page, "records")
    assert row[0] == "H23.38.14-231013-0010"
    assert "trước 09:00 16/10/2023" in row
    assert row[-1] == "Không đúng: trả 13:34 16/10/2023"


def test_what_is_overdue_is_listed_oldest_first_on_a_day_that_is_said(open_page: Open) -> None:
    page = is_well(open_page("/ho-so?dataset=tra-cu&start=2023-07-01&end=2023-07-31&metric=open_overdue"))
    days = [number(row[-1]) for row in cells(page, "records")]
    assert days == sorted(days, reverse=True)
    assert len(days) == 5
    expect(page.get_by_text("Đang giải quyết quá hạn đến hết ngày 10/07/2023: 5 hồ sơ.")).to_be_visible()


def test_the_number_of_broken_promises_opens_exactly_those_dossiers(open_page: Open) -> None:
    page = is_well(open_page(FRIDAY))
    page.locator(".card.fact a", has_text=re.compile(r"^\s*34\s*$")).click()
    page.wait_for_url("**/ho-so?**")
    is_well(page)
    assert parameters(page)["metric"] == ["model_broken"]
    expect(rows(page, "records")).to_have_count(34)


def test_a_count_in_the_table_of_units_opens_that_units_dossiers(open_page: Open) -> None:
    page = is_well(open_page(FRIDAY))
    first = cells(page, "promise-units")[0]
    rows(page, "promise-units").first.locator("td", has_text=first[6]).get_by_role("button").last.click()
    page.wait_for_url("**/ho-so?**")
    is_well(page)
    assert len(parameters(page)["unit"]) == 1
    expect(rows(page, "records")).to_have_count(min(number(first[6]), 50))


def test_a_model_of_another_area_names_the_area_and_leads_there(open_page: Open) -> None:
    page = is_well(open_page("/thu-sau?dataset=my-hao"))
    menu = page.locator("[data-testid=stSidebar]")
    expect(menu.get_by_role("link", name="Ngày thứ Sáu không chờ · Huyện Thanh Hà (Hải Dương)")).to_have_count(1)
    page.get_by_test_id("stMainBlockContainer").get_by_text("Huyện Thanh Hà (Hải Dương)", exact=True).click()
    waits_for_parameter(page, "dataset", "thanh-ha")
    expect(page.locator(".st-key-promise-weeks .js-plotly-plot")).to_be_visible()


@pytest.mark.parametrize("path", [THURSDAY, FRIDAY, "/khong-hen", "/xu-huong"])
def test_a_telephone_neither_scrolls_sideways_nor_cuts_a_picture_and_no_word_lies_on_another(
    open_page: Open, server: Server, province: Server, path: str
) -> None:
    page = is_well(open_page(path, server if "?" in path else province, width=390))
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for chart in page.locator(".js-plotly-plot").all():
        box = chart.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert meeting_words(page) == []
    assert loose_units(page) == []


@pytest.mark.parametrize("path", [THURSDAY, FRIDAY])
def test_english_pages_say_nothing_in_vietnamese_but_names_and_sources(open_page: Open, demo_data, path: str) -> None:
    from cchc.store import snapshots

    known = [snapshots.current(demo_data, dataset).references for dataset in snapshots.datasets(demo_data)]
    page = is_well(open_page(f"{path}&lang=en"))
    axes = {text for part in ("text", "tspan") for text in page.locator(f".js-plotly-plot {part}").all_text_contents()}
    assert wording.left_over(set(main_texts(page)) - axes, "en", known) == set()
