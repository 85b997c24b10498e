"""Files a reader keeps: opened again cell by cell, they hold the dossiers behind the number and no formula."""

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cchc import exports
from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, UserError
from tests import building
from tests.building import AS_OF, at, dossier, filters

pytestmark = pytest.mark.slow

FORMULA = "=cmd|' /C calc'!A0"
UNITS = f"""unit,name,level,parent
P,+84 Sở Tư pháp,province,
D,"-2+3, Bộ phận Một cửa",district,P
A,"{FORMULA}",commune,D
B,@SUM(A1:A9),commune,D
C,Thị trấn Định An,commune,D
"""
ROWS = [
    dossier(dossier_id="=1+1", unit="A", received_at="2024-03-04T07:30:05", due_at="2024-03-07",
            finished_at="2024-03-10T09:00:00", returned_at="2024-03-11"),
    dossier(dossier_id="-2", unit="B", received_at="2024-03-05", due_at="2024-03-07", finished_at="2024-03-07",
            channel="online"),
    dossier(dossier_id="H59-3", unit="C", received_at="2024-03-06"),
    dossier(dossier_id="H59-4", unit="D", received_at="2024-03-07", due_at="2024-03-08", finished_at="2024-03-20",
            status="withdrawn", channel="postal"),
    dossier(dossier_id="H59-5", unit="P", received_at="2024-03-08", due_at="2024-03-12", status="waiting"),
    dossier(dossier_id="H59-6", unit="C", received_at="2024-04-08", due_at="2024-04-12", procedure="title"),
]  # fmt: skip
# What a person would write on such a list: unit, channel, outcome and days late of each dossier of March. Who waits
# for a supplement is within the deadline.
EXPECTED_VI = {
    "=1+1": (FORMULA, "Trực tiếp", "Quá hạn", 3),
    "-2": ("@SUM(A1:A9)", "Trực tuyến", "Đúng hạn", None),
    "H59-3": ("Thị trấn Định An", "Trực tiếp", "Đang giải quyết", None),
    "H59-4": ("-2+3, Bộ phận Một cửa", "Bưu chính công ích", "Trả lại, rút", None),
    "H59-5": ("+84 Sở Tư pháp", "Trực tiếp", "Chờ bổ sung", None),
}
HEADS = {"unit": 1, "channel": 4, "outcome": 11, "days_late": 12}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    references = building.reference_folder(tmp_path / "references", units=UNITS)
    return building.publish(tmp_path / "data", ROWS, references=references)


@pytest.fixture
def march(snapshot: Snapshot) -> Filters:
    return filters(snapshot, "2024-03-01", "2024-03-31")


def cells(made: bytes) -> list[list[str]]:
    """The rows of a CSV file as a spreadsheet reads them."""
    assert made.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def sheet(made: bytes) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def listed(rows: list[list[Any]]) -> dict[str, list[Any]]:
    """Rows below the headings by the dossier id in their first column."""
    width = max(map(len, rows))
    head = next(place for place, row in enumerate(rows) if len(row) == width and all(row))
    return {row[0]: row for row in rows[head + 1 :]}


def xlsx_rows(made: bytes) -> list[list[Any]]:
    return [list(row) for row in sheet(made).iter_rows(values_only=True)]


# --- What is in the files ---


def test_a_csv_holds_every_dossier_behind_the_number_cell_by_cell(snapshot: Snapshot, march: Filters) -> None:
    rows = listed(cells(exports.to_csv(snapshot, march, "received", "", "vi")))
    assert {name.lstrip("'") for name in rows} == EXPECTED_VI.keys()
    for name, row in rows.items():
        unit, channel, outcome, days_late = EXPECTED_VI[name.lstrip("'")]
        assert row[HEADS["unit"]].lstrip("'") == unit
        assert (row[HEADS["channel"]], row[HEADS["outcome"]]) == (channel, outcome)
        assert row[HEADS["days_late"]] == ("" if days_late is None else str(days_late))
    late = rows["'=1+1"]
    assert late[5:8] == ["04/03/2024 07:30:05", "07/03/2024 12:00:00", ""]
    assert late[8:10] == ["10/03/2024 09:00:00", "11/03/2024 12:00:00"]
    assert late[2:4] == ["Đăng ký khai sinh", "Hộ tịch"]
    assert rows["H59-3"][6:10] == ["", "", "", ""]


def test_a_workbook_holds_every_dossier_behind_the_number_cell_by_cell(snapshot: Snapshot, march: Filters) -> None:
    rows = listed(xlsx_rows(exports.to_xlsx(snapshot, march, "received", "", "vi")))
    assert rows.keys() == EXPECTED_VI.keys()
    for name, row in rows.items():
        unit, channel, outcome, days_late = EXPECTED_VI[name]
        assert (row[HEADS["unit"]], row[HEADS["channel"]], row[HEADS["outcome"]]) == (unit, channel, outcome)
        assert row[HEADS["days_late"]] == days_late
    late = rows["=1+1"]
    assert late[5:8] == [at("2024-03-04", "07:30:05"), at("2024-03-07"), None]
    assert late[8:10] == [at("2024-03-10", "09:00"), at("2024-03-11")]
    assert rows["H59-3"][6:10] == [None, None, None, None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_files_say_the_same(snapshot: Snapshot, march: Filters, language: Language) -> None:
    def text(value: object) -> str:
        if isinstance(value, datetime.datetime):
            return f"{value:%d/%m/%Y %H:%M:%S}"
        return "" if value is None else str(value)

    # Without the moment of making, which may fall into two minutes.
    from_csv = [
        [cell.lstrip("'") for cell in row] for row in cells(exports.to_csv(snapshot, march, "open", "", language))
    ]
    from_xlsx = [
        [text(cell) for cell in row] for row in xlsx_rows(exports.to_xlsx(snapshot, march, "open", "", language))
    ]
    trimmed = [row[: len(short)] for row, short in zip(from_xlsx, from_csv, strict=True)]
    assert trimmed[:3] + trimmed[4:] == from_csv[:3] + from_csv[4:]


@pytest.mark.parametrize(
    "metric", ["received", "late", "open", "open_overdue", "carried_in", "on_time_rate", "same_day"]
)
def test_a_file_has_as_many_dossiers_as_the_number_counts(snapshot: Snapshot, march: Filters, metric: str) -> None:
    frame = query.run(snapshot, [metric], march, parts=True)
    counted = int(frame[f"{metric}_n" if metric.endswith("_rate") else metric].iloc[0])
    made = cells(exports.to_csv(snapshot, march, metric, "", "vi"))
    assert len(listed(made)) == counted
    assert made[0][1] == str(counted)
    assert len(listed(xlsx_rows(exports.to_xlsx(snapshot, march, metric, "", "vi")))) == counted


def test_a_file_holds_what_was_searched_for_only(snapshot: Snapshot, march: Filters) -> None:
    assert list(listed(cells(exports.to_csv(snapshot, march, "received", "dinh an", "vi")))) == ["H59-3"]


def test_a_list_of_nothing_is_a_file_with_headings(snapshot: Snapshot) -> None:
    nothing = filters(snapshot, "2024-05-01", "2024-05-31")
    assert listed(cells(exports.to_csv(snapshot, nothing, "received", "", "vi"))) == {}
    assert listed(xlsx_rows(exports.to_xlsx(snapshot, nothing, "received", "", "vi"))) == {}


def test_an_open_dossier_is_late_up_to_the_day_of_the_data_and_no_further(snapshot: Snapshot) -> None:
    year = filters(snapshot, "2024-01-01", "2024-12-31", units=("C",))
    rows = listed(cells(exports.to_csv(snapshot, year, "open_overdue", "", "vi")))
    assert {name: row[HEADS["days_late"]] for name, row in rows.items()} == {"H59-6": "49"}


# --- What is said about it ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_says_its_filters_snapshot_and_day(snapshot: Snapshot, march: Filters, language: Language) -> None:
    chosen = march.narrow("unit", "C")
    for rows in (
        cells(exports.to_csv(snapshot, chosen, "received", "", language)),
        xlsx_rows(exports.to_xlsx(snapshot, chosen, "received", "", language)),
    ):
        said = " ".join(str(cell) for row in rows[:5] for cell in row if cell)
        assert chosen.describe(snapshot.references, language) in said
        assert snapshot.id in said
        assert f"{AS_OF:%d/%m/%Y}" in said
        assert f"{datetime.date.today():%d/%m/%Y}" in said


def test_a_search_is_said_in_the_file(snapshot: Snapshot, march: Filters) -> None:
    """Else a part of a list passes for the whole."""
    said = cells(exports.to_csv(snapshot, march, "received", "dinh an", "vi"))[:5]
    assert "dinh an" in str(said)


def test_a_file_of_demo_data_says_so(tmp_path: Path) -> None:
    references = building.reference_folder(tmp_path / "references")
    origin = building.origin(1, demo=True)
    made, _ = snapshots.publish(building.table([dossier()]), references, AS_OF, origin, tmp_path / "data")
    asked = filters(made, "2024-03-01", "2024-03-31")
    assert "minh họa" in str(cells(exports.to_csv(made, asked, "received", "", "vi"))[:5])
    assert "demo" in str(xlsx_rows(exports.to_xlsx(made, asked, "received", "", "en"))[:5])


def test_a_workbook_prints_with_headings_pages_and_its_snapshot_on_every_sheet(
    snapshot: Snapshot, march: Filters
) -> None:
    made = sheet(exports.to_xlsx(snapshot, march, "received", "", "vi"))
    head = made.max_row - len(EXPECTED_VI)
    assert made.freeze_panes == f"B{head + 1}"
    assert made.print_title_rows == f"${head}:${head}"
    assert made.auto_filter.ref == f"A{head}:M{made.max_row}"
    assert snapshot.id in f"{made.oddFooter.left.text}{made.oddFooter.center.text}{made.oddFooter.right.text}"
    assert int(made.page_setup.paperSize) == 9  # A4


# --- What is not in them ---


def test_no_cell_of_a_csv_can_start_a_formula(snapshot: Snapshot, march: Filters) -> None:
    made = cells(exports.to_csv(snapshot, march, "received", "", "vi"))
    assert [cell for row in made for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")] == []
    # A quote in front must not hide what the cell says.
    assert f"'{FORMULA}" in {cell for row in made for cell in row}


def test_a_unit_chosen_in_the_filters_cannot_start_a_formula_either(snapshot: Snapshot, march: Filters) -> None:
    made = cells(exports.to_csv(snapshot, march.narrow("unit", "A"), "received", "", "vi"))
    assert [cell for row in made for cell in row if cell[:1] in ("=", "+", "-", "@")] == []


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(snapshot: Snapshot, march: Filters) -> None:
    made = sheet(exports.to_xlsx(snapshot, march, "received", "", "vi"))
    assert [cell.value for row in made.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink] == []
    assert FORMULA in {cell.value for row in made.iter_rows() for cell in row}


def test_a_list_longer_than_a_worksheet_is_refused_in_one_sentence(
    snapshot: Snapshot, march: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 4)
    for make in (exports.to_csv, exports.to_xlsx):
        with pytest.raises(UserError) as raised:
            make(snapshot, march, "received", "", "vi")
        assert all("5" in raised.value.text[language] for language in LANGUAGES)


@pytest.mark.parametrize("make", ["csv", "xlsx"])
def test_what_stands_beside_the_unit_is_listed_where_the_area_has_it(
    tmp_path: Path, snapshot: Snapshot, march: Filters, make: str
) -> None:
    named = {"receiving_unit": "C", "source": "Hệ thống của Bộ"}
    other = building.publish(tmp_path / "named", [ROWS[0] | named, *ROWS[1:]],
                             references=tmp_path / "references")  # fmt: skip
    month = filters(other, "2024-03-01", "2024-03-31")
    rows = {
        "csv": lambda *about: cells(exports.to_csv(*about, "received", "", "vi")),
        "xlsx": lambda *about: xlsx_rows(exports.to_xlsx(*about, "received", "", "vi")),
    }[make]
    found, without = rows(other, month), rows(snapshot, march)
    [heads] = [row for row in found if "Mã hồ sơ" in row]
    shown = {name: heads.index(name) for name in ("Nơi tiếp nhận", "Hệ thống")}
    told = {
        row[0].lstrip("'"): [row[place] or None for place in shown.values()]
        for row in found
        if len(row) == len(heads) and row[0]
    }
    assert told["=1+1"] == ["Thị trấn Định An", "Hệ thống của Bộ"]
    assert told["-2"] == [None, None]
    assert not {"Nơi tiếp nhận", "Hệ thống", "Phòng ban"} & {cell for row in without for cell in row}
    assert "Phòng ban" not in heads


@pytest.mark.slow
def test_a_promised_day_is_a_day_in_both_files(thanh_ha: Snapshot) -> None:
    """Received on a Friday after 15:30: promised for the next working day."""
    december = filters(thanh_ha, "2023-12-01", "2023-12-08")
    column = list(exports.columns_of(thanh_ha)).index("promised_on")
    late = xlsx_rows(exports.to_xlsx(thanh_ha, december, "next_day_received", "", "vi"))
    days = {name: row[column] for name, row in listed(late).items()}
    assert set(days.values()) == {datetime.datetime(2023, 12, 4), datetime.datetime(2023, 12, 11)}
    written = listed(cells(exports.to_csv(thanh_ha, december, "next_day_received", "", "vi")))
    assert {name: row[column] for name, row in written.items()} == {
        name: f"{day:%d/%m/%Y}" for name, day in days.items()
    }
