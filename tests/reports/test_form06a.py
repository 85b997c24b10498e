"""Form II.06a: every cell against a second, slow count; sums as formulas; identities; what stands around it."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cchc import reports
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building, slow
from tests.building import dossier, numbered
from tests.reports.asking import HOSTILE, asked, varied, workbook

pytestmark = pytest.mark.slow

MARCH = ("2024-03-01", "2024-03-31")
# Columns 3 to 13 as the form defines them.
COLUMNS: dict[int, tuple[str, ...]] = {
    3: ("carried_in", "received"), 4: ("online",), 5: ("counter", "postal"), 6: ("carried_in",), 7: ("resolved",),
    8: ("early",), 9: ("on_day", "withdrawn"), 10: ("late",), 11: ("open",), 12: ("open_within",),
    13: ("open_overdue",),
}  # fmt: skip


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return building.publish(tmp_path / "data", varied())


def form(sheet: Worksheet) -> dict[str, list[Any]]:
    """The lines of a sheet by their name: columns 3 to 13."""
    [first] = [row for row in range(1, 20) if sheet.cell(row, 1).value == "(1)"]
    found = {}
    for row in range(first + 1, sheet.max_row + 1):
        if sheet.cell(row, 2).value and isinstance(sheet.cell(row, 3).value, int):
            found[sheet.cell(row, 2).value] = [sheet.cell(row, column).value for column in COLUMNS]
    return found


def counted(snapshot: Snapshot, rows: list[building.Dossier], by: list[str], **chosen: Any) -> dict[Any, list[int]]:
    question = building.filters(snapshot, *MARCH, **chosen)
    figures = slow.run(rows, snapshot.references, snapshot.as_of, question, by)
    return {key: [int(sum(each[name] or 0 for name in names)) for names in COLUMNS.values()]
            for key, each in figures.items() if each["carried_in"] or each["received"]}  # fmt: skip


@pytest.mark.check
def test_every_cell_is_what_a_slow_count_finds(snapshot: Snapshot) -> None:
    book = workbook("bieu-06a", asked(snapshot, *MARCH))
    rows, known = varied(), snapshot.references
    assert book.sheetnames == ["Biểu 06a", "Theo cấp", "Theo đơn vị", "Kiểm tra"]
    by_field = {known.fields[key[0]].vi: cells for key, cells in counted(snapshot, rows, ["field"]).items()}
    [total] = counted(snapshot, rows, []).values()
    assert form(book["Biểu 06a"]) == by_field | {"Tổng số": total}
    units = {known.units[key[0]].name: cells for key, cells in counted(snapshot, rows, ["unit"]).items()}
    levels = {key[0]: cells for key, cells in counted(snapshot, rows, ["level"]).items()}
    groups = {"Huyện, thị xã, thành phố": levels["district"], "Xã, phường, thị trấn": levels["commune"]}
    assert form(book["Theo đơn vị"]) == units | groups | {"Tổng số": total}
    assert {name: form(book["Theo cấp"])[name] for name in groups} == groups


@pytest.mark.parametrize(
    "chosen",
    [
        {"units": ("A",)},
        {"levels": ("commune",)},
        {"channels": ("online",)},
        {"fields": ("civil",)},
        {"weekdays": (5,)},
    ],
    ids=str,
)
def test_any_filter_gives_the_form_of_what_it_leaves(snapshot: Snapshot, chosen: dict[str, Any]) -> None:
    [total] = counted(snapshot, varied(), [], **chosen).values()
    assert form(workbook("bieu-06a", asked(snapshot, *MARCH, **chosen))["Biểu 06a"])["Tổng số"] == total


def test_one_unit_gets_the_form_alone_under_its_own_name(snapshot: Snapshot) -> None:
    book = workbook("bieu-06a", asked(snapshot, *MARCH, units=("A",)))
    assert book.sheetnames == ["Biểu 06a", "Kiểm tra"]
    assert "Xã Đại An" in cells(book["Biểu 06a"])


def cells(sheet: Worksheet) -> list[Any]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("name", ["Biểu 06a", "Theo cấp", "Theo đơn vị"])
def test_sums_are_live_formulas_over_the_cells_they_name(snapshot: Snapshot, name: str) -> None:
    """Each formula is worked out here from the numbers it points to, and gives the value written beside it."""
    question = asked(snapshot, *MARCH)
    values, live = workbook("bieu-06a", question)[name], workbook("bieu-06a", question, formulas=True)[name]
    found = [cell for row in live.iter_rows() for cell in row if cell.data_type == "f"]
    names = [row[1].value for row in values.iter_rows() if isinstance(row[2].value, int)]
    assert len(found) == 3 * len(names) + 8 * sum(line in ("Tổng số", *GROUPS) for line in names)
    for cell in found:
        assert worked_out(cell.value, values) == values[cell.coordinate].value


GROUPS = ("Sở, ban, ngành", "Huyện, thị xã, thành phố", "Xã, phường, thị trấn")


def worked_out(formula: str, values: Worksheet) -> int:
    if formula.startswith("=SUM("):
        return sum(cell.value for row in values[formula[5:-1]] for cell in row)
    return sum(values[name].value for name in formula[1:].split("+"))


def test_the_sheet_of_checks_holds_every_identity(snapshot: Snapshot) -> None:
    question = asked(snapshot, *MARCH)
    checks = workbook("bieu-06a", question)["Kiểm tra"]
    said = {
        row[1].value: (row[2].value, row[3].value, row[4].value) for row in checks.iter_rows(min_row=5) if row[4].value
    }
    assert len(said) == 11
    assert {result for *_, result in said.values()} == {"Đúng"}
    assert all(left == right for left, right, _ in said.values())
    # What is carried in was open when the month before ended.
    assert said["(6) = đang giải quyết vào cuối ngày 29/02/2024"][0] == 6
    live = workbook("bieu-06a", question, formulas=True)["Kiểm tra"]
    assert all(str(row[4].value).startswith("=IF(") for row in live.iter_rows(min_row=5) if row[4].value)


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2024-03-01", "2024-03-31", "Tháng 3 năm 2024"), ("2024-02-15", "2024-03-14", "Tháng 3 năm 2024"),
        ("2024-01-01", "2024-03-31", "Quý I năm 2024"), ("2023-12-15", "2024-03-14", "Quý I năm 2024"),
        ("2023-12-15", "2024-06-14", "6 tháng đầu năm 2024"), ("2023-12-15", "2024-09-14", "9 tháng năm 2024"),
        ("2023-12-15", "2024-12-14", "Năm 2024"), ("2024-01-01", "2024-12-31", "Năm 2024"),
        ("2024-02-20", "2024-03-10", "Từ ngày 20/02/2024 đến ngày 10/3/2024"),
    ],
)  # fmt: skip
def test_the_period_has_the_name_officials_give_it(snapshot: Snapshot, start: str, end: str, name: str) -> None:
    said = cells(workbook("bieu-06a", asked(snapshot, start, end))["Biểu 06a"])
    assert f"Kỳ báo cáo: {name}" in said
    assert f"(Từ ngày {on_paper(start)} đến ngày {on_paper(end)})" in said


def on_paper(day: str) -> str:
    """2024-03-05 as 05/3/2024: a zero before a day below 10 and before the months 1 and 2 only."""
    year, month, number = day.split("-")
    return f"{number}/{month if month < '03' else int(month)}/{year}"


def test_the_head_of_the_form_is_that_of_the_circular(snapshot: Snapshot) -> None:
    sheet = workbook("bieu-06a", asked(snapshot, *MARCH))["Biểu 06a"]
    said = cells(sheet)
    assert said[0] == "Biểu số II.06a/VPCP/KSTT"
    for text in ("- Đơn vị báo cáo:", "- Đơn vị nhận báo cáo:", "Đơn vị tính: Số hồ sơ TTHC", "Huyện Trà Cú"):
        assert text in said
    numbers = [
        "(3)=(4)+(5)+(6)",
        "(7)=(8)+(9)+(10)",
        "(11)=(12)+(13)",
        *(f"({n})" for n in (1, 2, 4, 5, 6, 8, 9, 10, 12, 13)),
    ]
    [row] = [row for row in range(1, 20) if sheet.cell(row, 1).value == "(1)"]
    assert sorted(str(sheet.cell(row, column).value) for column in range(1, 14)) == sorted(numbers)
    assert {cell.font.name for line in sheet.iter_rows() for cell in line if cell.value is not None} == {
        "Times New Roman"
    }
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows


def test_every_sheet_says_where_its_figures_come_from(snapshot: Snapshot, tmp_path: Path) -> None:
    for sheet in workbook("bieu-06a", asked(snapshot, *MARCH)):
        [origin] = [text for text in cells(sheet) if str(text).startswith("Số liệu:")]
        for part in ("Huyện Trà Cú, tháng 3/2024", "chốt đến 31/5/2024", snapshot.id, "03/6/2024 08:30"):
            assert part in origin
        assert not any("minh họa" in str(text) for text in cells(sheet))
    unfinished = workbook("bieu-06a", asked(snapshot, "2024-05-01", "2024-06-30"))["Biểu 06a"]
    assert any("kỳ chưa trọn" in str(text) for text in cells(unfinished))


def test_demo_data_says_so_on_every_sheet(tra_cu: Snapshot) -> None:
    for sheet in workbook("bieu-06a", asked(tra_cu, "2023-01-01", "2023-03-31")):
        assert any("Dữ liệu minh họa" in str(text) for text in cells(sheet))
        assert "minh họa" in sheet.oddFooter.left.text


def test_hostile_names_are_text_in_their_cells(tmp_path: Path) -> None:
    names = [name.replace("\x00", "") for name in HOSTILE]
    written = [name.replace("\x0b", "") for name in names]
    units = "unit,name,level,parent\n" + "".join(f'{n},"{name}",commune,\n' for n, name in enumerate(names))
    fields = 'field,name_vi,name_en\ncivil,"=1+1",x\ncertification,@SUM(A1),y\nland,"<b>Đất</b>",z\n'
    references = building.reference_folder(tmp_path / "area", units=units, fields=fields, service_models="", targets="")
    rows = numbered(dossier(unit=f"{n}", procedure=p) for n in range(3) for p in ("birth", "copy", "title"))
    shown = building.publish(tmp_path / "data", rows, references=references)
    book = workbook("bieu-06a", asked(shown, *MARCH), formulas=True)
    for sheet, expected in (("Biểu 06a", {"=1+1", "@SUM(A1)", "<b>Đất</b>"}), ("Theo đơn vị", set(written))):
        column = [row[1] for row in book[sheet].iter_rows(min_row=5)]
        assert expected <= {cell.value for cell in column}
        assert {cell.data_type for cell in column if cell.value is not None} == {"s"}


@pytest.mark.parametrize(
    ("start", "end", "chosen", "said"),
    [
        ("2030-01-01", "2030-01-31", {}, "nằm ngoài số liệu"),
        ("2010-01-01", "2010-01-31", {}, "nằm ngoài số liệu"),
        ("2024-03-01", "2024-03-31", {"units": ("C",)}, "Thị trấn Định An"),
    ],
    ids=["later", "earlier", "empty unit"],
)
def test_nothing_to_report_is_one_sentence(snapshot: Snapshot, start, end, chosen, said: str) -> None:
    with pytest.raises(UserError) as error:
        reports.find("bieu-06a").prepare(asked(snapshot, start, end, **chosen))
    assert said in error.value.text.vi
    assert error.value.text.vi.count(". ") == 0


def test_the_successor_of_the_circular_is_always_named(snapshot: Snapshot) -> None:
    kind = reports.find("bieu-06a")
    before = kind.notice(asked(snapshot, *MARCH))
    after = kind.notice(asked(snapshot, "2026-01-15", "2026-02-15"))
    assert before is not None
    assert after is not None
    assert before != after
    for text in (before.vi, after.vi, before.en, after.en):
        assert "5/2025/TT-VPCP" in text
        assert "15/02/2026" in text


def test_dossiers_of_several_systems_stand_by_system_too(tmp_path: Path) -> None:
    rows = [
        row | {"source": (None, *building.SOURCES)[place % 3]}
        for place, row in enumerate(varied())
    ]  # fmt: skip
    shown = building.publish(tmp_path / "data", rows)
    sheet = workbook("bieu-06a", asked(shown, *MARCH))["Theo hệ thống"]
    names = {None: "Không rõ hệ thống", **{name: name for name in building.SOURCES}}
    found = form(sheet)
    for source, name in names.items():
        own = [row for row in rows if row["source"] == source]
        [expected] = counted(shown, own, []).values()
        assert found[name] == expected
    [total] = counted(shown, rows, []).values()
    assert found["Tổng số"] == total
    letters = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
    assert [each for each in letters if each in ("A", "B", "C", "D")] == ["A", "B", "C"]
    checks = workbook("bieu-06a", asked(shown, *MARCH))["Kiểm tra"]
    results = [cell.value for cell in checks["E"]]
    assert "Đúng" in results
    assert "Sai" not in results
