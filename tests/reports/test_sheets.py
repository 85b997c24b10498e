"""Sheets as they are opened and printed: rows as high as their texts, letters that can be read, room to sign."""

import math
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cchc import reports
from tests import building
from tests.building import numbered
from tests.reports import gathering
from tests.reports.asking import asked, varied, workbook

pytestmark = pytest.mark.slow

BOOKS = [kind.id for kind in reports.KINDS.values() if kind.ending == "xlsx"]
LONG = "Bộ phận Tiếp nhận và Trả kết quả của Ủy ban nhân dân xã Nguyễn Văn Thành Nghĩa Hưng số 12"
# Points: of a line, and of a column for each character of its width.
LINE, LETTER = 15, 5.25


def lacking(sheet: Worksheet) -> list[str]:
    """Cells whose text needs more lines than its row has; letters are on average half as wide as high."""
    found = []
    merged = {area.coord.split(":")[0]: area for area in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            area = merged.get(cell.coordinate)
            if not isinstance(cell.value, str) or cell.data_type == "f" or (area and area.max_row > area.min_row):
                continue
            columns = range(cell.column, (area.max_col if area else cell.column) + 1)
            letters = [sheet.column_dimensions[get_column_letter(column)].width for column in columns]
            lines = sum(math.ceil(len(part) * 11 / 2.3 / (sum(letters) * LETTER)) for part in cell.value.split("\n"))
            if lines > 1 and (sheet.row_dimensions[cell.row].height or LINE) < lines * LINE - 1:
                found.append(f"{sheet.title}!{cell.coordinate}: {cell.value[:40]}")
    return found


@pytest.mark.parametrize("kind", BOOKS)
def test_names_of_ninety_letters_have_rows_of_their_height(tmp_path: Path, kind: str) -> None:
    listed = f'unit,name,level,parent\nD,"{LONG} D",district,\nA,"{LONG} A",commune,D\nB,"{LONG} B",commune,D\n'
    references = building.reference_folder(tmp_path / "area", units=listed)
    shown = building.publish(tmp_path / "data", numbered(varied() * 5), references=references)
    book = workbook(kind, asked(shown, "2024-03-01", "2024-03-31"))
    assert any(f"{LONG} A" == cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    assert [fault for sheet in book for fault in lacking(sheet)] == []


@pytest.mark.parametrize("kind", BOOKS)
def test_a_form_has_place_date_and_room_to_sign(tmp_path: Path, kind: str) -> None:
    shown = building.publish(tmp_path / "data", numbered(varied() * 5))
    sheet = workbook(kind, asked(shown, "2024-03-01", "2024-03-31")).worksheets[0]
    rows = [[cell.value for cell in row if cell.value] for row in sheet.iter_rows()]
    place = next(n for n, row in enumerate(rows) if "THỦ TRƯỞNG ĐƠN VỊ" in row)
    assert rows[place - 1] == ["Trà Cú, ngày … tháng … năm …"]
    assert rows[place : place + 2] == [
        ["NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"],
        ["(Ký, họ tên)", "(Ký, đóng dấu, họ tên)"],
    ]


# --- The workbook of a meeting ---


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Any:
    data = gathering.publish(tmp_path_factory.mktemp("sheets") / "data", 20)
    return gathering.workbook(gathering.brief(data, 2))


def test_sheets_of_a_meeting_are_printed_in_letters_of_eight_points_at_least(meeting: Any) -> None:
    for sheet in meeting:
        widths = [sheet.column_dimensions[cell.column_letter].width or 8.43 for cell in sheet[7]]
        room = 297 / 25.4 * 72 - 72 * (sheet.page_margins.left + sheet.page_margins.right)
        scale = room * (sheet.page_setup.fitToWidth or 1) / sum(width * LETTER + 3.75 for width in widths)
        assert 11 * min(scale, 1) >= 8, sheet.title
        assert sheet.print_title_cols == "$A:$A"


def test_charts_of_a_meeting_stand_below_their_tables(meeting: Any) -> None:
    drawn = [(sheet, chart) for sheet in meeting for chart in sheet._charts]
    assert len(drawn) > 5
    for sheet, chart in drawn:
        last = max(cell.row for row in sheet.iter_rows(min_row=7) for cell in row if cell.value is not None)
        assert chart.anchor._from.col == 0
        assert chart.anchor._from.row >= last
