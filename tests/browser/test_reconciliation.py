"""Published figures come in by upload: a wrong table gets one sentence and changes nothing, a right one is checked."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from cchc.entered import sheets
from tests import building
from tests.browser.conftest import Server, running
from tests.browser.looking import is_well, settled
from tests.building import dossier, numbered

Open = Callable[..., Page]
GOOD = """mã;phạm vi;từ ngày;đến ngày;chỉ số;giá trị;mã mẫu số;văn bản
tong;all;01/03/2024;31/03/2024;Tiếp nhận;1.200;;Báo cáo <b>quý</b>
ty_le;all;01/03/2024;31/03/2024;Tỷ lệ trực tuyến;0,04;tong;Báo cáo <b>quý</b>
"""


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this file's own on two dossiers, one of them before March."""
    data = tmp_path_factory.mktemp("data")
    building.publish(data, numbered([dossier(received_at=f"2024-0{month}-04") for month in (2, 3)]))
    with running(data, tmp_path_factory.mktemp("server") / "log") as served:
        yield served


def uploads(page: Page, file: Path) -> Page:
    """The page, once it has said what it did with this file."""
    upload = page.locator("[data-testid=stExpander]", has_text="Tải lên một bảng")
    if not upload.get_by_test_id("stFileUploader").is_visible():
        upload.locator("summary").click()
    upload.locator("input[type=file]").set_input_files(str(file))
    # What was said of the file before goes when the new one has arrived.
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    button = page.locator(".st-key-save-uploaded button")
    expect(button).to_be_enabled()
    settled(page)
    button.click()
    return settled(page)


def test_a_sheet_of_totals_is_uploaded_as_it_is_and_its_cells_are_published_figures(
    one_server: Server, open_page: Open, tmp_path: Path
) -> None:
    titles = "Tổng số;Trực tuyến;Trực tiếp;Từ kỳ trước;Tổng số;Trước hạn;Đúng hạn;Quá hạn;Tổng số;Trong hạn;Quá hạn"
    sheet = tmp_path / "TONGHOP.csv"
    sheet.write_text(
        f"Từ ngày 01/03/2024 đến ngày 31/03/2024{';' * 12}\nSTT;Lĩnh vực;{titles}\n"
        f"1;Hộ tịch;2;0;1;1{';0' * 4};2;2;0\n;Tổng số;3;0;1;1{';0' * 4};2;2;0\n",
        encoding="utf-8-sig",
    )
    page = uploads(is_well(open_page("/doi-soat", one_server)), sheet)
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text("Đã lưu 44 số. Biểu TONGHOP.csv được hiểu là")
    expect(page.locator(".finding").first).to_contain_text("Tổng phải giải quyết")
    page.get_by_role("button", name="Dùng lại bảng đi kèm số liệu").click()
    settled(page)


def test_a_wrong_table_is_refused_with_line_and_column_and_a_right_one_is_checked_and_downloaded(
    one_server: Server, open_page: Open, tmp_path: Path
) -> None:
    bad, good = tmp_path / "sai.csv", tmp_path / "dung.csv"
    bad.write_text(GOOD.replace("Tỷ lệ trực tuyến", "Tỷ lệ trực tuyếnn"), encoding="utf-8")
    good.write_text(GOOD, encoding="utf-8-sig")
    page = uploads(is_well(open_page("/doi-soat", one_server)), bad)
    error = page.get_by_test_id("stAlertContentError")
    expect(error).to_contain_text(re.compile("Dòng 3, cột chỉ số.*gần nhất là online_rate"))
    assert sheets.every(one_server.data) == {}

    page = uploads(page, good)
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text("Đã lưu 2 số")
    expect(error).to_have_count(0)
    finding = page.locator(".findings")
    expect(finding).to_contain_text("không số nào trong 1.200 hồ sơ cho được 0,04")
    expect(finding).to_contain_text("Báo cáo <b>quý</b>")
    with page.expect_download() as download:
        page.locator(".st-key-downloads button").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert "Traceback" not in one_server.log.read_text(encoding="utf-8")
