"""The sheet of totals that communes get is never taken for dossiers, and its cells are published figures."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter

from cchc import importing
from cchc.entered.published import saved, sheet06a
from cchc.entered.published.statements import Table
from cchc.figures import query
from cchc.findings.reconcile import reconcile
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import dossier, filters, numbered
from tests.exports import MOT_CUA
from tests.exports import dossier as dossier_row

pytestmark = pytest.mark.slow

PERIOD = ("2024-03-01", "2024-03-31")
ABOVE = [["Biểu số II.06a/VPCP/KSTT"], ["Kỳ báo cáo: Tháng 3 (Từ ngày 01/03/2024 đến ngày 31/03/2024)"],
         ["- Đơn vị báo cáo: UBND xã Đại An"], []]  # fmt: skip
HEADS = [
    ["STT", "Lĩnh vực giải quyết", "Số hồ sơ nhận giải quyết", "", "", "", "Số hồ sơ đã giải quyết", "", "", "",
     "Số hồ sơ đang giải quyết", "", ""],
    ["", "", "Tổng số", "Trong kỳ", "", "Từ kỳ trước", "Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số",
     "Trong hạn", "Quá hạn"],
    ["", "", "", "Trực tuyến", "Trực tiếp, bưu chính", "", "", "", "", "", "", "", ""],
]  # fmt: skip
NUMBERS = [["(1)", "(2)", "(3)=(4)+(5)+(6)", *(f"({n})" for n in range(4, 14))]]
Cells = list[list[str]]
# What the one-stop software writes where a plain export has a word of the product.
CLEAN = {"channel": "Trực tiếp", "status": "Đã trả kết quả", "unit": "Xã Một"}


def row(number: str, name: str, *counts: int) -> list[str]:
    return [number, name, *(f"{count:,}".replace(",", ".") for count in counts)]


# What the dossiers of `snapshot` give: worked out by hand.
CIVIL = row("1", "Hộ tịch", 4, 1, 2, 1, 3, 1, 1, 1, 1, 0, 1)
LAND = row("2", "Đất đai", 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0)
TOTAL = row("", "Tổng số", 5, 1, 3, 1, 3, 1, 1, 1, 2, 1, 1)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    mine = {"unit": "A", "procedure": "birth"}
    rows = [
        dossier(**mine, received_at="2024-02-20", due_at="2024-03-05", finished_at="2024-03-04"),
        dossier(**mine, received_at="2024-03-04", due_at="2024-03-06", finished_at="2024-03-06", channel="online"),
        dossier(**mine, received_at="2024-03-05", due_at="2024-03-06", finished_at="2024-03-08"),
        dossier(**mine, received_at="2024-03-05", due_at="2024-03-07", channel="postal"),
        dossier(unit="A", procedure="title", received_at="2024-03-20", due_at="2024-05-20"),
        dossier(unit="B", procedure="birth", received_at="2024-03-20", due_at="2024-03-22"),
    ]
    return building.publish(tmp_path / "data", numbered(rows))


def xlsx(path: Path, cells: Cells, merge: Sequence[str] = ()) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("TONGHOP")
        for at, line in enumerate(cells):
            for column, text in enumerate(line):
                sheet.write(at, column, int(text) if text.isdigit() else text)
        for area in merge:
            sheet.merge_range(area, "")
            first = area.split(":")[0]
            at, column = int(first[1:]) - 1, ord(first[0]) - ord("A")
            sheet.write(at, column, cells[at][column])
    return path


def html(path: Path, cells: Cells, merge: Sequence[str] = ()) -> Path:
    """A web table called .xls."""
    spans = {}
    for area in merge:
        (left, top), (right, bottom) = ((ord(corner[0]) - ord("A"), int(corner[1:]) - 1) for corner in area.split(":"))
        spans |= {(at, n): None for at in range(top, bottom + 1) for n in range(left, right + 1)}
        spans[top, left] = f' rowspan="{bottom - top + 1}" colspan="{right - left + 1}"'
    lines = [
        "".join(
            f"<td{spans.get((at, n)) or ''}>{text}</td>"
            for n, text in enumerate(line)
            if spans.get((at, n), "") is not None
        )
        for at, line in enumerate(cells)
    ]
    path.write_text(f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>", encoding="utf-8")
    return path


def csv(path: Path, cells: Cells) -> Path:
    width = max(map(len, cells))
    path.write_text("".join(";".join(line + [""] * (width - len(line))) + "\n" for line in cells), encoding="utf-8-sig")
    return path


AREAS = ("A5:A7", "B5:B7", "C5:F5", "G5:J5", "K5:M5", "C6:C7", "D6:E6", "F6:F7", "G6:G7", "K6:K7")
CONTAINERS = pytest.mark.parametrize(
    ("write", "name"),
    [
        (xlsx, "TONGHOP.xlsx"),
        (partial(xlsx, merge=AREAS), "TONGHOP.xlsx"),
        (html, "TONGHOP.xls"),
        (partial(html, merge=AREAS), "TONGHOP.xls"),
        (csv, "TONGHOP.csv"),
    ],
    ids=["xlsx", "merged xlsx", "web", "merged web", "csv"],
)
Write = Callable[[Path, Cells], Path]


@CONTAINERS
@pytest.mark.parametrize("heads", [HEADS, HEADS + NUMBERS], ids=["words", "both"])
def test_a_sheet_of_totals_is_not_taken_for_dossiers_and_says_where_it_belongs(
    tmp_path: Path, write: Write, name: str, heads: Cells
) -> None:
    file = write(tmp_path / name, [*ABOVE, *heads, CIVIL, LAND, TOTAL])
    with pytest.raises(UserError) as raised:
        importing.read_export([file], "moi", datetime.date(2024, 5, 31), mapping=None, data=tmp_path / "data")
    assert f"{name}" in raised.value.text.vi
    assert "không phải danh sách hồ sơ" in raised.value.text.vi
    assert "Đối soát báo cáo" in raised.value.text.vi
    assert "Check of reports" in raised.value.text.en


@pytest.mark.parametrize(("write", "name"), [(xlsx, "DS.xlsx"), (html, "DS.xls"), (csv, "DS.csv")])
@pytest.mark.parametrize("form", ["({})", "{}", "[{}]"])
def test_a_list_of_dossiers_whose_columns_are_numbered_is_no_sheet_of_totals(
    tmp_path: Path, write: Write, name: str, form: str
) -> None:
    heads = ["STT", *MOT_CUA.values(), "Ghi chú"]
    cells = {**CLEAN, **dict.fromkeys(("procedure_name", "field"), "Hộ tịch")}
    rows = [[str(n), *({**dossier_row(n), **cells}[column] for column in MOT_CUA), ""] for n in range(1, 6)]
    numbers = [form.format(n) for n in range(1, len(heads) + 1)]
    file = write(tmp_path / name, [["DANH SÁCH HỒ SƠ"], heads, numbers, *rows])
    with importing.read_export([file], "moi", None, mapping=None, data=tmp_path / "data") as prepared:
        assert (prepared.report.counts.read, prepared.report.counts.kept) == (5, 5)
        assert {each.kind for each in prepared.report.made if each.rows != 5} == set()


@CONTAINERS
@pytest.mark.parametrize("heads", [HEADS, HEADS + NUMBERS], ids=["words", "both"])
def test_a_true_sheet_agrees_with_itself_and_with_the_records_cell_by_cell(
    tmp_path: Path, snapshot: Snapshot, write: Write, name: str, heads: Cells
) -> None:
    taken = sheet06a.read(write(tmp_path / name, [*ABOVE, *heads, TOTAL, CIVIL, LAND]), snapshot.references, Table(()))
    assert taken is not None
    assert taken.notes == ()
    said = {(figure.scope.field, figure.meaning.name): int(figure.printed.value) for figure in taken.table.figures}
    assert [said["", metric] for metric in sheet06a.METRICS] == [5, 1, 3, 1, 3, 1, 1, 1, 2, 1, 1]
    assert [said["civil", metric] for metric in sheet06a.METRICS] == [4, 1, 2, 1, 3, 1, 1, 1, 1, 0, 1]
    assert {said["certification", metric] for metric in sheet06a.METRICS} == {0}
    # Independently of the check: the records, asked one by one.
    asked = filters(snapshot, *PERIOD, units=("A",))
    for field, metrics in {"": asked, "civil": asked.narrow("field", "civil")}.items():
        found = query.run(snapshot, list(sheet06a.METRICS), metrics).iloc[0]
        assert [int(found[metric]) for metric in sheet06a.METRICS] == [said[field, m] for m in sheet06a.METRICS]
    saved.save(tmp_path / "data", snapshot, taken.table, Table(()).digest)
    result = reconcile(partial(query.run, snapshot), snapshot, saved.load(tmp_path / "data", snapshot))
    assert result.findings == ()
    assert set(result.standings.values()) == {"agree"}


WRONG = {
    "a total that is not the sum of its fields": [*TOTAL[:9], "2", *TOTAL[10:]],
    "a row that does not add up": [*CIVIL[:2], "5", *CIVIL[3:]],
    "a count the records do not bear out": [*LAND[:4], "9", *LAND[5:]],
}


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_a_wrong_cell_is_found(tmp_path: Path, snapshot: Snapshot, changed: str) -> None:
    line = WRONG[changed]
    lines = [line if line[1] == each[1] else each for each in (CIVIL, LAND, TOTAL)]
    taken = sheet06a.read(xlsx(tmp_path / "x.xlsx", [*ABOVE, *HEADS, *lines]), snapshot.references, Table(()))
    assert taken is not None
    result = reconcile(partial(query.run, snapshot), snapshot, taken.table)
    assert result.findings
    assert "wrong" in set(result.standings.values())


def test_a_sheet_is_added_to_the_table_in_use_and_takes_the_place_of_itself(tmp_path: Path, snapshot: Snapshot) -> None:
    known = snapshot.references
    first = sheet06a.read(xlsx(tmp_path / "x.xlsx", [*ABOVE, *HEADS, CIVIL, LAND, TOTAL]), known, Table(()))
    april = [["Tháng 4 năm 2024"], *ABOVE[2:]]
    assert first
    both = sheet06a.read(xlsx(tmp_path / "y.xlsx", [*april, *HEADS, CIVIL, TOTAL]), known, first.table)
    again = sheet06a.read(xlsx(tmp_path / "x.xlsx", [*ABOVE, *HEADS, CIVIL, LAND, TOTAL]), known, both.table)
    assert len(first.table.figures) == 44
    assert {figure.id for figure in both.table.figures} == {figure.id for figure in again.table.figures}
    assert len(again.table.figures) == 88
    assert {figure.period.end for figure in again.table.figures} == {
        datetime.date(2024, 3, 31), datetime.date(2024, 4, 30),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("letterhead", "unit"),
    [
        (["UBND HUYỆN TRÀ CÚ", "UBND XÃ ĐẠI AN"], "A"),
        (["Ủy ban nhân dân xã Đại An"], "A"),
        (["UBND XÃ ĐẠI AN", "Nơi nhận: Văn phòng HĐND và UBND huyện"], "A"),
        (["UBND HUYỆN TRÀ CÚ"], ""),
        (["Xã Đại An", "Xã An Quảng Hữu"], ""),
        (["Người lập: Nguyễn Văn Mẫu"], ""),
    ],
)
def test_a_sheet_is_of_the_one_unit_in_its_letterhead_and_says_so(
    tmp_path: Path, snapshot: Snapshot, letterhead: list[str], unit: str
) -> None:
    above = [*([each] for each in letterhead), *ABOVE[:2]]
    taken = sheet06a.read(xlsx(tmp_path / "x.xlsx", [*above, *HEADS, CIVIL, TOTAL]), snapshot.references, Table(()))
    assert taken
    assert {figure.scope.unit for figure in taken.table.figures} == {unit}
    [said] = taken.notes
    assert snapshot.references.units[unit].name in said.vi if unit else "cả khu vực" in said.vi


def test_rows_that_are_no_field_are_said_and_those_of_two_systems_are_added_up(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    ministry = row("I", "Trên Hệ thống các Bộ", 4, 1, 2, 1, 3, 1, 1, 1, 1, 0, 1)
    lines = [ministry, CIVIL, CIVIL, row("3", "Nguyễn Văn Mẫu", *[1] * 11), TOTAL]
    taken = sheet06a.read(xlsx(tmp_path / "x.xlsx", [*ABOVE[:2], *HEADS, *lines]), snapshot.references, Table(()))
    assert taken
    said = {(f.scope.unit, f.scope.field, f.meaning.name): int(f.printed.value) for f in taken.table.figures}
    assert said["", "civil", "handled"] == 8
    whole, left = taken.notes
    assert "cả khu vực" in whole.vi
    assert "2 hàng" in left.vi
    assert "Trên Hệ thống các Bộ" in left.vi
    assert "Mẫu" not in left.vi + left.en


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([*ABOVE[2:], *HEADS, CIVIL], "không ghi kỳ báo cáo"),
        ([*ABOVE[:2], ["Đơn vị báo cáo: UBND xã Không Có"], *HEADS, CIVIL], "Không Có"),
        ([*ABOVE, *HEADS, [*CIVIL[:4], "1,5", *CIVIL[5:]]], "cột (5): “1,5” không phải là số đếm"),
        ([*ABOVE, *HEADS, row("1", "Khoáng sản", *[1] * 11)], "không có hàng nào là lĩnh vực"),
    ],
    ids=["period", "unit", "cell", "fields"],
)
def test_what_cannot_be_meant_is_one_sentence(tmp_path: Path, snapshot: Snapshot, cells: Cells, said: str) -> None:
    with pytest.raises(UserError) as raised:
        sheet06a.read(xlsx(tmp_path / "x.xlsx", cells), snapshot.references, Table(()))
    assert said in raised.value.text.vi
    assert raised.value.text.en


def test_a_list_of_dossiers_is_no_sheet_of_totals(tmp_path: Path, snapshot: Snapshot) -> None:
    file = csv(tmp_path / "x.csv", [["Mã hồ sơ", "Ngày tiếp nhận"], ["H59-1", "04/03/2024"]])
    assert sheet06a.read(file, snapshot.references, Table(())) is None
