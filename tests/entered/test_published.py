"""A table of published figures is read as other files are, refused as a whole with one sentence, and kept whole."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from cchc import exports
from cchc.entered.published import reading, saved, statements
from cchc.entered.published.vocabulary import UNITS, find, meaning
from cchc.figures import query
from cchc.figures.periods import Period
from cchc.findings.reconcile import COLUMNS, answer, names, reconcile
from cchc.rules.references import References
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.building import dossier, numbered

pytestmark = pytest.mark.slow

HEAD = ",".join(COLUMNS)
ROWS = (
    "total,tra-cu,all,2024-03-01,2024-03-31,received,1482,count,,,bao-cao",
    "late,tra-cu,commune,2024-03-01,2024-03-31,late_rate,0.65,percent,,total,bao-cao",
    "unit,tra-cu,Xã Đại An-online,2024-03-01,2024-03-31,received,7,count,,,bao-cao",
    "start,tra-cu,all,2024-03-01,2024-03-31,friday_start,2024-01,date,,,ke-hoach",
    "change,tra-cu,all,2024-02-01,2024-03-31,late_rate_change,-0.31,point,,,bao-cao",
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows = [dossier(received_at=f"2024-0{month}-05") for month in (1, 2, 3)]
    return building.publish(tmp_path_factory.mktemp("data"), numbered(rows))


@pytest.fixture
def known(snapshot: Snapshot) -> References:
    return snapshot.references


def file(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path = folder / "figures.csv"
    path.write_bytes("\n".join((head, *rows, "")).encode(encoding))
    return path


# --- Reading ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_any_usual_encoding_and_delimiter(tmp_path, known, encoding: str, delimiter: str) -> None:
    rows = [each.replace(",", delimiter) for each in (HEAD, *ROWS)]
    if delimiter == ";":  # as a Vietnamese spreadsheet saves it
        rows[2] = rows[2].replace("0.65", "0,65")
        rows[1] = (
            rows[1].replace("1482", "1.482").replace("2024-03-01", "01/03/2024").replace("2024-03-31", "31/3/2024")
        )
    table = reading.read(file(tmp_path, *rows[1:], head=rows[0], encoding=encoding), known)
    assert [figure.id for figure in table.figures] == ["total", "late", "unit", "start", "change"]
    total, late, unit, start, change = table.figures
    assert (total.row, total.printed.text, total.period) == (2, "1482", march())
    assert (late.printed.text, late.scope.level, late.denominator) == ("0.65", "commune", "total")
    assert (unit.scope.unit, unit.scope.level, unit.scope.channel) == ("A", "commune", "online")
    assert (start.days, start.show("vi")) == (Period(*map(day, ("2024-01-01", "2024-01-31"))), "tháng 1/2024")
    assert change.show("vi") == "−0,31 điểm %"


def day(text: str):
    return reading._day(text)


def march() -> Period:
    return Period(day("2024-03-01"), day("2024-03-31"))


def test_a_workbook_is_read_as_well(tmp_path: Path, known: References) -> None:
    path = tmp_path / "figures.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for line, row in enumerate((HEAD, *ROWS)):
        for column, cell in enumerate(row.split(",")):
            sheet.write(line, column, float(cell) if cell.replace(".", "").lstrip("-").isdigit() else cell)
    book.close()
    table = reading.read(path, known)
    assert [figure.printed.text for figure in table.figures] == ["1482", "0.65", "7", "0", "-0.31"]


def test_rows_of_other_areas_are_left_out_and_counted(tmp_path: Path, known: References) -> None:
    other = ROWS[0].replace("tra-cu", "thanh-ha").replace("received", "anything")
    table = reading.read(file(tmp_path, ROWS[0], other, other), known)
    assert (len(table.figures), table.left_out) == (1, 2)


NUMBERS = st.integers(0, 10**9).map(str)
FRACTIONS = st.tuples(st.integers(0, 10**4), st.integers(0, 4)).map(lambda at: f"{at[0]}.{'1' * at[1]}".rstrip("."))


@given(
    st.lists(st.tuples(NUMBERS, FRACTIONS, st.sampled_from(["all", "commune", "B-online", "Xã Đại An"])), max_size=6)
)
def test_a_table_written_is_read_back_the_same(snapshot: Snapshot, tmp_path_factory, values) -> None:
    rows = []
    for place, (count, rate, scope) in enumerate(values):
        rows.append(f"=n{place},tra-cu,{scope},2024-03-01,2024-03-31,received,{count},count,,,-báo cáo")
        rows.append(f"r{place},tra-cu,{scope},2024-03-01,2024-03-31,late_rate,{rate},percent,,=n{place},-báo cáo")
    folder = tmp_path_factory.mktemp("table")
    table = reading.read_kept(file(folder, *rows).read_bytes(), snapshot.references)
    text = table.to_csv("tra-cu")
    assert not any(cell.startswith(("=", "-", "+", "@")) for row in csv.reader(io.StringIO(text)) for cell in row)
    (folder / "again.csv").write_text(text, encoding="utf-8")
    again = reading.read_kept((folder / "again.csv").read_bytes(), snapshot.references)
    assert again.figures == table.figures
    assert again.digest == table.digest


@pytest.mark.parametrize(
    "name",
    ["late_rate", "mean_days", "tasks_done_rate", "online_growth_vs_q1", "late_rate_change", "carried_in_rate",
     "friday_dossiers", "thursday_start", "petitions_late"],
)  # fmt: skip
def test_every_kind_of_figure_has_a_label_and_a_unit(name: str) -> None:
    about = meaning(name)
    assert about is not None
    assert about.unit in UNITS
    assert about.label.vi != about.label.en


@pytest.mark.parametrize(
    "changes",
    [
        {"from_": "1-3-2024", "to": "31.3.2024"}, {"metric": "Received"}, {"metric": "tiếp nhận"}, {"unit": ""},
        {"unit": "Số đếm"}, {"scope": "ALL"}, {"scope": "Toàn khu vực"}, {"value": "1.482"}, {"value": "1 482"},
        {"value": "1482.0"}, {"area": ""}, {"id": "'total"},
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_may_be_written_as_people_and_software_write_it(tmp_path, known, changes) -> None:
    [clean] = reading.read(file(tmp_path, ROWS[0]), known).figures
    [again] = reading.read(file(tmp_path, changed(0, **changes)[0]), known).figures
    assert replace(again, where="all") == clean


def test_headings_may_be_in_words_and_in_any_order(tmp_path: Path, known: References) -> None:
    for language in LANGUAGES:
        head = ",".join(["ghi chú", *reversed([title[language] for title in COLUMNS.values()])])
        turned = ["x," + ",".join(reversed(row.split(","))) for row in ROWS]
        assert reading.read(file(tmp_path, *turned, head=head), known) == reading.read(file(tmp_path, *ROWS), known)


def test_every_name_is_found_by_its_label_in_both_languages_and_no_two_have_one() -> None:
    for name, label in names().items():
        for text in (name, name.upper(), label.vi, label.en.upper()):
            found = find(text)
            assert found is not None, text
            assert found.name == name


# --- What is refused ---


def changed(row: int, **cells: str) -> list[str]:
    rows = [dict(zip(COLUMNS, each.split(","), strict=True)) for each in ROWS]
    rows[row].update({name.rstrip("_"): value for name, value in cells.items()})
    return [",".join(each.values()) for each in rows]


@pytest.mark.parametrize(
    ("rows", "place", "named"),
    [
        (changed(1, metric="late_rates"), "Dòng 3, cột chỉ số (metric)", "late_rates"),
        (changed(1, metric=""), "Dòng 3, cột chỉ số (metric)", "không có chỉ số"),
        (changed(0, unit="pieces"), "Dòng 2, cột đơn vị tính (unit)", "count"),
        (changed(1, unit="count"), "Dòng 3, cột đơn vị tính (unit)", "percent"),
        (changed(2, scope="Xã Đại Ân"), "Dòng 4, cột phạm vi (scope)", "gần nhất là Xã Đại An"),
        (changed(2, scope=""), "Dòng 4, cột phạm vi (scope)", "không có đơn vị"),
        (changed(0, from_="2024-02-30"), "Dòng 2, cột từ ngày (from)", "không phải là ngày"),
        (changed(0, to="31/13/2024"), "Dòng 2, cột đến ngày (to)", "không phải là ngày"),
        (changed(0, to="2024-02-01"), "Dòng 2, cột đến ngày (to)", "đứng trước"),
        (changed(0, value="many"), "Dòng 2, cột giá trị (value)", "không phải là số"),
        (changed(0, value="1e9"), "Dòng 2, cột giá trị (value)", "không phải là số"),
        (changed(0, value="nan"), "Dòng 2, cột giá trị (value)", "không phải là số"),
        (changed(0, value="-5"), "Dòng 2, cột giá trị (value)", "số đếm"),
        (changed(0, value='"1,482"'), "Dòng 2, cột giá trị (value)", "số đếm"),
        (changed(0, value="１４"), "Dòng 2, cột giá trị (value)", "không phải là số"),
        (changed(0, value="14.5"), "Dòng 2, cột giá trị (value)", "số đếm"),
        (changed(1, value=""), "Dòng 3, cột giá trị (value)", "không phải là số"),
        (changed(3, value="2024-99"), "Dòng 5, cột giá trị (value)", "không phải là ngày"),
        (changed(1, denominator_id="nowhere"), "Dòng 3, cột mã mẫu số (denominator_id)", "nowhere"),
        (changed(1, denominator_id="late"), "Dòng 3, cột mã mẫu số (denominator_id)", "late"),
        (changed(1, id="total"), "Dòng 3, cột mã (id)", "total"),
        (changed(1, id=""), "Dòng 3, cột mã (id)", "phải có"),
        (changed(1, document=""), "Dòng 3, cột văn bản (document)", "phải có"),
        (changed(4, from_="2024-02-15"), "Dòng 6, cột từ ngày (from)", "hai kỳ liền nhau"),
        (changed(1, metric="online_growth_vs_q1"), "Dòng 3, cột mã tử số (numerator_id)", "cả hai"),
        ([each.replace("tra-cu", "nowhere") for each in ROWS], "Dòng 2, cột khu vực (area)", "tra-cu"),
        ([*ROWS, *(ROWS[0].replace("total", f"t{n}") for n in range(3001))], "3.000", "chia"),
        ([ROWS[0].replace("total", f"t{n}").replace("03-01", f"{n % 12 + 1:02}-{n % 28 + 1:02}").replace("2024-03-31",
          f"20{25 + n // 84}-01-01") for n in range(500)], "150 kỳ", "chia"),
        ([*ROWS, "x,y"], "dòng 7", "11 ô"),
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_that_cannot_be_meant_is_named_by_row_and_column(tmp_path, known, rows, place: str, named: str) -> None:
    with pytest.raises(UserError) as refused:
        reading.read(file(tmp_path, *rows), known)
    assert place in refused.value.text.vi
    assert named in refused.value.text.vi
    assert refused.value.text.en


def test_a_file_that_is_no_table_gets_one_sentence(tmp_path: Path, known: References) -> None:
    wrong = {
        "scope": file(tmp_path, *ROWS, head=HEAD.replace("scope", "nơi")).read_bytes(),
        "không có bảng nào": b"<html><table><tr><td>1</td></tr></table>",
        "tr": b"",
        "không có số nào": HEAD.encode(),
        "hai cột giá trị": file(tmp_path, *(f"{row},1" for row in ROWS), head=f"{HEAD},Giá trị").read_bytes(),
        "CSV": b"%PDF-1.4 figures",
    }
    for said, content in wrong.items():
        path = tmp_path / "bad.csv"
        path.write_bytes(content)
        with pytest.raises(UserError) as refused:
            reading.read(path, known)
        assert said in refused.value.text.vi


# --- Keeping ---


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_kept_table_is_used_in_place_of_the_one_that_came_with_the_references(data, snapshot, tmp_path) -> None:
    assert saved.load(data, snapshot).figures == ()
    table = reading.read(file(tmp_path, *ROWS), snapshot.references)
    saved.save(data, snapshot, table, saved.load(data, snapshot).digest)
    assert saved.is_own(data, "tra-cu")
    assert saved.load(data, snapshot) == table
    saved.forget(data, "tra-cu")
    assert not saved.is_own(data, "tra-cu")
    assert saved.load(data, snapshot).figures == ()


@pytest.mark.parametrize(
    ("days", "place"),
    [
        (("2023-01-01", "2023-12-31"), "Dòng 2, cột đến ngày (to)"),
        (("2025-01-01", "2025-03-31"), "Dòng 2, cột từ ngày (from)"),
    ],
)
def test_a_period_without_data_is_refused_and_nothing_is_kept(data, snapshot, tmp_path, days, place: str) -> None:
    table = reading.read(file(tmp_path, *changed(0, from_=days[0], to=days[1])), snapshot.references)
    with pytest.raises(UserError) as refused:
        saved.save(data, snapshot, table, statements.Table(()).digest)
    assert place in refused.value.text.vi
    assert "31/05/2024" in refused.value.text.vi
    assert not saved.is_own(data, "tra-cu")


def test_a_register_needs_no_records(data: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    tasks = "tasks,tra-cu,all,2019-01-01,2019-12-31,tasks,26,count,,,bao-cao"
    table = reading.read(file(tmp_path, tasks), snapshot.references)
    saved.save(data, snapshot, table, statements.Table(()).digest)
    assert saved.load(data, snapshot) == table


def test_who_edits_an_older_table_does_not_undo_the_work_of_another(data, snapshot, tmp_path) -> None:
    first = reading.read(file(tmp_path, *ROWS), snapshot.references)
    second = reading.read(file(tmp_path, *ROWS[:2]), snapshot.references)
    nothing = statements.Table(()).digest
    saved.save(data, snapshot, first, nothing)
    with pytest.raises(UserError, match="Somebody else"):
        saved.save(data, snapshot, second, nothing)
    assert saved.load(data, snapshot) == first


@pytest.mark.parametrize("content", [b"id\nnothing else\n", "Mã\n".encode("utf-16")])
def test_a_kept_table_that_can_no_longer_be_read_may_be_replaced(
    data: Path, snapshot: Snapshot, tmp_path: Path, content: bytes
) -> None:
    (data / "published").mkdir(parents=True)
    (data / "published" / "tra-cu.csv").write_bytes(content)
    with pytest.raises(UserError):
        saved.load(data, snapshot)
    table = reading.read(file(tmp_path, *ROWS), snapshot.references)
    saved.save(data, snapshot, table, statements.Table(()).digest)
    assert saved.load(data, snapshot) == table


def test_the_demo_tables_are_read_whole(demo_data: Path) -> None:
    sizes: Sequence[tuple[str, int]] = [("tra-cu", 56), ("thanh-ha", 25), ("my-hao", 9)]
    for dataset, size in sizes:
        snapshot = building.current(demo_data, dataset)
        table = saved.load(demo_data, snapshot)
        saved.check_covered(table, snapshot)
        assert (len(table.figures), table.left_out) == (size, 0)
        assert set(table.documents) <= set(snapshot.references.documents)


# --- The workbook ---

FORMULA = "=cmd|' /C calc'!A0"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def odd(tmp_path: Path) -> Snapshot:
    """Three dossiers of March, two of them of a unit whose name a spreadsheet would run, and one before."""
    units = f'unit,name,level,parent\nD,Một cửa huyện,district,\nA,"{FORMULA}",commune,D\nB,{MARKUP},commune,D\n'
    references = building.reference_folder(tmp_path / "references", units=units, service_models="", targets="")
    rows = [dossier(unit=unit, received_at="2024-03-05") for unit in ("A", "A", "B")]
    rows.append(dossier(unit="B", received_at="2024-02-05"))
    return building.publish(tmp_path / "odd", numbered(rows), references=references)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_read_back_holds_every_figure_beside_the_records_and_no_formula(odd, tmp_path, language) -> None:
    rows = [
        f"=1+1,tra-cu,A,2024-03-01,2024-03-31,received,3,count,,,{FORMULA}",
        f"@b,tra-cu,{MARKUP},2024-03-01,2024-03-31,received,1,count,,,-bao cao",
        "all,tra-cu,all,2024-03-01,2024-03-31,received,3,count,,,-bao cao",
        "share,tra-cu,B,2024-03-01,2024-03-31,online_rate,0.00,percent,,@b,-bao cao",
    ]
    table = reading.read(file(tmp_path, *rows), odd.references)
    result = reconcile(partial(query.run, odd), odd, table)
    made = exports.reconciliation_to_xlsx(result, result.findings, "tất cả", odd, language)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert len(book.worksheets) == 2
    findings, published = (body(sheet) for sheet in book.worksheets)
    # Unit A says 3 where 2 were received; the others and the total are right.
    assert [(row[4], row[6]) for row in findings] == [(3, 2)]
    assert FORMULA in findings[0][3]
    assert [row[0] for row in published] == ["=1+1", "@b", "all", "share"]
    assert [(row[2], row[3], row[4]) for row in published] == [(3, 2, 1), (1, 1, None), (3, 3, None), (0, 0, None)]
    assert [row[7] for row in published] == [FORMULA, *["-bao cao"] * 3]
    assert MARKUP in published[1][1]
    for sheet in book.worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert answer(result)[language] == sheet["B1"].value
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref


def body(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """The rows below the headings, which the filter is on."""
    [(_, head), _] = [coordinate_from_string(corner) for corner in sheet.auto_filter.ref.split(":")]
    return list(sheet.iter_rows(min_row=head + 1, values_only=True))
