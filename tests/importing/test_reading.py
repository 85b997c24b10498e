"""Files as they come: encodings, delimiters, workbooks, Parquet, several headings; and files that cannot be read."""

import csv
import datetime
import io
import subprocess
import unicodedata
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cchc.importing.headings import locate
from cchc.importing.mapping import read as read_mapping
from cchc.importing.reading import Csv
from cchc.importing.rows import RowWriter
from cchc.text import UserError
from tests.exports import (
    MOT_CUA,
    dossier,
    dossiers,
    read,
    table,
    write_csv,
    write_lines,
    write_mapping,
    write_rows,
    write_sheets,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


ROWS = [dossier(n, unit="Xã Hòa Bình, “Đông”; Tây|Bắc", due_at="") for n in range(1, 30)] + [
    dossier(40, channel="fax"),
    dossier(41, status="open", finished_at=""),
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_delimiter_and_encoding_reads_the_same(tmp_path: Path, data: Path, delimiter: str, encoding: str) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", ROWS), data=data)
    other = read(write_csv(tmp_path / "other.csv", ROWS, delimiter=delimiter, encoding=encoding), data=data)
    assert other.dossiers == plain.dossiers
    assert other.report.counts == plain.report.counts
    assert [(p.row, p.kind) for p in other.report.first_problems(9)] == [(31, "unknown_channel")]


def test_windows_1258_is_recognised_and_composed(tmp_path: Path, data: Path) -> None:
    rows = [{MOT_CUA[c]: value for c, value in dossier(n).items()} for n in range(1, 9)]
    for row in rows:
        row |= {"Đơn vị xử lý": "Xã Hòa Bình", "Hình thức nộp": "Trực tuyến", "Trạng thái": "Đã trả kết quả"}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "cu.csv"
    path.write_bytes(_windows_1258(text.getvalue()))
    found = read(path, data=data, publish=True)
    assert found.report.mapping == "mot-cua"
    assert found.report.counts.kept == 8
    units = (next((data / "snapshots").glob("*/*/references")) / "units.csv").read_text(encoding="utf-8")
    assert "Xã Hòa Bình" in units


def _windows_1258(text: str) -> bytes:
    """Letters with their shape composed and the tone as a mark after them, as that code page writes them."""
    out = b""
    for character in unicodedata.normalize("NFC", text):
        try:
            out += character.encode("cp1258")
        except UnicodeEncodeError:
            *shape, tone = unicodedata.normalize("NFD", character)
            if tone == "\u0302" or tone == "\u0306":
                shape, tone = [shape[0], tone], shape[1]
            out += unicodedata.normalize("NFC", "".join(shape)).encode("cp1258") + tone.encode("cp1258")
    return out


def test_a_text_of_mixed_encodings_is_refused(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(5000, unit="Xã Hòa Bình"))
    content = path.read_bytes()
    for at in (300, len(content) - 20):
        path.write_bytes(content[:at] + b"\xff\xd2" + content[at:])
        with pytest.raises(UserError, match="save it again as UTF-8"):
            read(path, data=data)


def test_row_numbers_count_blank_rows_and_cells_that_run_over_lines(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [dossier(1), dossier(2, channel="a\nb")])
    text = path.read_text()
    path.write_text(text.replace("\nH59-230105-0001", "\n\n,,,\nH59-230105-0001"))
    [problem] = read(path, data=data).report.first_problems(9)
    assert problem.row == 5


def test_blank_rows_are_no_rows_and_cells_outside_the_mapping_make_one(tmp_path: Path, data: Path) -> None:
    rows = [{**row, "note": ""} for row in dossiers(30)]
    blank = dict.fromkeys(rows[0], "")
    rows += [blank, {**blank, "note": "Ký tên"}, {**blank, "unit": " "}]
    found = read(write_csv(tmp_path / "x.csv", rows), data=data)
    assert (found.report.counts.read, found.kinds) == (31, {"not_a_dossier": 1})


def test_rows_with_other_cells_than_the_headings_are_never_shifted(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(30))
    lines = path.read_text().splitlines()
    lines[3] = "extra," + lines[3]
    lines[5] = lines[5].removesuffix(",done")
    lines[7] += ",,"
    lines[9] = lines[9].replace("H59", '"H59" 7')
    path.write_text("\n".join(lines))
    found = read(path, data=data)
    assert [(p.row, p.kind) for p in found.report.first_problems(9)] == [
        (4, "too_many_cells"), (6, "too_few_cells"), (10, "broken_quotes"),
    ]  # fmt: skip
    assert (found.report.counts.read, found.report.counts.kept, found.report.counts.rejected) == (30, 27, 3)


@pytest.mark.parametrize("block", [0, 200, 1 << 20])
@pytest.mark.parametrize("closed", ["", "x,", "\n"], ids=["never", "by the next one", "in the next row"])
def test_a_mark_that_was_never_closed_breaks_its_own_row_alone(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, closed: str, block: int
) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(60))
    lines = path.read_text().splitlines()
    lines[20] = lines[20].replace(",", ',"', 1)
    broken = [21]
    if closed == "x,":
        lines[40] = lines[40].replace(",", ',"', 1)
        broken = [21, 41]
    if closed == "\n":
        lines[21] = lines[21].replace(",online", '",online').replace(",counter", '",counter')
    path.write_text("\n".join(lines))
    monkeypatch.setattr(Csv, "block", block)
    report = read(path, data=data).report
    assert [problem.row for problem in report.first_problems(9) if problem.kind == "broken_quotes"] == broken
    assert report.counts.read == 60


def test_a_title_may_run_over_lines_above_the_headings(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(30))
    path.write_text('"Danh sách\nhồ sơ\na,b,c,d,e,f,g,h,i"\n' + path.read_text())
    counts = read(path, data=data).report.counts
    assert (counts.read, counts.kept) == (30, 30)


def test_a_remark_below_the_rows_may_run_over_lines(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(30))
    path.write_text(path.read_text() + '"Người lập biểu\nKý tên"\n')
    report = read(path, data=data).report
    assert [(problem.row, problem.kind) for problem in report.first_problems(9)] == [(32, "not_a_dossier")]


def test_a_heading_without_accents_is_found_wherever_blank_rows_are(tmp_path: Path, data: Path) -> None:
    head = "Ma ho so,Đơn vị tiếp nhận,Tên thủ tục,Lĩnh vực,Hình thức nộp,Ngày tiếp nhận,Ngày trả,Trạng thái"
    row = "230620-0003,Xã Đại An,Đăng ký khai sinh,Hộ tịch,Qua mạng,20/06/2023 14:30:00,,Đang xử lý"
    path = tmp_path / "x.csv"
    path.write_text("\n".join([head, row, ",,,,,,,", row.replace("0003", "0004")]))
    assert read(path, data=data).report.counts.read == 2


def test_a_file_whose_rows_do_not_fit_the_headings_is_refused(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(5))
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *(line + ",x" for line in lines)]))
    with pytest.raises(UserError, match="do not have the 9 columns"):
        read(path, data=data)


_PLAIN = st.text(st.sampled_from("ab1 é\u00a0"), max_size=3)
_QUOTED = st.text(st.sampled_from('a,"\n\r '), max_size=4).map(lambda text: '"' + text.replace('"', '""') + '"')
_ANY = st.text(st.sampled_from('ab1,"\n\r é\u00a0\ufeff\x1c\0'), max_size=4)
_CELL = st.one_of(*[_PLAIN] * 8, _QUOTED, _ANY)
_WHOLE = st.lists(_CELL, min_size=4, max_size=4)
_LINE = st.one_of(*[_WHOLE] * 6, st.lists(_CELL, max_size=6)).map(",".join)
_END = st.sampled_from(["\n"] * 9 + ["\r\n"] * 3 + ["\r", ""])


@pytest.mark.slow
@settings(max_examples=150)
@example(lines=["1, ,1,1\n"], head="dossier_id,unit,status,note", block=1)
@given(
    lines=st.lists(st.tuples(_LINE, _END).map("".join), max_size=8),
    head=st.sampled_from(["dossier_id,unit,status,note", '\ufeff"dossier_id","unit",status,note']),
    block=st.sampled_from([1, 10, 40, 1 << 20]),
)
def test_both_readers_of_csv_see_the_same_rows(
    lines: list[str], head: str, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_bytes("\n".join([head, "".join(lines)]).encode())
    assert _rows(path, block) == _rows(path, 0)


def _rows(path: Path, block: int) -> object:
    """The rows and what is wrong with the others, read in plain blocks of that size where the file is plain."""
    layout = locate([["dossier_id", "unit", "status", "note"]], read_mapping("cchc"))
    folder = path.parent / str(block)
    folder.mkdir()
    try:
        export = Csv(path)
        export.block, export.delimiter = block, ","
        [part] = export.load({0: layout}, folder, lambda done: None)
    except UserError as error:
        return error.text
    return part.table().to_pylist(), part.malformed


def test_a_row_that_is_not_plain_leaves_those_before_it_to_the_quick_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(40))
    path.write_text(path.read_text() + "Người lập biểu\n")
    size = path.stat().st_size
    export = Csv(path)
    export.block = size // 4
    slowly: list[int] = []
    monkeypatch.setattr(RowWriter, "add", lambda writer, rows: slowly.extend(line for line, _ in rows))
    layout = locate(export.heads[0].rows, read_mapping("cchc"))
    [part] = export.load({0: layout}, tmp_path, lambda done: None)
    assert part.table()["line"].to_pylist() == list(range(2, slowly[0]))
    assert slowly == list(range(slowly[0], 43))
    assert slowly[0] > 30
    assert part.malformed == ()


# --- workbooks and Parquet ---


@pytest.mark.slow
def test_a_workbook_of_text_and_one_of_dates_and_parquet_read_as_the_csv_does(tmp_path: Path, data: Path) -> None:
    rows = [{**row, "rating": "3", "fee_due": "1"} for row in ROWS]
    plain = read(write_csv(tmp_path / "a.csv", rows), data=data)
    head, *cells = table(rows)
    real = [[_real(cell) for cell in row] for row in cells]
    for path in (
        write_sheets(tmp_path / "text.xlsx", {"Sheet1": [head, *cells]}),
        write_sheets(tmp_path / "real.xlsx", {"Bìa": [["Báo cáo"]], "Sheet1": [head, *real]}),
        _parquet(tmp_path / "text.parquet", head, cells),
        _parquet(tmp_path / "real.parquet", head, [[_real(c) or None for c in row] for row in cells]),
    ):
        other = read(path, data=data)
        assert other.dossiers == plain.dossiers, path.name
        assert other.report.counts == plain.report.counts
        # Parquet has no row of headings to count.
        assert [p.row for p in other.report.first_problems(9)] == [30 if path.suffix == ".parquet" else 31]


def _real(cell: str) -> object:
    if cell in ("1", "3"):
        return int(cell)
    return datetime.datetime.fromisoformat(cell) if cell.startswith("2023-") else cell


def _parquet(path: Path, head: list[str], rows: list[list[object]]) -> Path:
    pq.write_table(pa.table({name: [row[n] for row in rows] for n, name in enumerate(head)}), path)
    return path


def test_an_old_workbook_reads_as_the_csv_does(tmp_path: Path, data: Path) -> None:
    head, *cells = table(ROWS)
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    plain_cell, clock = xlwt.Style.default_style, xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM:SS")
    for number, row in enumerate([head, *([_real(cell) for cell in row] for row in cells)]):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, clock if isinstance(cell, datetime.datetime) else plain_cell)
    book.save(str(tmp_path / "x.xls"))
    plain, old = read(write_csv(tmp_path / "x.csv", ROWS), data=data), read(tmp_path / "x.xls", data=data)
    assert (old.dossiers, old.report.counts, old.kinds) == (plain.dossiers, plain.report.counts, plain.kinds)


def test_the_sheets_that_hold_dossiers_are_read_and_the_others_named(tmp_path: Path, data: Path) -> None:
    path = write_sheets(
        tmp_path / "x.xlsx",
        {"Thống kê": [["Tổng", 4]], "Quý 1": table(dossiers(2)), "Quý 2": table([dossier(7), dossier(8, channel="?")])},
    )
    found = read(path, data=data)
    assert found.report.counts.kept == 3
    assert [(p.sheet, p.row) for p in found.report.first_problems(9)] == [("Quý 2", 3)]
    assert ["Thống kê" in note.vi for note in found.report.notes] == [True]


def test_a_sheet_that_lacks_a_column_of_the_others_is_an_error(tmp_path: Path, data: Path) -> None:
    other = [{k: v for k, v in row.items() if k != "procedure"} for row in dossiers(2)]
    path = write_sheets(tmp_path / "x.xlsx", {"A": table(dossiers(2)), "B": table(other)})
    with pytest.raises(UserError, match=r"x.xlsx \[B\] lacks required columns.*procedure"):
        read(path, data=data)


def test_a_table_may_begin_anywhere_in_a_sheet(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table([dossier(1), dossier(2, channel="?")])):
            sheet.write_row(6 + number, 3, row)
    [problem] = read(path, data=data).report.first_problems(9)
    assert problem.row == 9


def test_a_number_that_became_a_float_is_the_same_id(tmp_path: Path, data: Path) -> None:
    found = read(write_csv(tmp_path / "x.csv", [dossier(1, dossier_id="101001602470.0")]), data=data)
    assert list(found.dossiers) == ["101001602470"]
    number = [[cell if n else 101001602470 for n, cell in enumerate(row)] for row in table([dossier(1)])[1:]]
    other = read(write_sheets(tmp_path / "x.xlsx", {"S": [list(dossier(1)), *number]}), data=data)
    assert other.dossiers == found.dossiers


# --- the list of a Vietnamese one-stop shop ---


def mot_cua_sheet(rows: list[list[str]], *, decomposed: bool = False) -> list[list[str]]:
    head = [
        ["ỦY BAN NHÂN DÂN HUYỆN"], ["DANH SÁCH HỒ SƠ"], ["Từ ngày 01/01/2023 đến ngày 31/12/2023"], [],
        ["STT", "Mã hồ sơ ", "Chủ hồ sơ", "MÃ TTHC", "Tên thủ tục", "Lĩnh vực", "Cơ quan/Đơn vị  xử lý",
         "Hình thức nộp", "Ngày, tháng, năm", "", "Trả kết quả", "", "Trạng thái:", "Cán bộ xử lý"],
        ["", "", "", "", "", "", "", "", "Nhận hồ sơ", "Hẹn trả kết quả", "Ngày kết thúc", "Bên nhận", "", ""],
    ]  # fmt: skip
    sheet = [*head, *rows, [], ["", "Người lập biểu", "", "", "", "", "", "", "", "", "", "", "", ""]]
    return [[unicodedata.normalize("NFD", cell) for cell in row] for row in sheet] if decomposed else sheet


def mot_cua_row(number: int, **changes: str) -> list[str]:
    cells = {
        "stt": str(number), "id": f"H59.01-230105-{number:04}", "owner": "Trần Thị B", "code": "2.000815.000.00.00.H59",
        "name": "Chứng thực bản sao", "field": "Chứng thực", "unit": "UBND xã Ngọc Biên", "channel": "Trực tuyến",
        "received": "05/01/2023 08:30:15", "due": "10/01/2023 17:00:00", "finished": "09/01/2023 10:00:00",
        "taker": "Trần Thị B", "status": "Đã trả kết quả", "officer": "Lê C",
    }  # fmt: skip
    return list({**cells, **changes}.values())


@pytest.mark.parametrize("decomposed", [False, True])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_merged_headings_below_titles_are_found(tmp_path: Path, data: Path, decomposed: bool, kind: str) -> None:
    sheet = mot_cua_sheet([mot_cua_row(n) for n in range(1, 26)], decomposed=decomposed)
    path = tmp_path / f"x.{kind}"
    if kind == "csv":
        write_rows(path, sheet)
    else:
        write_sheets(path, {"DS": sheet})
    found = read(path, data=data, dataset="tra-cu")
    assert found.report.mapping == "mot-cua"
    assert (found.report.counts.kept, found.kinds) == (25, {"not_a_dossier": 1})
    row = found.dossiers["H59.01-230105-0001"]
    assert (row["unit"], row["procedure"], row["channel"], row["status"]) == ("29503", "2.000815", "online", "done")
    assert row["received_at"] == datetime.datetime(2023, 1, 5, 8, 30, 15)
    assert row["finished_at"] == datetime.datetime(2023, 1, 9, 10)
    assert {unicodedata.normalize("NFC", name) for name in found.report.dropped_columns} == {
        "STT", "Chủ hồ sơ", "Trả kết quả Bên nhận", "Cán bộ xử lý",
    }  # fmt: skip


def test_a_title_directly_above_the_headings_is_no_part_of_their_names(tmp_path: Path, data: Path) -> None:
    rows = [{MOT_CUA.get(name, "Chủ hồ sơ"): cell for name, cell in {**row, "owner": "Trần Thị B"}.items()}
            for row in dossiers(30, channel="1", status="9", received_at="?")]  # fmt: skip
    path = write_sheets(tmp_path / "x.xlsx", {"DS": [["SỔ THEO DÕI"], ["Từ ngày 01/01/2023"], *table(rows)]})
    with pytest.raises(UserError, match="“Ngày tiếp nhận”"):
        read(path, data=data)
    report = read(write_sheets(path, {"DS": [["SỔ THEO DÕI"], *table(_with_dates(rows))]}), data=data).report
    assert report.dropped_columns == ("Chủ hồ sơ",)


def _with_dates(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**row, "Ngày tiếp nhận": "05/01/2023 08:30:00"} for row in rows]


@pytest.mark.parametrize(
    ("spelled", "status", "ended"),
    [
        ("1", "not_received", False), ("Mới đăng ký", "not_received", False), ("3", "not_received", False),
        ("Không được tiếp nhận", "not_received", False), ("2", "open", False), ("Được tiếp nhận", "open", False),
        ("4", "open", False), ("ĐANG XỬ LÝ", "open", False), ("5", "waiting", False),
        ("Yêu cầu bổ sung giấy tờ", "waiting", False), ("6", "waiting", False), ("8", "waiting", False),
        ("Dừng xử lý", "waiting", False), ("Yêu cầu thực hiện nghĩa vụ tài chính", "waiting", False),
        ("7", "withdrawn", True), ("Công dân yêu cầu rút hồ sơ", "withdrawn", True), ("9", "done", True),
        ("Đã xử lý xong", "done", True), ("10", "done", True), ("Da tra ket qua", "done", True), ("10.0", "done", True),
    ],
)  # fmt: skip
def test_the_ten_national_statuses_by_number_and_by_name(
    tmp_path: Path, data: Path, spelled: str, status: str, ended: bool
) -> None:
    row = mot_cua_row(1, status=spelled, **({} if ended else {"finished": ""}))
    found = read(write_rows(tmp_path / "x.csv", mot_cua_sheet([row])), data=data)
    if status == "not_received":
        assert found.report.counts.not_received == 1
    else:
        assert [row["status"] for row in found.dossiers.values()] == [status]


@pytest.mark.parametrize(
    ("spelled", "channel"),
    [("1", "counter"), ("Trực tiếp", "counter"), ("2", "online"), ("Qua mạng", "online"), ("3", "postal"),
     ("", "counter"), ("BCCI", "postal"), ("Bưu chính công ích", "postal")],
)  # fmt: skip
def test_the_three_channels_by_number_and_by_name(tmp_path: Path, data: Path, spelled: str, channel: str) -> None:
    path = write_rows(tmp_path / "x.csv", mot_cua_sheet([mot_cua_row(1, channel=spelled), mot_cua_row(2)]))
    assert read(path, data=data).dossiers["H59.01-230105-0001"]["channel"] == channel


def test_internal_field_names_are_known_headings(tmp_path: Path, data: Path) -> None:
    path = write_lines(
        tmp_path / "x.csv",
        "MaHoSo,MaTTHC,TenLinhVuc,DonViId,KenhThucHien,ChuHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,NgayTra,"
        "TrangThaiHoSoId,HoSoCoThanhPhanSoHoa,DuocThanhToanTrucTuyen",
        "H59-1,2.000815,Chứng thực,29503,2,Ai đó,05/01/2023 08:00:00,06/01/2023,06/01/2023 09:00,07/01/2023,10,Có,0",
    )
    [row] = read(path, data=data, dataset="tra-cu").dossiers.values()
    assert (row["unit"], row["channel"], row["status"]) == ("29503", "online", "done")
    assert (row["components_digitised"], row["paid_online"]) == (True, False)
    assert row["returned_at"] == datetime.datetime(2023, 1, 7)


def test_the_register_says_which_required_columns_it_lacks(tmp_path: Path, data: Path) -> None:
    head = ["STT", "Mã hồ sơ", "Nội dung hồ sơ", "Số lượng (bộ)", "Họ tên chủ hồ sơ"]
    head += ["Ngày, tháng, năm", "", "Trả kết quả", ""]
    second = ["", "", "", "", "", "Nhận hồ sơ", "Hẹn trả kết quả", "Ngày nhận kết quả", "Bên giao"]
    row = ["1", "H59-1", "Khai tử cho ông A", "1", "Trần B", "05/01/2023 08:00:00", "06/01/2023 08:00:00", "", ""]
    with pytest.raises(UserError) as error:
        read(write_sheets(tmp_path / "so.xlsx", {"Sổ": [["SỔ THEO DÕI"], head, second, row]}), data=data)
    for part in ("mot-cua", "đơn vị", "thủ tục", "ngày kết thúc"):
        assert part in error.value.text.vi
    assert "Trần B" not in error.value.text.vi


def test_a_short_mapping_adds_to_a_shipped_one(tmp_path: Path, data: Path) -> None:
    path = write_lines(
        tmp_path / "x.csv",
        "Số biên nhận;Việc;Nhận lúc;Xong lúc",
        *(f"BN{n};Chứng thực;{n:02}/02/2023 08:00;{n:02}/02/2023 09:00" for n in range(1, 20)),
    )
    mapping = write_mapping(
        tmp_path / "xa.toml",
        """
        based_on = "mot-cua"
        [columns]
        procedure_name = ["Việc"]
        received_at = ["Nhận lúc"]
        finished_at = ["Xong lúc"]
        [constants]
        unit = "UBND xã Ngọc Biên"
        channel = "Trực tiếp"
        """,
    )
    found = read(path, data=data, mapping=mapping)
    assert found.report.mapping == "xa"
    assert {(row["unit"], row["channel"], row["status"]) for row in found.dossiers.values()} == {
        ("ubnd-xa-ngoc-bien", "counter", "done")
    }


# --- files that cannot be read ---

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.csv", b"", "it is empty"),
        ("blank.csv", b"\n\n  \n", "it is empty"),
        ("head.csv", ",".join(dossier(1)).encode(), "headings only"),
        ("page.xls", b"<html><body><p>x</p></body></html>", "none of its tables holds any cells"),
        ("page2.xls", b"\xef\xbb\xbf\r\n<!DOCTYPE html><p>x", "none of its tables holds any cells"),
        ("noise.csv", bytes(range(256)) * 40, "not a text table|NUL|UTF-8"),
        ("scan.pdf.xlsx", b"%PDF-1.7 ...", "neither CSV nor Excel"),
        ("locked.xlsx", _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("broken.xls", _OLE + bytes(2000), "damaged"),
        ("broken.parquet", b"PAR1" + bytes(50) + b"PAR1", "damaged"),
        ("cut.xlsx", b"PK\x03\x04" + bytes(100), "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_sentence(
    tmp_path: Path, data: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=why) as error:
        read(path, data=data)
    assert name in error.value.text.vi
    assert "\n" not in error.value.text.vi
    assert not data.exists()


@pytest.mark.parametrize("format_", ["xlsx", "parquet", "csv"])
def test_a_file_that_was_cut_off_is_refused_or_its_last_row_listed(tmp_path: Path, data: Path, format_: str) -> None:
    head, *rows = table(dossiers(300))
    whole = {
        "xlsx": lambda p: write_sheets(p, {"S": [head, *rows]}),
        "parquet": lambda p: _parquet(p, head, [list(row) for row in rows]),
        "csv": lambda p: write_csv(p, dossiers(300)),
    }[format_](tmp_path / f"x.{format_}")
    content = whole.read_bytes()
    whole.write_bytes(content[: len(content) - 12])
    if format_ == "csv":
        assert read(whole, data=data).report.counts.rejected == 1
    else:
        with pytest.raises(UserError, match="damaged or cut off"):
            read(whole, data=data)


def test_a_parquet_file_damaged_in_the_middle_is_refused(tmp_path: Path, data: Path) -> None:
    head, *rows = table(dossiers(60_000))
    path = _parquet(tmp_path / "x.parquet", head, [list(row) for row in rows])
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 2000] = bytes(2000)
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged"):
        read(path, data=data)


def test_nul_characters_in_a_csv_are_refused(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(5000))
    content = path.read_bytes()
    path.write_bytes(content[:-200] + b"\0" + content[-200:])
    with pytest.raises(UserError, match="NUL"):
        read(path, data=data)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path, data: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(UserError, match="There is no file"):
            read(path, data=data)


def test_an_absurdly_packed_workbook_is_refused_before_it_is_unpacked(tmp_path: Path, data: Path) -> None:
    path = _zip(tmp_path / "bomb.xlsx", xl__workbook_dot_xml=b"<x/>", xl__worksheets__sheet1_dot_xml=bytes(200 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(UserError, match="absurd size"):
        read(path, data=data)


def test_a_blank_cell_at_the_far_corner_ends_the_reader_and_not_the_program(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table(dossiers(3))):
            sheet.write_row(number, 0, row)
        sheet.write_string(1048575, 16383, " ")
    with pytest.raises(UserError, match="too large, or a blank cell far away"):
        read(path, data=data)


def test_no_child_process_outlives_an_import(tmp_path: Path, data: Path) -> None:
    read(write_sheets(tmp_path / "x.xlsx", {"S": table(dossiers(3))}), data=data)
    with pytest.raises(UserError):
        read(write_sheets(tmp_path / "y.xlsx", {"S": [["a", "b"], ["1", "2"]]}), data=data)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in running


def test_a_file_no_mapping_fits_names_what_is_missing(tmp_path: Path, data: Path) -> None:
    with pytest.raises(UserError, match="No heading row was found in"):
        read(write_lines(tmp_path / "x.csv", "a,b", "1,2"), data=data)
    with pytest.raises(UserError, match=r"lacks required columns \(mapping cchc\): unit / unit name.*received_at"):
        read(write_lines(tmp_path / "y.csv", "dossier_id,procedure,secret", "1,2,3"), data=data)


def test_two_columns_with_one_heading_are_refused(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "x.csv", dossiers(3))
    path.write_text(path.read_text().replace("due_at", "received_at"))
    with pytest.raises(UserError, match="stands over two columns"):
        read(path, data=data)


def test_names_of_files_are_never_patterns(tmp_path: Path, data: Path) -> None:
    path = write_csv(tmp_path / "danh [1]*'sách?.csv", dossiers(3))
    assert read(path, data=data).report.counts.kept == 3
