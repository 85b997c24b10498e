"""What an import would make is shown before it is published, each thing once, and no contact of a person is any."""

import csv
from pathlib import Path
from typing import Any

import pytest

from cchc import importing
from cchc.__main__ import main
from cchc.importing import Report
from cchc.importing.persons import has_contact
from cchc.rules import references
from cchc.store import snapshots
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.exports import DATASET, Row, dossier, dossiers, read, write_csv, write_lines, write_references

pytestmark = pytest.mark.slow

AS_OF = building.date(2023, 1, 31)
HOA = ("Xã Thanh Hòa", "UBND xã Thanh Hòa", "Uỷ ban nhân dân xã Thanh Hòa", "Ủy ban nhân dân xã Thanh Hoà")
THUY = ("Xã Thanh Thủy", "Xã Thanh Thuỷ")
CONTACTS = (
    "Trần Thị Mẫu - 0900000002", "Trần Thị Mẫu 0900 000 002", "Trần Thị Mẫu, 090.000.0002", "+84 900 000 002",
    "0900000002", "84900000002", "mau@example.test", "Trần Thị Mẫu (mau.tt@example.com.vn)", "079123456789",
    "CCCD 079 123 456 789", "CMND: 123456789", "Trần Thị Mẫu 123 456 789",
)  # fmt: skip
NO_CONTACTS = (
    "Xã Thanh Hòa", "29461", "000.00.29.H57", "H57.29.05", "1.000656.000.00.00.H57", "2.000815", "Phường 12",
    "1.000656.000.00.00.H57 - Chứng thực bản sao", "Thủ tục theo Nghị định 61/2018/NĐ-CP ngày 23/04/2018",
    "01-13-2023 08:15", "31/02/2023 08:15:00", "Không có",
)  # fmt: skip
HEADINGS = {
    "dossier_id": "Mã hồ sơ", "unit": "Cơ quan giải quyết", "procedure": "Tên thủ tục", "field": "Lĩnh vực",
    "channel": "Hình thức nộp", "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả",
    "finished_at": "Ngày kết thúc", "status": "Trạng thái",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def export(path: Path, **spelled: tuple[str, ...]) -> Path:
    """Twelve rows as the one-stop software heads them, whose columns go round the spellings given."""
    clean = {
        "procedure": "Chứng thực bản sao", "field": "Chứng thực", "channel": "Trực tiếp", "status": "Đã trả kết quả",
        "received_at": "05/01/2023", "due_at": "10/01/2023", "finished_at": "09/01/2023",
    }  # fmt: skip
    rows = [
        {column: ({**row, **clean} | {each: cells[n % len(cells)] for each, cells in spelled.items()})[column]
         for column in HEADINGS}
        for n, row in enumerate(dossiers(12))
    ]  # fmt: skip
    return write_csv(path, [{HEADINGS[column]: cell for column, cell in row.items()} for row in rows])


def checked(file: Path, data: Path) -> Report:
    with importing.read_export([file], DATASET, AS_OF, mapping=None, data=data) as prepared:
        return prepared.report


def publish(file: Path, data: Path) -> snapshots.Snapshot:
    with importing.read_export([file], DATASET, AS_OF, mapping=None, data=data) as prepared:
        return prepared.publish()[0]


def made(report: Report) -> list[tuple[str, str, int]]:
    return sorted((each.kind, each.name, each.rows) for each in report.made)


def test_one_commune_however_spelled_is_one_unit(tmp_path: Path, data: Path) -> None:
    report = checked(export(tmp_path / "e.csv", unit=(*HOA, *THUY)), data)
    assert made(report) == [
        ("field", "Chứng thực", 12), ("procedure", "Chứng thực bản sao", 12),
        ("unit", "Xã Thanh Hòa", 8), ("unit", "Xã Thanh Thuỷ", 4),
    ]  # fmt: skip
    assert report.counts.kept == 12


@pytest.mark.parametrize("best", ["Xã Kim Sơn", "UBND xã Kim Sơn"])
def test_a_unit_is_called_as_it_is_written_with_capitals(tmp_path: Path, data: Path, best: str) -> None:
    report = checked(export(tmp_path / "e.csv", unit=("xã kim sơn", "xã kim sơn", best)), data)
    assert [name for kind, name, _ in made(report) if kind == "unit"] == [best]


def test_fields_and_procedures_however_spelled_are_one_too(tmp_path: Path, data: Path) -> None:
    file = export(
        tmp_path / "e.csv",
        unit=("Xã Một",),
        procedure=("Hòa giải", "Hoà giải"),
        field=("Văn hóa", "Văn hoá", "VĂN HÓA"),
    )
    assert [(kind, rows) for kind, _, rows in made(checked(file, data))] == [
        ("field", 12),
        ("procedure", 12),
        ("unit", 12),
    ]


@pytest.mark.parametrize(
    "units",
    [("Xã Trà Cú", "Thị trấn Trà Cú", "Trà Cú"), ("Xã Thanh Hòa", "Xã Thanh Hoa", "Xã Thanh Hoá"),
     ("Phường 1", "Phường 2", "Phường 12")],
)  # fmt: skip
def test_units_that_are_two_stay_two_in_any_order(tmp_path: Path, data: Path, units: tuple[str, ...]) -> None:
    for n, order in enumerate((units, units[::-1])):
        report = checked(export(tmp_path / f"{n}.csv", unit=order), data)
        assert {name for kind, name, _ in made(report) if kind == "unit"} >= set(units[:2])
        assert report.counts.kept == 12


def test_a_unit_with_a_code_or_its_district_beside_it_looks_like_the_unit(tmp_path: Path, data: Path) -> None:
    written = ("UBND xã Thanh Thủy - Huyện X", "H59.12 - UBND xã Thanh Thủy", "Xã Thanh Thủy (huyện X)")
    for n, other in enumerate(written):
        report = checked(export(tmp_path / f"{n}.csv", unit=("Xã Thanh Thủy", other, "Xã Bình Phú")), data)
        shown = {each.name: each.alike for each in report.made if each.kind == "unit"}
        assert shown == {"Xã Thanh Thủy": other, other: "Xã Thanh Thủy", "Xã Bình Phú": ""}


def test_names_that_look_alike_stand_together_and_say_so(tmp_path: Path, data: Path) -> None:
    units = ("Xã Thanh Hòa", "Xã Đại An", "Xã Thanh Hoá", "Xã Bình Phú")
    report = checked(export(tmp_path / "e.csv", unit=units), data)
    found = [each for each in report.made if each.kind == "unit"]
    assert {each.name: each.alike for each in found[:2]} == {
        "Xã Thanh Hòa": "Xã Thanh Hoá", "Xã Thanh Hoá": "Xã Thanh Hòa",
    }  # fmt: skip
    assert [each.alike for each in found[2:]] == ["", ""]
    said = {language: " ".join(sentence[language] for sentence in report.describe()) for language in LANGUAGES}
    assert "Sẽ tạo mới 4 đơn vị:" in said["vi"]
    assert "Xã Thanh Hoá (3 hàng, giống “Xã Thanh Hòa”)" in said["vi"]
    assert "Xã Đại An (3 rows)" in said["en"]


def test_only_what_was_not_there_is_named_and_compared_with_what_was(tmp_path: Path, data: Path) -> None:
    publish(export(tmp_path / "e.csv", unit=("Xã Thanh Hòa",)), data)
    again = checked(export(tmp_path / "f.csv", unit=("Xã Thanh Hòa", "Xã Thanh Hoa B")), data)
    assert [(each.name, each.rows, each.alike) for each in again.made] == [("Xã Thanh Hoa B", 6, "Xã Thanh Hòa")]


def test_nothing_is_made_where_somebody_wrote_the_references(tmp_path: Path, data: Path) -> None:
    write_references(data)
    assert checked(write_csv(tmp_path / "e.csv", dossiers(12)), data).made == ()


def rejected_unseen(report: Report, secret: str) -> None:
    assert report.by_kind() == {"personal": 3}
    assert report.counts.rejected == 3
    told = [text for each in report.first_problems(50) for text in (each.value, each.reason.vi, each.reason.en)]
    told += [sentence[language] for sentence in report.describe() for language in LANGUAGES]
    told += [each.name for each in report.made]
    assert not any(secret in text for text in told)


@pytest.mark.parametrize("column", ["unit", "procedure", "field"])
@pytest.mark.parametrize("contact", CONTACTS)
def test_a_stray_cell_becomes_nothing_and_is_not_shown(tmp_path: Path, data: Path, column: str, contact: str) -> None:
    spelled = {"unit": ("Xã Một",)} | {column: ("Xã Một", "Xã Một", "Xã Một", contact)}
    rejected_unseen(checked(export(tmp_path / "e.csv", **spelled), data), contact[-6:])


NO_DOSSIERS = {
    "headings again": HEADINGS,
    "their numbers again": {column: f"({n})" for n, column in enumerate(HEADINGS, start=1)},
    "place and date of signing": {"unit": "Phú Lộc, ngày 31 tháng 01 năm 2023"},
    "who signs": {"procedure": "Người lập biểu", "field": "Kế toán", "unit": "Chủ tịch", "status": "(Đã ký)"},
    "a sum": {"procedure": "Cộng", "field": "12", "channel": "12", "unit": "Tổng cộng: 12 hồ sơ"},
}


@pytest.mark.parametrize("row", NO_DOSSIERS.values(), ids=NO_DOSSIERS)
@pytest.mark.parametrize("written", [False, True], ids=["made", "written"])
def test_a_row_that_is_no_dossier_makes_and_asks_nothing(tmp_path: Path, data: Path, row: Row, written: bool) -> None:
    names = {"unit": ("Xã Một",), "procedure": ("1.001193",)}
    if written:
        write_references(data)
    plain = checked(export(tmp_path / "plain.csv", **names), data)
    with export(tmp_path / "e.csv", **names).open("a", encoding="utf-8", newline="") as file:
        for _ in range(3):
            csv.writer(file).writerow(row.get(column, "") for column in HEADINGS)
    report = checked(tmp_path / "e.csv", data)
    assert (report.counts.kept, report.counts.rejected) == (plain.counts.kept, 3)
    assert made(report) == made(plain)
    assert report.unknown == plain.unknown == ()
    assert (report.empty, report.undated) == (plain.empty, plain.undated)


def test_a_stray_cell_is_not_listed_as_an_unknown_unit_of_written_references_either(tmp_path: Path, data: Path) -> None:
    write_references(data)
    rows = [{**row, "unit": CONTACTS[0]} if n < 3 else row for n, row in enumerate(dossiers(12))]
    report = checked(write_csv(tmp_path / "e.csv", rows), data)
    rejected_unseen(report, "0900000002")
    assert report.unknown == ()


@pytest.mark.parametrize("text", NO_CONTACTS)
def test_codes_dates_and_names_of_places_are_no_contacts(text: str) -> None:
    assert not has_contact(text)


def test_a_unit_coded_as_an_area_says_stays_known_whatever_it_looks_like(tmp_path: Path, data: Path) -> None:
    folder = write_references(data)
    write_lines(folder / "units.csv", "unit,name,level,parent,valid_from,valid_to,aliases",
                "123456789,Xã Một,commune,,,,")  # fmt: skip
    assert references.read(folder).units
    rows = [{**row, "unit": "123456789"} for row in dossiers(12)]
    assert checked(write_csv(tmp_path / "e.csv", rows), data).counts.kept == 12


@pytest.mark.parametrize("column", ["channel", "status", "due_at", "finished_at", "rating", "fee_due", "dossier_id"])
@pytest.mark.parametrize("cell", ["Nguyễn Văn Mẫu", "LÊ THỊ B", "0900000001", "mau@example.test"])
def test_a_shifted_cell_about_a_person_is_listed_without_it(tmp_path: Path, data: Path, column: str, cell: str) -> None:
    extra = {"rating": "5", "fee_due": "yes"}
    rows: list[Row] = [{**row, **extra} for row in dossiers(12)]
    rows[3] = {**rows[3], column: cell}
    file = write_csv(tmp_path / "e.csv", rows)
    with importing.read_export([file], DATASET, AS_OF, mapping="cchc", data=data) as prepared:
        importing.write_problems(prepared.report, tmp_path / "p.csv", "vi")
        assert prepared.report.problems.num_rows == (0 if (column, cell) == ("dossier_id", "0900000001") else 1) or (
            column == "dossier_id"
        )
        said = [sentence[language] for sentence in prepared.report.describe() for language in LANGUAGES]
    assert not any(cell in text for text in (*said, (tmp_path / "p.csv").read_text(encoding="utf-8-sig")))


def test_a_plain_mistake_is_still_shown(tmp_path: Path, data: Path) -> None:
    rows = [{**row, "channel": "Hồ Sơ Kiosk", "due_at": "31-02-2023 08:15"} if n == 3 else row
            for n, row in enumerate(dossiers(12))]  # fmt: skip
    values = {each.value for each in checked(write_csv(tmp_path / "e.csv", rows), data).first_problems(9)}
    assert values == {"Hồ Sơ Kiosk", "31-02-2023 08:15"}


def test_where_the_headings_are_lost_no_cell_is_shown(tmp_path: Path, data: Path, capsys: Any) -> None:
    person = "Nguyễn Văn Mẫu,0900000001,mau@example.test,Xã Một"
    lines = [f"{'Đánh giá' if n == 1 else ''},230601-{n:04},{person},01/06/2023" for n in range(1, 9)]
    file = write_lines(tmp_path / "e.csv", *lines)
    for mapping in (None, "mot-cua"):
        with pytest.raises(UserError) as refused:
            importing.read_export([file], DATASET, AS_OF, mapping=mapping, data=data)
        for language in LANGUAGES:
            text = refused.value.text[language]
            assert not any(cell in text for cell in person.split(","))
            assert "230601" not in text
    assert main(["--data", str(data), "import", str(file), "--dataset", DATASET, "--as-of", str(AS_OF)]) == 2
    assert "Mẫu" not in capsys.readouterr().err


def test_true_headings_are_still_named_where_a_required_one_is_missing(tmp_path: Path, data: Path) -> None:
    file = write_lines(tmp_path / "e.csv", "Mã hồ sơ,Chủ hồ sơ,Ngày vào sổ", "230601-0001,A,01/06/2023")
    with pytest.raises(UserError, match="Chủ hồ sơ, Ngày vào sổ"):
        importing.read_export([file], DATASET, AS_OF, mapping=None, data=data)


def test_a_name_above_the_headings_is_in_no_message_and_no_manifest(tmp_path: Path, data: Path) -> None:
    file = export(tmp_path / "e.csv", unit=("Xã Một",))
    lines = file.read_text(encoding="utf-8").splitlines()
    head = f"{lines[0]},Nguyễn Văn Mẫu"
    write_lines(file, head, *(f"{line},x" for line in lines[1:]))
    assert publish(file, data).manifest["origin"]["dropped_columns"] == ["…"]


def test_an_unreadable_date_column_shows_no_telephone_number(tmp_path: Path, data: Path) -> None:
    rows = [{**row, "received_at": f"09000000{n:02}"} for n, row in enumerate(dossiers(40))]
    with pytest.raises(UserError) as refused:
        checked(write_csv(tmp_path / "e.csv", rows), data)
    assert "0900" not in refused.value.text.vi


@pytest.mark.parametrize("name", ["Nguyễn Văn Mẫu", "TRẦN THỊ MẪU", "tran thi mau", "Bà Lê Thị Mẫu (chuyên viên)"])
@pytest.mark.parametrize("column", ["unit", "procedure"])
def test_a_name_that_slipped_into_a_column_of_something_else_becomes_nothing(
    tmp_path: Path, data: Path, column: str, name: str
) -> None:
    path = write_csv(tmp_path / "x.csv", [*dossiers(40), dossier(50, **{column: name})])
    found = read(path, data=data)
    assert (found.report.counts.kept, found.kinds) == (40, {"personal": 1})
    said = [*(each.vi for each in found.report.describe()), *map(str, found.report.first_problems(9))]
    assert not [each for each in said if "mẫu" in each.casefold() or "mau" in each.casefold()]


@pytest.mark.parametrize(
    "unit", ["UBND thị trấn Định An", "UBND THỊ XÃ HÒA BÌNH", "Phòng Văn hóa Thông tin", "Ban Văn phòng", "Văn phòng"]
)
def test_an_office_of_few_dossiers_is_no_person(tmp_path: Path, data: Path, unit: str) -> None:
    rows = [*dossiers(40), dossier(50, unit=unit)]
    assert read(write_csv(tmp_path / "x.csv", rows), data=data).kinds == {}


def test_wards_that_bear_the_names_of_persons_are_units_as_long_as_they_have_dossiers(
    tmp_path: Path, data: Path
) -> None:
    rows = [dossier(n, unit="Trần Phú" if n < 5 else "Phường Lê Lợi") for n in range(40)]
    assert {row["unit"] for row in read(write_csv(tmp_path / "x.csv", rows), data=data).dossiers.values()} == {
        "tran-phu", "phuong-le-loi",
    }  # fmt: skip


# Wards of Hà Nội and Hải Phòng, as some exports list them.
BARE = ("Cửa Nam", "Ba Đình", "Ngọc Hà", "Hai Bà Trưng", "Bạch Mai", "Láng", "Ô Chợ Dừa", "Khương Đình", "Thanh Liệt")


@pytest.mark.parametrize(
    ("others", "names", "kept"),
    [
        (BARE, ("Trần Phú", "Lê Chân"), 2),
        (BARE, ("Trần Phú", "Lê Chân", "Trần Tế Xương"), 3),
        (BARE, ("Trần Phú", "Lê Chân", "Trần Thị Mẫu"), 2),
        (BARE, ("Trần Phú", "Trần Minh Mẫu"), 1),
        (BARE, ("Trần Minh Mẫu",), 0),
        (BARE, ("Xa Thị Mẫu",), 0),
        (tuple(f"Phường {name}" for name in BARE), ("Trần Phú", "Lê Chân"), 0),
        (BARE, ("Phường Văn Miếu", "phuong van mieu", "P Văn Quán", "Xã Lê Văn Mẫu", "TT Trần Văn Thời"), 5),
    ],
)
def test_the_name_of_a_person_in_few_rows_is_a_place_only_among_bare_names_of_communes(
    tmp_path: Path, data: Path, others: tuple[str, ...], names: tuple[str, ...], kept: int
) -> None:
    units = [*others * 6, *names]
    found = read(write_csv(tmp_path / "x.csv", [dossier(n, unit=unit) for n, unit in enumerate(units)]), data=data)
    assert found.report.counts.kept == len(others) * 6 + kept
    coded = [dossier(n, unit=f"H{sum(map(ord, unit)):06}", unit_name=unit) for n, unit in enumerate(units)]
    assert read(write_csv(tmp_path / "y.csv", coded), data=data).report.counts.kept == len(others) * 6 + kept


def test_names_of_communes_say_nothing_of_a_column_of_procedures(tmp_path: Path, data: Path) -> None:
    rows = [dossier(n, procedure=BARE[n % len(BARE)] if n else "Trần Phú") for n in range(40)]
    assert read(write_csv(tmp_path / "x.csv", rows), data=data).kinds == {"personal": 1}
