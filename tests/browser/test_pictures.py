"""What can be taken away of a chart: a picture for a slide, the data behind it, the chart on the whole screen."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from cchc.figures import query
from cchc.figures.filters import strict
from cchc.figures.metrics import METRICS
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from tests import building
from tests.browser.conftest import Server, settled
from tests.browser.looking import is_well, parameters
from tests.building import dossier, numbered

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
QUARTER = "dataset=tra-cu&start=2023-01-01&end=2023-03-31"
# Pages with charts, and the areas that have them.
DRAWN = (
    f"tuan-thu?{QUARTER}", f"xu-huong?{QUARTER}", "thu-nam?dataset=tra-cu", "thu-sau?dataset=thanh-ha",
)  # fmt: skip
LABELS = {"png": "Tải ảnh PNG", "svg": "Tải ảnh SVG", "csv": "Tải số liệu CSV", "xlsx": "Tải số liệu Excel"}


@pytest.fixture
def tra_cu(demo_data: Path) -> Snapshot:
    found = snapshots.current(demo_data, "tra-cu")
    assert found is not None
    return found


def charts(page: Page) -> list[Locator]:
    """Every chart of the page, those that are folded away too."""
    for folds in page.get_by_test_id("stExpander").all():
        if not folds.locator("> details[open]").count():
            folds.locator("> details > summary").click()
    found = page.get_by_test_id("stPlotlyChart").all()
    assert found
    return found


def chart(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} [data-testid=stPlotlyChart]")


def opened(drawn: Locator) -> Locator:
    """The menu of a chart, opened."""
    drawn.get_by_role("button", name="Ảnh và số liệu của biểu đồ").click()
    return drawn.get_by_role("menu")


def taken(page: Page, drawn: Locator, ending: str, folder: Path) -> Path:
    """What the menu of a chart gives under that ending."""
    with page.expect_download() as download:
        opened(drawn).get_by_role("menuitem", name=LABELS[ending]).click()
    path = folder / download.value.suggested_filename
    assert path.suffix == f".{ending}"
    download.value.save_as(path)
    return path


def texts_of(svg: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "\n", svg).replace("&#38;", "&").split())


def listed(path: Path) -> tuple[list[str], list[list[str]]]:
    """The headings of the data behind a chart and its rows, from the CSV."""
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    place = lines.index([])
    return lines[place + 1], lines[place + 2 :]


# --- Pictures ---


@pytest.mark.parametrize("path", DRAWN)
def test_every_chart_becomes_a_picture_for_a_slide_that_says_what_it_shows(
    open_page: Open, tmp_path: Path, path: str
) -> None:
    page = is_well(open_page(f"/{path}", width=1440))
    caption = page.locator("header:has(h1) .caption").inner_text()
    headings = page.locator("h2").all_inner_texts()
    for drawn in charts(page):
        svg = taken(page, drawn, "svg", tmp_path).read_text(encoding="utf-8")
        said = texts_of(svg)
        assert any(" ".join(heading.split()) in said for heading in headings), said[:200]
        for part in (caption, "Nguồn: hồ sơ của Huyện", "DỮ LIỆU MINH HỌA"):
            assert " ".join(part.split()) in said, (part, said)
        assert re.search(r"chốt đến \d\d/\d\d/\d{4}", said)
        [width, height] = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())  # type: ignore[union-attr]
        assert width == 1280
        assert height >= 720


def test_a_picture_is_as_large_as_a_slide_and_white_in_the_dark_too(open_page: Open, tmp_path: Path) -> None:
    for scheme in ("light", "dark"):
        page = is_well(open_page(f"/tuan-thu?{QUARTER}", scheme=scheme))
        with Image.open(taken(page, chart(page, "outcomes"), "png", tmp_path)) as picture:
            assert picture.size == (1920, 1080)
            corners = [picture.convert("RGB").getpixel(at) for at in ((0, 0), (1919, 0), (0, 1079), (1919, 1079))]
            assert set(corners) == {(255, 255, 255)}


# The description of every chart of the page, as a picture of it would be drawn, without the width it has on the screen:
# a picture has its own, and Plotly follows that of the page a moment later.
ON_PAPER = """async () => {
  const { described } = await import("/picture.js");
  const all = [...document.querySelectorAll("[data-testid=stPlotlyChart]")].map(
    (each) => described(each, window.cchcCharts));
  all.forEach((each) => delete each.layout.width);
  return all;
}"""


@pytest.mark.parametrize("path", DRAWN)
def test_on_paper_a_chart_of_the_dark_is_the_chart_of_the_light(open_page: Open, path: str) -> None:
    found = []
    for scheme, turn in (("light", "Nền tối"), ("dark", "Nền sáng")):
        page = open_page(f"/{path}", scheme=scheme)
        expect(page.locator(".st-key-toolbar")).to_contain_text(turn)
        found.append(is_well(settled(page)).evaluate(ON_PAPER))
    light, dark = found
    assert light
    assert dark == light


def test_a_picture_is_copied_to_be_pasted(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    page.bring_to_front()
    menu = opened(chart(page, "flow"))
    menu.get_by_role("menuitem", name="Sao chép ảnh").click()
    expect(menu.get_by_role("menuitem", name="Đã sao chép")).to_be_visible()
    kinds = page.evaluate("navigator.clipboard.read().then((all) => all.flatMap((each) => each.types))")
    assert "image/png" in kinds


def test_what_makes_pictures_is_fetched_by_who_takes_one(open_page: Open, tmp_path: Path) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.reload()
    is_well(page)
    assert not [url for url in asked if "picture" in url]
    taken(page, chart(page, "flow"), "png", tmp_path)
    assert len([url for url in asked if "picture.js" in url]) <= 1


# --- Data ---


def test_the_data_behind_a_chart_are_the_figures_of_the_question(
    open_page: Open, tmp_path: Path, tra_cu: Snapshot
) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    heads, rows = listed(taken(page, chart(page, "outcomes"), "csv", tmp_path))
    outcomes = ("early", "on_day", "withdrawn", "late")
    asked = query.run(tra_cu, [*outcomes, "resolved"], strict(QUARTER, tra_cu), by=["unit"])
    names = {unit.id: unit.name for unit in tra_cu.references.units.values()}
    expected = {names[row["unit"]]: row for row in asked.to_dict("records") if row["resolved"]}
    assert {row[0] for row in rows} == expected.keys()
    for row in rows:
        for outcome in outcomes:
            label = METRICS[outcome].label.vi
            count = expected[row[0]][outcome]
            assert int(row[heads.index(f"{label}: số hồ sơ")]) == count
            assert float(row[heads.index(label)]) == pytest.approx(count / expected[row[0]]["resolved"])


def test_the_data_of_a_control_chart_are_its_months(open_page: Open, tmp_path: Path, tra_cu: Snapshot) -> None:
    page = is_well(open_page(f"/xu-huong?{QUARTER}"))
    heads, rows = listed(taken(page, chart(page, "control"), "csv", tmp_path))
    asked = query.run(tra_cu, ["on_time_rate"], strict(QUARTER.replace("2023-01", "2022-01"), tra_cu), grain="month")
    assert [float(row[1]) for row in rows] == pytest.approx(list(asked["on_time_rate"]))
    assert [row[0] for row in rows[:2]] == ["Tháng 1/2022", "Tháng 2/2022"]
    assert {"Giới hạn dưới", "Giới hạn trên", "Trung bình"} <= set(heads)


def test_units_that_stand_at_one_place_of_a_chart_keep_their_own_figures_behind_it(
    open_page: Open, province: Server, tmp_path: Path
) -> None:
    snapshot, month = building.current(province.data, "hung-yen"), "start=2026-10-01&end=2026-10-31"
    asked = query.run(snapshot, ["on_time_rate", "resolved"], strict(month, snapshot), by=["unit"])
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    rates = {names[row["unit"]]: row["on_time_rate"] for row in asked.to_dict("records") if row["resolved"]}
    communes = {name: rate for name, rate in rates.items() if name != "Tỉnh Hưng Yên"}
    for page, key, expected in (("tuan-thu", "funnel", rates), ("so-do", "territory", communes)):
        drawn = chart(is_well(open_page(f"/{page}?dataset=hung-yen&{month}", province)), key)
        heads, rows = listed(taken(drawn.page, drawn, "csv", tmp_path))
        rate = heads.index(METRICS["on_time_rate"].label.vi)
        assert {row[0]: float(row[rate]) for row in rows if row[rate]} == pytest.approx(expected), page
        assert len({row[0] for row in rows}) == len(rows), page


def test_lines_side_by_side_have_their_own_numerators_and_denominators(
    open_page: Open, tmp_path: Path, tra_cu: Snapshot
) -> None:
    page = is_well(open_page(f"/xu-huong?{QUARTER}&beside=29461&beside=29464"))
    heads, rows = listed(taken(page, chart(page, "beside"), "csv", tmp_path))
    assert len(set(heads)) == len(heads) == 7
    for unit in ("29461", "29464"):
        name = tra_cu.references.units[unit].name
        columns = [heads.index(head) for head in (name, f"{name}: Tử số", f"{name}: Mẫu số")]
        for rate, top, bottom in ([float(row[column]) for column in columns] for row in rows):
            assert rate == pytest.approx(top / bottom)


def test_a_day_behind_a_chart_is_a_whole_day_whatever_its_axis_says(open_page: Open, tmp_path: Path) -> None:
    page = is_well(open_page(f"/xu-huong?{QUARTER}"))
    _, rows = listed(taken(page, chart(page, "flow"), "csv", tmp_path))
    assert [row[0] for row in rows] == [
        f"01/{month:02}/{year}" for year, months in ((2022, 12), (2023, 3)) for month in range(1, months + 1)
    ]


@pytest.mark.parametrize("path", DRAWN)
def test_a_workbook_holds_what_the_csv_holds_and_numbers_are_numbers(
    open_page: Open, tmp_path: Path, path: str
) -> None:
    page = is_well(open_page(f"/{path}"))
    for drawn in charts(page):
        heads, rows = listed(taken(page, drawn, "csv", tmp_path))
        assert rows
        [sheet] = openpyxl.load_workbook(taken(page, drawn, "xlsx", tmp_path)).worksheets
        lines = [list(line) for line in sheet.iter_rows(values_only=True)]
        written = [_number(head) for head in heads]
        place = next(place for place, line in enumerate(lines) if _line(line, len(heads)) == written)
        told = [_line(line, len(heads)) for line in lines[place + 1 :]]
        assert told == [[_number(cell) for cell in row] for row in rows]
        numbers = [cell for line in lines[place + 1 :] for cell in line[1:] if cell is not None]
        assert numbers
        assert all(isinstance(cell, int | float) for cell in numbers)


def _line(cells: list[Any], width: int) -> list[Any]:
    days = [f"{cell:%d/%m/%Y}" if hasattr(cell, "year") else cell for cell in cells[:width]]
    return ["" if cell is None else _number(cell) for cell in days]


def _number(cell: Any) -> Any:
    # Before what a spreadsheet would take for a formula stands an apostrophe.
    bare = str(cell).removeprefix("'")
    try:
        return float(bare)
    except ValueError:
        return bare


def test_a_name_from_the_data_is_no_formula_in_the_file_and_no_markup_in_the_picture(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    hostile = "=1+1 <img src=x onerror=alert(1)>, \"a\" & 'b'"
    units = 'unit,name,level,parent\nA,"' + hostile.replace('"', '""') + '",commune,\n'
    references = building.reference_folder(tmp_path / "references", units=units, service_models="")
    may = {"received_at": "2024-05-02", "due_at": "2024-05-06", "finished_at": "2024-05-09"}
    building.publish(tmp_path / "data", numbered([dossier(**may) for _ in range(30)]), references=references)
    page = is_well(open_page("/tuan-thu?start=2024-05-01&end=2024-05-31", fresh_server(tmp_path / "data")))
    drawn = chart(page, "outcomes")
    _, [row] = listed(taken(page, drawn, "csv", tmp_path))
    assert row[0] == f"'{hostile}"
    [sheet] = openpyxl.load_workbook(taken(page, drawn, "xlsx", tmp_path)).worksheets
    assert hostile in [cell.value for line in sheet.iter_rows() for cell in line if cell.data_type == "s"]
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert "<img" not in taken(page, drawn, "svg", tmp_path).read_text(encoding="utf-8")


# --- Keyboard and screen ---


def test_the_menu_is_worked_by_keys_alone(open_page: Open) -> None:
    page = is_well(open_page(f"/tong-quan?{QUARTER}"))
    drawn = chart(page, "flow")
    toggle = drawn.get_by_role("button", name="Ảnh và số liệu của biểu đồ")
    toggle.focus()
    page.keyboard.press("Enter")
    items = drawn.get_by_role("menuitem")
    expect(items).to_have_count(8)
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "cchc-tra-cu-tong-quan-flow.png"
    expect(toggle).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(drawn.get_by_role("menu")).to_be_hidden()
    expect(toggle).to_be_focused()


def test_a_chart_fills_the_screen_until_escape(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}", width=1440, height=900))
    opened(chart(page, "outcomes")).get_by_role("menuitem", name="Toàn màn hình").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"]), round(box["width"])) == (0, 0, 1440)
    expect(sheet.locator("h2")).to_contain_text("chưa đạt chỉ tiêu")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(chart(page, "outcomes").get_by_role("button").last).to_be_focused()


@pytest.mark.parametrize(
    ("path", "key"),
    [(f"tuan-thu?{QUARTER}", "outcomes"), (f"tuan-thu?{QUARTER}", "funnel"), ("thu-sau?dataset=thanh-ha", "")],
)
def test_the_arrow_keys_read_every_chart_point_by_point(open_page: Open, path: str, key: str) -> None:
    page = is_well(open_page(f"/{path}"))
    charts(page)
    drawn = chart(page, key) if key else page.locator("[data-testid=stPlotlyChart]:has(.heatmaplayer .hm)").first
    drawn.focus()
    heard = []
    for pressed in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(pressed)
        heard.append(drawn.locator("[aria-live]").inner_text())
        expect(drawn.locator(".hoverlayer .hovertext")).not_to_have_count(0)
    assert heard[0] == heard[2] != heard[1]
    assert all(heard)
    assert "<" not in "".join(heard)
    page.keyboard.press("Tab")
    expect(drawn.locator(".hoverlayer .hovertext")).to_have_count(0)


@pytest.mark.parametrize(("path", "key"), [(f"tuan-thu?{QUARTER}", "funnel"), (f"so-do?{QUARTER}", "territory")])
def test_home_and_end_lead_to_the_first_and_last_point_and_enter_does_what_a_click_does(
    open_page: Open, tra_cu: Snapshot, path: str, key: str
) -> None:
    page = is_well(open_page(f"/{path}"))
    drawn, heard = chart(page, key), []
    drawn.focus()
    for pressed in ("ArrowLeft", "Home", "ArrowLeft", "End", "Home"):
        page.keyboard.press(pressed)
        heard.append(drawn.locator("[aria-live]").inner_text())
    last, first = heard[:2]
    assert heard == [last, first, last, last, first]
    assert first != last
    page.keyboard.press("Enter")
    page.wait_for_url("**unit=**")
    [unit] = parameters(page)["unit"]
    assert first.startswith(tra_cu.references.units[unit].name)


def test_behind_a_chart_is_a_table_that_is_opened_read_and_left_by_keyboard(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    opened(chart(page, "outcomes")).get_by_role("menuitem", name="Xem bảng số liệu").press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("row")).to_have_count(19)
    assert len(set(sheet.get_by_role("rowheader").all_inner_texts())) == 18
    assert sheet.get_by_role("columnheader").count() >= 4
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_chart_drawn_again_keeps_one_menu(open_page: Open) -> None:
    page = is_well(open_page(f"/tuan-thu?{QUARTER}"))
    for _ in range(2):
        page.locator(".st-key-earlier button").first.click()
        is_well(page)
    # All at one moment: a chart of the run before may still stand there, and go.
    every = page.get_by_test_id("stPlotlyChart")
    expect(every.filter(has_not=page.locator(".chart-menu"))).to_have_count(0)
    menus = every.evaluate_all("(all) => all.map((each) => each.querySelectorAll('.chart-menu').length)")
    assert len(menus) > 3
    assert set(menus) == {1}
