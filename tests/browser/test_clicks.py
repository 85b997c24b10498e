"""Clicks narrow, and the list of dossiers is exactly as long as the number that was clicked."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from cchc.access import record
from cchc.figures import query
from cchc.figures.filters import strict
from cchc.figures.metrics import METRICS
from cchc.store.snapshots import Snapshot
from tests import building
from tests.browser.conftest import Server
from tests.browser.looking import (
    cells,
    is_well,
    main_texts,
    number,
    opens_from_menu,
    parameters,
    rows,
    settled,
    slug,
    waits_for_parameter,
)  # fmt: skip
from tests.building import dossier, numbered

Open = Callable[..., Page]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"
# The points of a chart as Plotly holds them: what was drawn, not what was asked for.
POINTS = """(chart) => chart.data.flatMap((trace, curve) => (trace.customdata ?? []).map((each, point) =>
    ({curve, point, id: each[0], text: each.at(-1)})))"""


def listed(page: Page) -> list[str]:
    """The dossier ids of the page of the list that is shown."""
    return [row[0] for row in cells(page, "records")]


def headings(page: Page, key: str) -> list[str]:
    return [head.strip() for head in page.locator(f".st-key-{key} thead th").all_inner_texts()]


# --- Charts, tables, sentences ---


def test_a_clicked_part_of_a_bar_narrows_and_the_list_has_as_many_dossiers(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}", width=1440, height=1200))
    chart = page.locator(".st-key-outcomes .js-plotly-plot")
    late = METRICS["late"].label.vi
    points = [each for each in chart.evaluate(POINTS) if f"<br>{late}:" in each["text"]]
    counted = {each["point"]: number(re.search(r"<br>([\d.]+) / ", each["text"])[1]) for each in points}
    [wanted, *_] = [each for each in points if 1 < counted[each["point"]] <= 50]
    bar = chart.locator(".barlayer .trace").nth(wanted["curve"]).locator(".point path").nth(wanted["point"])
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    waits_for_parameter(page, "unit", wanted["id"])
    expect(page.locator(".st-key-outcomes .barlayer .trace").first.locator(".point")).to_have_count(1)
    opens_from_menu(page, "ho-so")
    assert parameters(page)["unit"] == [wanted["id"]]
    assert parameters(page)["metric"] == ["late"]
    expect(rows(page, "records")).to_have_count(counted[wanted["point"]])
    assert len(set(listed(page))) == counted[wanted["point"]]


def test_a_clicked_point_of_the_funnel_narrows_to_its_unit_among_all(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}", width=1440, height=1200))
    chart = page.locator(".st-key-funnel .js-plotly-plot")
    ids = [each["id"] for each in chart.evaluate(POINTS)]
    drawn = chart.locator(".scatterlayer path.point")
    drawn.last.scroll_into_view_if_needed()
    box = drawn.last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    waits_for_parameter(page, "unit", ids[-1])
    expect(rows(page, "units")).to_have_count(1)
    expect(drawn).to_have_count(len(ids))


def test_every_cell_of_the_outcomes_is_the_length_of_its_list(tra_cu: Snapshot, open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    names = {unit.name: unit.id for unit in tra_cu.references.units.values()}
    asked = strict(QUARTER, tra_cu)
    metrics = ("resolved", "early", "on_day", "withdrawn", "late")
    shown, heads = cells(page, "units"), headings(page, "units")
    assert len(shown) == len(names)
    for row in shown:
        for metric in metrics:
            narrowed, cell = asked.narrow("unit", names[row[0]]), row[heads.index(METRICS[metric].label.vi)]
            assert query.records(tra_cu, narrowed, metric, limit=1).total == number(cell), (row[0], metric)


@pytest.mark.parametrize(("wanted", "key"), [("tuan-thu", "units"), ("tong-quan", "grid")])
def test_a_clicked_row_narrows_to_its_unit(open_page: Open, wanted: str, key: str) -> None:
    page = is_well(open_page(f"/{wanted}?{QUARTER}"))
    head = rows(page, key).nth(2).locator("th")
    name = head.inner_text()
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")  # as good as a click
    expect(rows(page, key)).to_have_count(1)
    expect(rows(page, key).locator("th")).to_have_text(name)
    assert slug(page) == wanted
    assert len(parameters(page)["unit"]) == 1


def test_a_clicked_number_of_a_table_opens_exactly_its_dossiers(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    place = headings(page, "units").index(METRICS["late"].label.vi)
    [wanted] = [n for n, row in enumerate(cells(page, "units")) if 1 < number(row[place]) <= 50][:1]
    count = number(cells(page, "units")[wanted][place])
    rows(page, "units").nth(wanted).locator("th, td").nth(place).get_by_role("button").click()
    page.wait_for_url(re.compile("/ho-so"))
    expect(rows(page, "records")).to_have_count(count)
    assert parameters(page)["metric"] == ["late"]
    assert parameters(page)["start"] == ["2023-01-01"]


def test_a_heading_sorts_the_rows_and_keeps_the_total_first(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    table = page.locator(".st-key-units")
    table.get_by_role("columnheader", name=METRICS["late"].label.vi, exact=True).get_by_role("button").click()
    place = headings(page, "units").index(f"{METRICS['late'].label.vi} ▼")
    late = [number(row[place]) for row in cells(page, "units")]
    assert late == sorted(late, reverse=True)
    expect(table.locator("tbody tr").first).to_have_class(re.compile("total"))
    assert number(table.locator("tbody tr.total td").nth(place - 1).inner_text()) == sum(late)


def test_a_long_table_is_searched_without_diacritics_and_cut_to_the_twenty_at_its_top(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}&by=procedure"))
    table, tools = page.locator(".st-key-procedure-table"), page.locator(".st-key-procedure-table .tools")
    every = rows(page, "procedure-table").count()
    assert every > 30
    tools.get_by_role("button", name="20 thấp nhất").click()
    expect(rows(page, "procedure-table")).to_have_count(20)
    expect(table.locator("tr.total")).to_have_count(1)
    expect(tools.locator("output")).to_have_text(f"20 / {every}")
    heading = table.get_by_role("button", name="Tỷ lệ trước và đúng hạn")
    heading.click()
    expect(heading).to_be_focused()
    tools.get_by_role("button", name="20 cao nhất").click()
    highest = [float(row[1].split(" %")[0].replace(",", ".")) for row in cells(page, "procedure-table")]
    assert highest == sorted(highest, reverse=True)
    assert len(highest) == 20
    tools.get_by_role("button", name="Tất cả").click()
    tools.get_by_role("searchbox").fill("KHAI SINH")
    expect(rows(page, "procedure-table")).not_to_have_count(every)
    assert all("khai sinh" in row[0] for row in cells(page, "procedure-table"))
    expect(page.locator(".st-key-units .tools")).to_have_count(0)


def test_a_link_opens_its_page_without_loading_the_product_again(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    page.evaluate("window.stillHere = true")
    named = page.locator("h1").inner_text()
    for wanted in ("xu-huong", "ho-so"):  # a link of the page, then one of the menu
        link = page.locator(f"[data-testid=stMain] .card a[href^='{wanted}?'], .menu a[href^='{wanted}?']").first
        link.click()
        page.wait_for_url(re.compile(rf"/{wanted}\?.*start=2023-01-01"))
        expect(is_well(page).locator(".menu [aria-current=page]")).to_have_attribute("href", re.compile(f"^{wanted}"))
    page.go_back()
    page.wait_for_url(re.compile("/xu-huong"))
    page.go_back()
    page.wait_for_url(re.compile("/tong-quan"))
    expect(is_well(page).locator("h1")).to_have_text(named)
    assert page.evaluate("window.stillHere")
    with page.context.expect_page() as opened:
        page.locator(".menu a[href^='tuan-thu?']").click(modifiers=["Control"])
    opened.value.wait_for_url(re.compile(r"/tuan-thu\?"))
    assert "/tong-quan" in page.url


def test_the_menu_is_not_drawn_again_by_a_change_of_filters_and_leads_to_what_is_filtered(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    page.evaluate("document.querySelector('.menu').drawn = 'before'")
    page.locator(".st-key-earlier button").first.click()
    waits_for_parameter(page, "start", "2022-10-01")
    follows = page.locator(".menu a[href^='xu-huong?']")
    expect(follows).to_have_attribute("href", re.compile("start=2022-10-01&end=2022-12-31"))
    assert page.evaluate("document.querySelector('.menu').drawn") == "before"
    # A model of another area has its own days.
    expect(page.locator(".menu a[href^='thu-sau?']")).to_have_attribute("href", "thu-sau?dataset=thanh-ha")
    page.locator(".st-key-find-dossier input").fill("0001")
    page.locator(".st-key-find-dossier input").press("Enter")
    page.wait_for_url(re.compile("/ho-so.*start=2022-10-01.*find=0001"))
    opens_from_menu(is_well(page), "tuan-thu")
    expect(page.locator("header .caption").first).to_contain_text("quý IV/2022")


def test_a_sentence_that_needs_attention_opens_exactly_its_dossiers(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    counts = re.compile(r"\d+(?:[.,]\d+)*")
    links = page.locator(".links a[href*='metric=late'][href*='ho-so']")
    [*sentences] = links.all_inner_texts()
    assert sentences
    links.first.click()
    page.wait_for_url(re.compile("/ho-so"))
    is_well(page)
    last = page.get_by_test_id("stPagination").get_by_role("button").nth(-2)
    pages = number(last.inner_text()) if last.count() else 1
    if pages > 1:
        last.click()
        waits_for_parameter(page, "page", str(pages))
        expect(last).to_have_attribute("aria-current", "page")
    total = 50 * (pages - 1) + rows(page, "records").count()
    assert total > 0
    assert f"{total:,}".replace(",", ".") in counts.findall(sentences[0])


# --- The list ---


def test_pages_of_the_list_hold_every_dossier_once(open_page: Open, tra_cu: Snapshot) -> None:
    question = "dataset=tra-cu&start=2023-05-04&end=2023-05-05"
    total = query.records(tra_cu, strict(question, tra_cu), "received", limit=1).total
    assert 100 < total < 2000
    page = is_well(open_page(f"/ho-so?{question}"))
    seen = listed(page)
    assert len(seen) == 50
    page.get_by_test_id("stPagination").get_by_text("2", exact=True).click()
    waits_for_parameter(page, "page", "2")
    expect(rows(page, "records").first.locator("th")).not_to_have_text(seen[0])
    seen += listed(page)
    last = -(-total // 50)
    seen += listed(is_well(open_page(f"/ho-so?{question}&page={last}")))
    assert len(seen) == len(set(seen)) == 100 + (total - 1) % 50 + 1


def test_a_heading_of_the_list_orders_all_pages_and_the_order_is_in_the_link(open_page: Open, tra_cu: Snapshot) -> None:
    question = "dataset=tra-cu&start=2023-01-01&end=2023-03-31&metric=late"
    page = is_well(open_page(f"/ho-so?{question}"))
    heading = page.locator(".st-key-records thead button").last  # days late
    heading.click()
    waits_for_parameter(page, "sort", "days_late")
    heading.click()
    waits_for_parameter(page, "order", "desc")
    asked = strict("start=2023-01-01&end=2023-03-31", tra_cu)
    ordered = query.records(tra_cu, asked, "late", sort="days_late", descending=True)
    assert listed(page) == list(ordered.rows["dossier_id"])
    days = [number(row[-1]) for row in cells(page, "records")]
    assert days == sorted(days, reverse=True)
    page.reload()
    assert listed(is_well(page)) == list(ordered.rows["dossier_id"])


def test_another_search_starts_at_the_first_page(open_page: Open) -> None:
    page = is_well(open_page("/ho-so?dataset=tra-cu&start=2023-05-01&end=2023-05-31&page=3"))
    page.locator(".st-key-search input").fill("ngoc bien")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("search=ngoc"))
    settled(page)
    assert "page" not in parameters(page)
    assert {row[1] for row in cells(page, "records")} == {"Xã Ngọc Biên"}


# --- Files ---


def test_downloads_hold_as_many_dossiers_as_the_page_says_and_are_written_down(
    open_page: Open, tmp_path: Path, tra_cu: Snapshot, server: Server
) -> None:
    question = "dataset=tra-cu&start=2023-06-01&end=2023-07-10"
    asked = strict(question, tra_cu)
    for metric in ("open", "received"):  # an open dossier has no end
        total = query.records(tra_cu, asked, metric, limit=1).total
        page = is_well(open_page(f"/ho-so?{question}&metric={metric}"))
        assert any(f"{total:,}".replace(",", ".") in text for text in main_texts(page))
        buttons = page.get_by_test_id("stDownloadButton").get_by_role("button")
        for place, name in enumerate(("list.csv", "list.xlsx")):
            with page.expect_download() as download:
                buttons.nth(place).click()
            download.value.save_as(tmp_path / name)
            assert download.value.suggested_filename.endswith(Path(name).suffix)
            assert metric in download.value.suggested_filename
        text = (tmp_path / "list.csv").read_bytes().decode("utf-8-sig")
        lines = [row for row in csv.reader(io.StringIO(text, newline="")) if len(row) > 5]
        assert len(lines) - 1 == total
        sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets[0]
        assert sum(1 for row in sheet.iter_rows(values_only=True) if row[5] is not None) - 1 == total
        lines = [line for line in record.lines(server.data, "export")[0] if f"-{metric}-" in line.about]
        assert [(line.who, line.area) for line in lines] == [("local", "tra-cu")] * 2


def test_a_name_from_the_data_is_no_markup_in_the_page_and_no_formula_in_the_file(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    hostile = "=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> *x*"
    units = f"unit,name,level,parent\nA,{hostile},commune,\n"
    references = building.reference_folder(tmp_path / "references", units=units, service_models="")
    may = {"received_at": "2024-05-02", "due_at": "2024-05-06", "finished_at": "2024-05-09"}
    late = [dossier(**may) for _ in range(30)]
    building.publish(tmp_path / "data", numbered(late), references=references)
    server = fresh_server(tmp_path / "data")
    for wanted in ("tong-quan", "tuan-thu", "ho-so"):
        page = is_well(open_page(f"/{wanted}?start=2024-05-01&end=2024-05-31&unit=A", server))
        expect(page.locator("img[src=x]")).to_have_count(0)
        assert any("*x*" in text for text in main_texts(page)), wanted
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    download.value.save_as(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 4
    assert not [cell for row in csv.reader(lines) for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert slug(page) == "ho-so"
