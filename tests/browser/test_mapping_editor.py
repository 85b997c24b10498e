"""A new official brings an export with unknown headings and words to right figures on the page, without a manual."""

import csv
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cchc.figures import query
from cchc.figures.filters import Filters
from tests import building
from tests.browser.conftest import Server, running, settled
from tests.browser.looking import cells, is_well, soon, waits_for_parameter
from tests.building import dossier, numbered

Open = Callable[..., Page]
# Five things no mapping knows: three headings, a status, a channel; dates that could be of either order.
HEADINGS = (
    "Số hồ sơ", "Tên thủ tục hành chính", "Tên lĩnh vực", "Nơi thụ lý", "Ngày vào sổ", "Thời hạn cuối",
    "Ngày kết thúc xử lý", "Hình thức nộp", "Trạng thái hồ sơ", "Chủ hồ sơ", "Số điện thoại",
)  # fmt: skip


def exported(path: Path, count: int = 40) -> Path:
    """Received on 3/8/2026 and due on 7/8; every second one finished on 10/8, the others on 4/8; a third online."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(HEADINGS)
        for n in range(count):
            rows.writerow([
                f"H57.132-260803-{n:04} - Số phiếu: 26.{n:05}", "Đăng ký khai sinh", "Hộ tịch", "UBND xã Phú Lộc",
                "03/08/2026 08:30", "07/08/2026 17:00", f"{10 if n % 2 else 4:02}/08/2026 10:00",
                "Zalo của tỉnh" if n % 3 == 0 else "Trực tiếp", "Đã phát kết quả" if n % 4 else "Đã trả kết quả",
                "Nguyễn Văn Mẫu", "0900000000",
            ])  # fmt: skip
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    building.publish(data, numbered([dossier(due_at="2024-03-07", finished_at="2024-03-06") for _ in range(25)]))
    return data


@pytest.fixture(scope="module")
def one_server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(data, tmp_path_factory.mktemp("server") / "log") as served:
        yield served


def chosen(page: Page, dataset: str, *files: Path) -> Page:
    """The page once these files are chosen for an area."""
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files([str(file) for file in files])
    page.locator(".st-key-upload-dataset input").fill(dataset)
    page.locator(".st-key-upload-dataset input").press("Enter")
    expect(page.locator(".st-key-mapping-actions button").first).to_be_enabled()  # the area is known
    return settled(page)


def column(page: Page, title: str) -> Locator:
    """The list of the column of that heading."""
    return page.locator(".st-key-mapping-columns [data-testid=stSelectbox]").filter(has_text=title)


def picks(page: Page, box: Locator, option: str) -> None:
    box.locator("input").press("ArrowDown")  # a click while the page scrolls to it closes the list again
    box.locator("input").fill(option)  # the list draws only what is in sight
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def test_an_export_with_five_unknown_things_becomes_right_figures_on_the_page(
    one_server: Server, open_page: Open, data: Path, tmp_path: Path
) -> None:
    page = is_well(open_page("/du-lieu?dataset=tra-cu", one_server))
    chosen(page, "phu-loc", exported(tmp_path / "igate.csv"))
    # What was recognised is there with examples; what is about persons shows none of its cells.
    columns = page.locator(".st-key-mapping-columns")
    expect(columns).to_contain_text("H57.132-260803-0000")
    expect(columns).not_to_contain_text("Mẫu")
    expect(columns).not_to_contain_text("0900000000")
    expect(page.get_by_test_id("stAlertContentWarning")).to_contain_text(
        "đơn vị / tên đơn vị; ngày tiếp nhận; ngày hẹn trả"
    )
    for title, meaning in (
        ("Nơi thụ lý", "Đơn vị"), ("Ngày vào sổ", "Ngày tiếp nhận"), ("Thời hạn cuối", "Ngày hẹn trả"),
    ):  # fmt: skip
        picks(page, column(page, title), meaning)
    expect(columns).to_contain_text("03/08/2026 08:30")
    expect(page.get_by_test_id("stAlertContentWarning")).to_have_count(0)

    page.get_by_test_id("stBaseButton-primary").first.click()
    expect(page.locator(".st-key-first-rows tbody tr")).to_have_count(5)
    settled(page)
    words = page.locator(".st-key-unknown-words")
    # The closest known word is one click; another meaning is chosen from the list. Each is checked at once.
    words.get_by_role("button").filter(has_text="Đã giải quyết").click()
    expect(words.get_by_test_id("stSelectbox")).to_have_count(1)
    settled(page)
    picks(page, words.get_by_test_id("stSelectbox").filter(has_text="Zalo của tỉnh"), "Trực tuyến")
    expect(words).to_have_count(0)
    assert {row[5] for row in cells(page, "first-rows")} == {"Trực tuyến", "Trực tiếp"}

    page.get_by_test_id("stBaseButton-primary").last.click()
    waits_for_parameter(page, "dataset", "phu-loc")
    snapshot = building.current(data, "phu-loc")
    filters = Filters("phu-loc", snapshot.id, date(2026, 8, 1), date(2026, 8, 31))
    [row] = query.run(snapshot, ["received", "late", "on_time_rate", "online_rate"], filters).to_dict("records")
    assert (row["received"], row["late"], row["on_time_rate"], row["online_rate"]) == (40, 20, 0.5, 14 / 40)
    # The next file of this kind needs no choice, on the page or by the command.
    own = tomllib.loads((data / "mappings" / "phu-loc.toml").read_text(encoding="utf-8"))
    assert own["based_on"] == "mot-cua"
    assert own["columns"]["due_at"] == ["Thời hạn cuối"]
    assert own["channel"] == {"online": ["Zalo của tỉnh"]}
    assert "Mẫu" not in (data / "mappings" / "phu-loc.toml").read_text(encoding="utf-8")
    page = chosen(
        is_well(open_page("/du-lieu?dataset=phu-loc", one_server)), "phu-loc", exported(tmp_path / "b.csv", 44)
    )
    page.get_by_test_id("stBaseButton-primary").first.click()
    expect(page.locator(".st-key-first-rows tbody tr")).to_have_count(5)
    expect(page.locator(".st-key-unknown-words")).to_have_count(0)


def test_a_column_taken_wrongly_is_left_out_by_its_list_and_the_mapping_is_downloaded(
    one_server: Server, open_page: Open, tmp_path: Path
) -> None:
    own = tmp_path / "tay.toml"
    own.write_text(
        'based_on = "mot-cua"\n[columns]\nunit = ["Nơi thụ lý"]\nreceived_at = ["Ngày vào sổ"]\n'
        'rating = ["Hình thức nộp"]\n[constants]\nchannel = "counter"\n',
        encoding="utf-8",
    )  # fmt: skip
    page = is_well(open_page("/du-lieu?dataset=tra-cu&lang=en", one_server))
    chosen(page, "bang-tay", exported(tmp_path / "x.csv"), own)
    # What was written by hand is shown as what was chosen here.
    expect(column(page, "Nơi thụ lý").locator("input")).to_have_value("Unit")
    expect(column(page, "Hình thức nộp").locator("input")).to_have_value("Rating")
    picks(page, column(page, "Hình thức nộp"), "– not read –")
    numbers = page.locator(".st-key-mapping-days [data-testid=stSelectbox]").filter(has_text="Dossier numbers")
    expect(numbers.locator("input")).to_have_value("Unique in the whole area")
    picks(page, numbers, "Begin again in each unit")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the mapping").click()
    tables = tomllib.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert tables["columns"]["none"] == ["Hình thức nộp"]
    assert tables["id"] == ["unit", "id"]
    assert tables["constants"] == {"channel": "counter"}
    assert "rating" not in tables["columns"]


def test_a_check_that_is_stopped_leaves_nothing_in_the_temp_folder(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setenv("TMPDIR", str(private))
    page = open_page("/du-lieu", fresh_server())
    chosen(page, "mau", exported(tmp_path / "big.csv", 300_000))
    for title, meaning in (("Nơi thụ lý", "Đơn vị"), ("Ngày vào sổ", "Ngày tiếp nhận")):
        picks(page, column(page, title), meaning)
    assert list(private.iterdir()) == []
    page.get_by_test_id("stBaseButton-primary").first.click()
    page.get_by_role("button", name="Dừng").click()
    settled(page)
    expect(page.locator(".st-key-first-rows")).to_have_count(0)
    expect(page.get_by_test_id("stBaseButton-primary").first).to_be_enabled()
    # The page answers at once; the check it gave up ends at its next word of progress.
    assert soon(lambda: not list(private.iterdir()))
