"""Workbooks and pages of tables: every kind reads alike, and what their layout says is understood."""

import datetime
from pathlib import Path

import pytest
import xlsxwriter

from cchc.text import UserError
from tests.containers import WRITERS, page, write_ods, write_spreadsheet_xml, write_xls, write_xlsb
from tests.exports import dossier, dossiers, read, table, write_csv, write_sheets

pytestmark = pytest.mark.slow

ROWS = [
    *(dossier(n, unit="Xã Hòa Bình, “Đông” & <Tây>; Bắc", due_at="") for n in range(1, 25)),
    dossier(40, channel="fax"),
    dossier(41, status="open", finished_at=""),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def times(grid: list[list[str]]) -> list[list[object]]:
    """The same with real times."""
    return [
        [datetime.datetime.fromisoformat(cell) if cell.startswith("2023-") else cell for cell in row] for row in grid
    ]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_of_file_reads_as_the_csv_does(tmp_path: Path, data: Path, kind: str) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", ROWS), data=data)
    name, write = WRITERS[kind]
    grids = [table(ROWS)] if kind == "parquet" else [table(ROWS), times(table(ROWS))]
    for grid in grids:
        other = read(write(tmp_path / name, grid), data=data)
        assert other.dossiers == plain.dossiers
        assert (other.report.counts, other.kinds) == (plain.report.counts, plain.kinds)
        assert not any("was not read" in note.en for note in other.report.notes)


# --- days from 1904 -----------------------------------------------------------------------------------------------


def days(grid: list[list[str]], first: datetime.datetime) -> list[list[object]]:
    return [
        [(cell - first) / datetime.timedelta(1) if isinstance(cell, datetime.datetime) else cell for cell in row]
        for row in times(grid)
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods", "xml"])
@pytest.mark.parametrize("written", ["numbers", "text", "times"])
def test_days_are_counted_from_where_the_workbook_counts_them(
    tmp_path: Path, data: Path, kind: str, written: str
) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", dossiers(30)), data=data)
    for first, from_1904 in ((datetime.datetime(1899, 12, 30), False), (datetime.datetime(1904, 1, 1), True)):
        grid = times(table(dossiers(30))) if written == "times" else days(table(dossiers(30)), first)
        if written == "text":
            grid = [[str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row] for row in grid]
        path = tmp_path / f"x.{kind}"
        if kind == "xlsx":
            write_1904(path, grid, from_1904)
        else:
            write = {"xls": write_xls, "xlsb": write_xlsb, "ods": write_ods, "xml": write_spreadsheet_xml}[kind]
            write(path, grid, from_1904=from_1904)
        assert read(path, data=data).dossiers == plain.dossiers


def write_1904(path: Path, grid: list[list[object]], from_1904: bool) -> Path:
    options = {"date_1904": from_1904, "default_date_format": "dd/mm/yyyy hh:mm:ss"}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(grid):
            sheet.write_row(number, 0, row)
    return path


# --- merged cells -------------------------------------------------------------------------------------------------

UNITS = [f"Xã {1 + n // 8}" for n in range(24)]
MERGED = [{"unit": unit, **{k: v for k, v in dossier(n).items() if k != "unit"}} for n, unit in enumerate(UNITS)]


def write_merged(path: Path) -> Path:
    """A list where the first column says the unit once for eight rows, in a table that begins at D4."""
    head, *rows = table(MERGED)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 3, head)
        for number, row in enumerate(rows):
            sheet.write_row(4 + number, 4, row[1:])
        for block in range(3):
            sheet.merge_range(4 + 8 * block, 3, 11 + 8 * block, 3, UNITS[8 * block])
        sheet.merge_range(28, 3, 28, 6, "Người lập biểu")
    return path


def spanned() -> str:
    head, *rows = table(MERGED)
    cells = [
        "<tr>"
        + (f"<td rowspan=8>{row[0]}</td>" if n % 8 == 0 else "")
        + "".join(f"<td>{cell}</td>" for cell in row[1:])
        for n, row in enumerate(rows)
    ]
    return "<table><tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "".join(cells) + "</table>"


def test_a_merged_cell_stands_for_every_row_below_it(tmp_path: Path, data: Path) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", MERGED), data=data).dossiers
    assert len({row["unit"] for row in plain.values()}) == 3
    assert read(write_merged(tmp_path / "x.xlsx"), data=data).dossiers == plain
    (tmp_path / "x.xls").write_text(spanned(), encoding="utf-8")
    assert read(tmp_path / "x.xls", data=data).dossiers == plain
    one = {id_: {**row, "unit": "xa-1"} for id_, row in plain.items()}
    assert read(write_ods(tmp_path / "x.ods", table(MERGED), merged=24), data=data).dossiers == one
    assert read(write_xlsb(tmp_path / "x.xlsb", table(MERGED), merged=24), data=data).dossiers == one


def test_merged_cells_of_excel_2003_stand_for_every_row(tmp_path: Path, data: Path) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", MERGED), data=data).dossiers
    text = write_spreadsheet_xml(tmp_path / "x.xml", table(MERGED)).read_text(encoding="utf-8")
    for unit in dict.fromkeys(UNITS):
        cell = f'<Cell><Data ss:Type="String">{unit}</Data></Cell>'
        first, *others = text.split(cell)
        text = (
            first
            + cell.replace("<Cell", '<Cell ss:MergeDown="7"')
            + "".join(other.replace("<Cell", '<Cell ss:Index="2"', 1) if n else other for n, other in enumerate(others))
        )
        text = text.replace(
            '<Row><Cell><Data ss:Type="String">H59', '<Row><Cell ss:Index="2"><Data ss:Type="String">H59'
        )
    (tmp_path / "x.xml").write_text(text, encoding="utf-8")
    assert read(tmp_path / "x.xml", data=data).dossiers == plain


# --- sheets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_later_sheet_supersedes_an_earlier_one_whatever_their_order(
    tmp_path: Path, data: Path, newest_first: bool
) -> None:
    early, ended = {"received_at": "2023-05-20 08:00:00", "due_at": ""}, {"finished_at": "2023-06-09 09:00:00"}
    may = [dossier(n, **early, finished_at="", status="open") for n in range(10)]
    june = [dossier(n, **early, **ended) for n in range(10)]
    june += [dossier(n, **{**early, "received_at": "2023-06-02 08:00:00"}, **ended) for n in range(20, 24)]
    sheets = {"Tháng 5": table(may), "Tháng 6": table(june)}
    names = list(sheets)[::-1] if newest_first else list(sheets)
    found = read(write_sheets(tmp_path / "x.xlsx", {name: sheets[name] for name in names}), data=data)
    assert (found.report.counts.kept, found.report.counts.superseded, found.kinds) == (14, 10, {})
    assert {row["status"] for row in found.dossiers.values()} == {"done"}


@pytest.mark.parametrize("names", [("T1", "T2"), ("02-2026", "01-2026"), ("Sheet2", "Sheet1")])
def test_of_sheets_with_the_same_receipts_the_one_with_later_ends_wins(
    tmp_path: Path, data: Path, names: tuple[str, str]
) -> None:
    ended = [dossier(n) for n in range(4)]
    still = [dossier(n, finished_at="", status="open") for n in range(4)]
    for sheets in ((ended, still), (still, ended)):
        path = write_sheets(tmp_path / "x.xlsx", {name: table(rows) for name, rows in zip(names, sheets, strict=True)})
        assert {row["status"] for row in read(path, data=data).dossiers.values()} == {"done"}


def test_rows_of_one_sheet_that_differ_are_a_conflict(tmp_path: Path, data: Path) -> None:
    rows = [*dossiers(5), dossier(1, channel="online")]
    found = read(write_sheets(tmp_path / "x.xlsx", {"A": table(rows), "B": table(dossiers(9)[6:])}), data=data)
    assert found.kinds == {"conflicting": 2}


def write_hidden(path: Path, *, all_: bool = False) -> Path:
    with xlsxwriter.Workbook(path) as book:
        if all_:
            book.add_worksheet("Trống").activate()
        for name, rows, hidden in (("Tháng 6", MERGED[:12], all_), ("Tháng 5", MERGED[12:], True), ("Mã", [], True)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table(rows) if rows else [["Mã", "Tên"]]):
                sheet.write_row(number, 0, row)
            for number in (3, 4, 7):
                sheet.set_row(number, options={"hidden": True})
            if hidden:
                sheet.very_hidden() if name == "Tháng 5" else sheet.hide()
    return path


def test_what_is_hidden_is_named(tmp_path: Path, data: Path) -> None:
    report = read(write_hidden(tmp_path / "x.xlsx"), data=data).report
    assert report.counts.kept == 12
    said = [note for note in report.describe() if "hidden" in note.en]
    assert [note.en.split(" was ")[0].split(" rows")[0] for note in said] == [
        "The hidden sheet x.xlsx [Tháng 5]", "x.xlsx [Tháng 6] has 3",
    ]  # fmt: skip
    assert "(about 12 rows)" in said[0].en
    assert "3 hàng bị ẩn" in said[1].vi
    with pytest.raises(UserError, match="all of its sheets that hold cells are hidden"):
        read(write_hidden(tmp_path / "y.xlsx", all_=True), data=data)


def test_hidden_sheets_and_rows_of_other_kinds_are_named(tmp_path: Path, data: Path) -> None:
    hidden = {"Cũ": table(dossiers(9)[5:])}
    report = read(write_spreadsheet_xml(tmp_path / "x.xml", table(dossiers(5)), hidden=hidden), data=data).report
    assert ["[Cũ] was not read" in note.en for note in report.notes] == [True]
    report = read(write_ods(tmp_path / "x.ods", table(dossiers(5)), hidden=[2, 4]), data=data).report
    assert ["[DS] has 2 rows hidden" in note.en for note in report.notes] == [True]
    report = read(write_xlsb(tmp_path / "x.xlsb", table(dossiers(5)), hidden=[2, 4]), data=data).report
    assert ["[DS] has 2 rows hidden" in note.en for note in report.notes] == [True]
    report = read(write_xls(tmp_path / "old.xls", table(dossiers(5)), hidden=[2, 3]), data=data).report
    assert ["[DS] has 2 rows hidden" in note.en for note in report.notes] == [True]
    text = (
        page(table(dossiers(5)))
        .replace("<tr>", "<tr style='display:none'>")
        .replace("<tr style='display:none'>", "<tr>", 3)
    )
    (tmp_path / "x.xls").write_text(text, encoding="utf-8")
    report = read(tmp_path / "x.xls", data=data).report
    assert report.counts.kept == 5
    assert ["has 3 rows hidden" in note.en for note in report.notes] == [True]
