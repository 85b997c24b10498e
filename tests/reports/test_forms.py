"""Forms that files declare: another form by a file alone, a successor's annex as a file, each mistake one sentence."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from cchc import reports
from cchc.config import REFERENCE
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building, slow
from tests.building import DATASET, Dossier
from tests.reports.asking import asked, varied, workbook

pytestmark = pytest.mark.slow

MARCH = ("2024-03-01", "2024-03-31")
SHIPPED = REFERENCE / "forms"
SUMMARY = (SHIPPED / "tong-hop.toml").read_text(encoding="utf-8")
# Columns 3 to 16 of the summary; 13 is a share of others.
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("carried_in", "received"), ("carried_in",), ("online",), ("counter",), ("postal",), ("resolved",), ("early",),
    ("on_day",), ("late",), ("withdrawn",), (), ("open",), ("open_within",), ("open_overdue",),
)  # fmt: skip


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return building.publish(tmp_path / "data", varied())


def own(snapshot: Snapshot, name: str, text: str) -> Path:
    """A form an office put into the folder of its area; the data folder."""
    data = snapshot.folder.parents[2]
    folder = data / "reference" / DATASET / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return data


def made(snapshot: Snapshot, data: Path, id_: str, *days: Any) -> reports.Book:
    book = reports.find(id_, snapshot, data).prepare(asked(snapshot, *(days or MARCH), data))
    assert isinstance(book, reports.Book)
    return book


def test_a_second_form_is_a_file_and_its_cells_are_what_a_slow_count_finds(snapshot: Snapshot) -> None:
    book = workbook("tong-hop", asked(snapshot, *MARCH))
    assert book.sheetnames == ["Theo đơn vị", "Theo lĩnh vực", "Theo thủ tục", "Kiểm tra"]
    known, question = snapshot.references, building.filters(snapshot, *MARCH)
    for sheet, by, names in (
        ("Theo đơn vị", ["unit"], {each.id: each.name for each in known.units.values()}),
        ("Theo lĩnh vực", ["field"], {id_: name.vi for id_, name in known.fields.items()}),
        ("Theo thủ tục", ["procedure"], {each.id: each.name for each in known.procedures.values()}),
    ):
        figures = slow.run(varied(), known, snapshot.as_of, question, by)
        expected = {}
        for (id_,), row in figures.items():
            cells: list[float | str] = [int(sum(row[name] or 0 for name in names_)) for names_ in COLUMNS]
            ended = row["resolved"]
            cells[10] = (row["early"] + row["on_day"] + row["withdrawn"]) / ended if ended else "–"
            if row["carried_in"] or row["received"]:
                expected[names[id_]] = cells
        printed = {row[1].value: [cell.value for cell in row[2:]] for row in book[sheet].iter_rows(max_col=16)}
        for name, cells in expected.items():
            assert printed[name] == pytest.approx(cells), (sheet, name)
    results = [row[4].value for row in book["Kiểm tra"].iter_rows(min_row=5) if row[4].value]
    assert len(results) >= 10
    assert {*results} == {"Đúng"}


COUNTERS, LEVELS = (None, "A", "B"), (None, "Toàn trình", "một phần", "Mức độ 2")
BESIDE_HEADS = {"Trực tuyến toàn trình": "Toàn trình", "Trực tuyến một phần": "một phần", "Phi địa giới": None}


def said_of(rows: list[Dossier]) -> list[Dossier]:
    """The dossiers with what later exports say of counters and service levels, each in turn or nothing."""
    return [row | {"receiving_unit": COUNTERS[n % 3], "service_level": LEVELS[n % 4]} for n, row in enumerate(rows)]


def test_service_levels_and_other_counters_have_columns_where_the_data_tells_them(tmp_path: Path) -> None:
    rows = said_of(varied())
    told = building.publish(tmp_path / "data", rows)
    sheet = workbook("tong-hop", asked(told, *MARCH))["Theo đơn vị"]
    heads = {cell.value: cell.column for row in sheet.iter_rows() for cell in row if cell.value in BESIDE_HEADS}
    assert [*heads] == [*BESIDE_HEADS]
    units = told.references.units
    march = [row for row in rows if str(row["received_at"].date())[:7] == "2024-03"]
    for id_, unit in units.items():
        own_rows = [row for row in march if row["unit"] == id_]
        if not own_rows:
            continue
        [line] = [row for row in sheet.iter_rows() if row[1].value == unit.name]
        for head, level in BESIDE_HEADS.items():
            count = sum(
                row["receiving_unit"] not in (None, id_) if level is None
                else row["channel"] == "online" and row["service_level"] == level
                for row in own_rows
            )  # fmt: skip
            assert line[heads[head] - 1].value == count, (unit.name, head)
    notes = [str(row[0].value) for row in sheet.iter_rows() if str(row[0].value).startswith("Cột")]
    assert [note[:8] for note in notes if "tệp xuất" in note] == ["Cột (17)", "Cột (18)", "Cột (19)"]


def test_a_column_the_data_says_nothing_of_is_absent_and_the_next_takes_its_number(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    silent = made(snapshot, snapshot.folder.parents[2], "tong-hop").sheets[0]
    assert {box.text for box in silent.heads}.isdisjoint(BESIDE_HEADS)
    rows = [row | {"receiving_unit": "A"} for row in varied()]
    told = building.publish(tmp_path / "other", rows)
    heads = [box.text for box in made(told, tmp_path / "other", "tong-hop").sheets[0].heads]
    assert {*BESIDE_HEADS} & {*heads} == {"Phi địa giới"}
    assert heads[-1] == "(17)"


def test_the_annex_of_a_successor_is_a_file_for_the_periods_from_its_day(snapshot: Snapshot) -> None:
    text = SUMMARY.replace("title = {", 'form = "bieu-06a"\nsince = 2024-03-15\ntitle = {', 1)
    data = own(snapshot, "bieu-06a-2024.toml", text.replace("Bảng tổng hợp", "Biểu số 1"))
    assert made(snapshot, data, "bieu-06a").title == "Biểu số 1"
    before = made(snapshot, data, "bieu-06a", datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    assert before.title == "Biểu số II.06a/VPCP/KSTT"
    assert [*reports.kinds(snapshot, data)] == [*reports.KINDS]
    assert reports.find("bieu-06a", snapshot).prepare(asked(snapshot, *MARCH)).title == before.title


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sum = [4, 5, 6, 7]", "sum = [4, 5, 99]", "cột 3 cộng cột 99"),
        ("sum = [4, 5, 6, 7]", "sum = [4, 8]", "cột 3 cộng cột 8"),
        ("of = [9, 10, 12]", "of = [9, 13]", "cột 13 chia cột 13"),
        ("right = [8, 14]", "right = [8, 40]", "[[check]] 1: right không có cột 40"),
        ("carried = 4", "carried = 77", "[[check]] 2: carried không có cột 77"),
        ('counts = ["late"]', 'counts = ["lates"]', "[[column]] 9: 'lates' không phải số đếm nào"),
        ('counts = ["late"]', 'counts = ["on_time_rate"]', "'on_time_rate' không phải số đếm nào"),
        ('counts = ["late"]', "", "cột 11 cần head và counts, sum hoặc share"),
        ("number = 16", "number = 18", "các cột phải đánh số liền nhau"),
        ("number = 16", 'number = "mười sáu"', "[[column]] 14: number không đúng kiểu"),
        ("width = 10", "width = 0", "width trong khoảng"),
        ("width = 10", "widht = 10", "[[column]] 5: không có khóa widht"),
        ('rows = "unit"', 'rows = "xã"', "rows = 'xã' không có; dùng field, unit, procedure"),
        ('name = "Theo lĩnh vực"', 'name = "theo đơn vị"', "cần [[sheet]], tên khác nhau"),
        ('name = "Theo lĩnh vực"', 'name = "a/b"', "'a/b' không dùng được"),
        ('number = "Bảng tổng hợp"', "", "thiếu number"),
        ('title = { vi = "Tổng hợp theo đơn vị", en', "title = { en", "title: thiếu vi"),
        ('counted = "Số hồ sơ TTHC"', "counted = Số hồ sơ", "dòng 7 không đúng TOML"),
        ('number = "Bảng tổng hợp"', 'number = "Bảng"\nform = "../x"', "chữ thường không dấu"),
        ('number = "Bảng tổng hợp"', 'number = "Bảng"\nform = "bao-cao-thang"', "là tên của báo cáo khác"),
        ('number = "Bảng tổng hợp"', 'number = "Bảng"\nsince = "hôm qua"', "since không đúng kiểu"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_form_is_one_sentence_and_stops_no_other_paper(
    snapshot: Snapshot, old: str, new: str, said: str
) -> None:
    assert old in SUMMARY
    data = own(snapshot, "bieu-rieng.toml", SUMMARY.replace(old, new, 1))
    assert [*reports.kinds(snapshot, data)] == [*reports.KINDS, "bieu-rieng"]
    with pytest.raises(UserError) as error:
        made(snapshot, data, "bieu-rieng")
    assert error.value.text.vi.startswith("forms/bieu-rieng.toml sai: ")
    assert said in error.value.text.vi
    assert error.value.text.vi.count("; sửa tệp đó rồi thử lại.") == 1
    assert "\n" not in error.value.text.vi
    assert made(snapshot, data, "tong-hop").title == "Bảng tổng hợp"


def test_a_form_that_is_no_text_or_has_the_name_of_a_paper_is_said_too(snapshot: Snapshot) -> None:
    data = own(snapshot, "bao-cao-thang.toml", SUMMARY)
    (data / "reference" / DATASET / "forms" / "b.toml").write_bytes("số".encode("utf-16"))
    kinds = reports.kinds(snapshot, data)
    assert {*kinds} - {*reports.KINDS} == {"b", "bieu-bao-cao-thang"}
    for id_, said in (("b", "không phải UTF-8"), ("bieu-bao-cao-thang", "là tên của báo cáo khác")):
        with pytest.raises(UserError) as error:
            made(snapshot, data, id_)
        assert said in error.value.text.vi


def test_a_form_of_few_columns_stands_on_its_sheet(snapshot: Snapshot) -> None:
    """Three columns without groups: what stands above, below and in the checks still has its place."""
    head, *_ = SUMMARY.partition("[[sheet]]")
    columns = "".join(
        f'[[column]]\nnumber = {n}\nhead = ["{name}"]\ncounts = ["{name}"]\n'
        for n, name in enumerate(("received", "resolved", "open"), 3)
    )
    data = own(snapshot, "ngan.toml", f'{head}[[sheet]]\nname = "Ngắn"\nhead = "Đơn vị"\nrows = "unit"\n{columns}')
    sheet = made(snapshot, data, "ngan").sheets[0]
    assert reports.to_file(made(snapshot, data, "ngan"))
    assert {box.column + box.columns for box in (*sheet.above, *sheet.heads, *sheet.signs)} <= {1, 2, 3, 4, 5}
    figures = slow.run(varied(), snapshot.references, snapshot.as_of, building.filters(snapshot, *MARCH), [])
    [total] = figures.values()
    assert [cell.value for cell in sheet.lines[-1].cells[2:]] == [total["received"], total["resolved"], total["open"]]
