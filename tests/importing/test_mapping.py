"""Mappings an official can write, dates that are never guessed, and units and procedures found by their spelling."""

import datetime
from pathlib import Path

import duckdb
import pytest

from cchc import importing, schema
from cchc.importing import dates, mapping
from cchc.importing.matching import Matcher, Spelling, name_new, resolve
from cchc.rules.boundaries import Unit
from cchc.rules.lines import FIRST_DAY, LAST_DAY
from cchc.text import UserError
from tests.exports import dossiers, read, write_csv, write_mapping

pytestmark = pytest.mark.slow

MINIMAL = '[columns]\ndossier_id = ["Id"]\n'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


# --- mappings ---


@pytest.mark.parametrize("name", importing.mappings())
def test_every_shipped_mapping_can_be_read(name: str) -> None:
    shipped = mapping.read(name)
    assert shipped.name == name
    assert set(shipped.columns) <= schema.BY_NAME.keys()
    for alternatives in mapping.REQUIRED:
        assert any(column in shipped.columns for column in alternatives)


def test_four_mappings_ship() -> None:
    assert importing.mappings() == ["boston311", "cchc", "mot-cua", "opencps"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[columns", "not TOML"),
        ("x = 1", "wrong at"),
        ("colour = 1\n" + MINIMAL, "colour"),
        ('[columns]\nname = ["Tên"]', r"\[columns\] name"),
        ('[columns]\nunit = "Đơn vị"', "Đơn vị"),
        ('[columns]\nunit = ["A"]\nfield = ["a "]', r"\[columns\] a"),
        (MINIMAL + '[channel]\nfax = ["Fax"]', r"\[channel\] fax"),
        (MINIMAL + '[channel]\nonline = ["x"]\ncounter = ["X"]', r"\[channel\] x"),
        (MINIMAL + '[constants]\ndue_at = "2023"', r"\[constants\] due_at"),
        (MINIMAL + '[dataset]\nlate_by = "hour"', "hour"),
        ('date_formats = ["dd/MM"]\n' + MINIMAL, "dd/MM"),
        ('date_formats = ["dd/MM/yyyy\') --"]\n' + MINIMAL, "date_formats"),
        ('based_on = "other"\n' + MINIMAL, "based_on = other"),
    ],
)
def test_a_mapping_that_cannot_be_meant_names_file_and_key(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(UserError, match=where) as error:
        mapping.read(write_mapping(tmp_path / "own.toml", text))
    assert "own.toml" in error.value.text.vi


def test_a_mapping_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UserError, match="use one of boston311, cchc, mot-cua, opencps"):
        mapping.read("igate")


def test_any_other_spelling_can_have_a_meaning(tmp_path: Path, data: Path) -> None:
    own = write_mapping(tmp_path / "own.toml", 'based_on = "cchc"\n[channel]\ncounter = ["*"]\n')
    found = read(write_csv(tmp_path / "x.csv", dossiers(3, channel="Bồ câu")), data=data, mapping=own)
    assert {row["channel"] for row in found.dossiers.values()} == {"counter"}


# --- dates ---


def received(tmp_path: Path, data: Path, values: list[str], formats: str = "") -> list[datetime.datetime]:
    rows = [
        {**row, "received_at": value, "due_at": "", "finished_at": "", "status": "open"}
        for row, value in zip(dossiers(len(values)), values, strict=True)
    ]
    own = write_mapping(tmp_path / "own.toml", f'based_on = "cchc"\n{formats}')
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, mapping=own)
    return [found.dossiers[row["dossier_id"]]["received_at"] for row in rows if row["dossier_id"] in found.dossiers]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2023-02-25", (2023, 2, 25)),
        ("2023-02-25T08:30", (2023, 2, 25, 8, 30)),
        ("2023-02-25 08:30:15.250", (2023, 2, 25, 8, 30, 15, 250000)),
        ("2023-02-25T08:30:15+07:00", (2023, 2, 25, 8, 30, 15)),
        ("2023/02/25 08:30", (2023, 2, 25, 8, 30)),
        ("25/02/2023", (2023, 2, 25)),
        ("25/2/2023 8:30", (2023, 2, 25, 8, 30)),
        ("25-02-2023 08:30:15", (2023, 2, 25, 8, 30, 15)),
        ("25.02.2023", (2023, 2, 25)),
        ("08:30:15 25/02/2023", (2023, 2, 25, 8, 30, 15)),
        ("  25/02/2023   08:30\u00a0", (2023, 2, 25, 8, 30)),
        ("02/25/2023 12:30:00 AM", (2023, 2, 25, 0, 30)),
        ("02/25/2023 01:30 PM", (2023, 2, 25, 13, 30)),
        ("Feb 25, 2023", (2023, 2, 25)),
        ("44982", (2023, 2, 25)),
        ("44982.5", (2023, 2, 25, 12)),
    ],
)
def test_every_usual_form_of_a_date_is_read(tmp_path: Path, data: Path, text: str, time: tuple[int, ...]) -> None:
    year, month, day, *rest = time
    assert received(tmp_path, data, [text]) == [datetime.datetime(year, month, day, *rest)]


@pytest.mark.parametrize("text", ["25/02/23", "25/02/2023 25:00", "25/02/2023 13:00 SA"])
def test_a_date_that_could_mean_another_is_not_read(tmp_path: Path, data: Path, text: str) -> None:
    assert received(tmp_path, data, [text]) == []


def test_one_value_decides_the_reading_of_the_whole_column(tmp_path: Path, data: Path) -> None:
    assert received(tmp_path, data, ["05/02/2023", "13/02/2023"])[0] == datetime.datetime(2023, 2, 5)
    assert received(tmp_path, data, ["05/02/2023", "02/13/2023"])[0] == datetime.datetime(2023, 5, 2)


def test_the_deciding_value_is_found_outside_of_the_sample(tmp_path: Path, data: Path) -> None:
    values = ["05/02/2023"] * 1500
    for at in (7, 1490):
        decisive = [*values[:at], "02/13/2023", *values[at:]]
        assert received(tmp_path, data, decisive)[0] == datetime.datetime(2023, 5, 2)


def test_a_column_both_readings_fit_is_an_error_that_names_both(tmp_path: Path, data: Path) -> None:
    with pytest.raises(UserError, match="day/month/year and month/day/year both fit; “05/02/2023”") as error:
        received(tmp_path, data, ["05/02/2023", "06/06/2023"])
    assert "received_at" in error.value.text.vi
    assert "ngày/tháng/năm hay tháng/ngày/năm" in error.value.text.vi


def test_days_that_read_the_same_either_way_are_no_doubt(tmp_path: Path, data: Path) -> None:
    assert received(tmp_path, data, ["05/05/2023", "2023-02-01"])[0] == datetime.datetime(2023, 5, 5)


def test_the_format_of_the_mapping_is_the_only_one(tmp_path: Path, data: Path) -> None:
    one = 'date_formats = ["MM/dd/yyyy"]\n'
    assert received(tmp_path, data, ["05/02/2023"], one) == [datetime.datetime(2023, 5, 2)]
    assert received(tmp_path, data, ["05/02/2023"] * 30 + ["13/02/2023"], one) == [datetime.datetime(2023, 5, 2)] * 30


def test_a_few_unreadable_dates_are_rejected_and_many_refuse_the_column(tmp_path: Path, data: Path) -> None:
    good = ["13/02/2023"] * 300
    assert len(received(tmp_path, data, [*good, *["sai"] * 30])) == 300
    for bad in (40, 400):
        with pytest.raises(UserError, match="most of its dates cannot be read"):
            received(tmp_path, data, [*good, *["sai 1"] * bad])


@pytest.mark.parametrize("nothing", ["-", "NULL", "NaT", "n/a", "  "])
def test_words_for_nothing_are_blank(tmp_path: Path, data: Path, nothing: str) -> None:
    rows = dossiers(30, due_at=nothing, returned_at=nothing, fee_due=nothing, rating=nothing)
    found = read(write_csv(tmp_path / "x.csv", rows), data=data)
    assert (found.kinds, found.report.counts.kept) == ({}, 30)


def test_a_year_of_two_digits_is_never_the_first_century_and_no_clock_begins_a_dossier() -> None:
    times = [datetime.datetime(year, 1, 1) for year in (23, 1900, 1901, 1970, 2023, 2199, 2200)]
    found = duckdb.execute(f"select {dates.plausible('t')} from (select unnest($1::timestamp[]) as t)", [times])
    assert [each and each.year for (each,) in found.fetchall()] == [None, None, 1901, None, 2023, 2199, None]


# --- units and procedures ---


def unit(id_: str, name: str, *aliases: str, level: str = "commune", to: datetime.date = LAST_DAY) -> Unit:
    return Unit(id_, name, level, "", FIRST_DAY, to, aliases)


UNITS = (
    unit("849", "Bộ phận Một cửa huyện Trà Cú", level="district"),
    unit("29461", "Thị trấn Trà Cú"),
    unit("29503", "Xã Ngọc Biên", "Ngọc Biên cũ"),
    unit("12115", "Xã Hòa Phong"),
    unit("12121", "Dị Sử"),
    unit("1", "Xã Tân Hiệp"),
    unit("2", "Xã Tấn Hiệp"),
)
OFFICES = mapping.read("mot-cua").office_words


@pytest.mark.parametrize(
    ("spelled", "id_"),
    [
        ("29503", "29503"), ("29503.0", "29503"), ("Xã Ngọc Biên", "29503"), ("xã  NGỌC BIÊN ", "29503"),
        ("Xa Ngoc Bien", "29503"), ("UBND xã Ngọc Biên", "29503"), ("Ủy ban nhân dân xã Ngọc Biên", "29503"),
        ("Bộ phận Một cửa - UBND xã Ngọc Biên", "29503"), ("Bộ phận TN&TKQ xã Ngọc Biên", "29503"),
        ("Ngọc Biên", "29503"), ("ngọc biên cũ", "29503"), ("Xã Hoà Phong", "12115"), ("TT Trà Cú", "29461"),
        ("TT. Trà Cú", "29461"), ("UBND huyện Trà Cú", "849"), ("Phường Dị Sử", "12121"), ("Tân Hiệp", "1"),
        ("Xã Trà Cú", None), ("Trà Cú", None), ("Xã Ngọc Biện", None), ("Tan Hiep", None), ("Xã Lạ", None), ("", None),
    ],
)  # fmt: skip
def test_a_unit_is_found_by_any_spelling_that_can_mean_only_it(spelled: str, id_: str | None) -> None:
    assert Matcher(UNITS, {}, OFFICES).find(spelled) == id_


def test_the_mapping_has_the_first_word(tmp_path: Path) -> None:
    matcher = Matcher(UNITS, {mapping.spelling("Ngọc Biên"): "1", mapping.spelling("Đâu đó"): "nowhere"})
    assert matcher.find("NGỌC BIÊN") == "1"
    assert matcher.find("Đâu đó") is None


def test_of_units_that_follow_one_another_under_one_name_the_one_of_the_day_is_meant() -> None:
    merged = datetime.date(2025, 6, 30)
    units = (unit("old", "Xã Thanh Hà", to=merged), Unit("new", "Xã Thanh Hà", "commune", "", merged, LAST_DAY, ()))
    assert Matcher(units, day=datetime.date(2024, 1, 1)).find("Xã Thanh Hà") == "old"
    assert Matcher(units, day=datetime.date(2026, 1, 1)).find("Xã Thanh Hà") == "new"
    assert Matcher(units).find("Xã Thanh Hà") is None


def test_a_local_code_is_the_national_one_with_a_suffix() -> None:
    matcher = Matcher([unit("2.000815", "Chứng thực bản sao")])
    assert matcher.find("2.000815.000.00.00.H61") == "2.000815"
    assert matcher.find("2.000815.H59") is None


def test_unknown_spellings_come_with_the_closest_known_one_most_frequent_first() -> None:
    spellings = [
        Spelling(("a", ""), ("Xã Ngọc Bien",), 2), Spelling(("b", ""), ("Hòa Phongg",), 5),
        Spelling(("c", ""), ("zzzzzz",), 1), Spelling(("d", ""), ("?", "Xã Ngọc Biên"), 9), Spelling(("", ""), (), 3),
    ]  # fmt: skip
    ids, unknown = resolve("unit", spellings, Matcher(UNITS, {}, OFFICES))
    assert ids == {spellings[3]: "29503"}
    assert [(u.spelling, u.rows, u.closest_id) for u in unknown] == [
        ("Hòa Phongg", 5, "12115"), ("Xã Ngọc Bien", 2, "29503"), ("zzzzzz", 1, ""),
    ]  # fmt: skip
    assert "“Hòa Phongg” (5 hàng)" in unknown[0].advice.vi


def test_new_units_get_ids_of_their_own_letters_and_codes_stay_codes() -> None:
    spellings = [
        Spelling(("1", ""), ("Xã Đông Hà",), 3), Spelling(("2", ""), ("xa dong ha",), 2),
        Spelling(("3", ""), ("29461", "Thị trấn"), 1), Spelling(("4", ""), ("Xã Đồng Hà",), 1),
        Spelling(("5", ""), ("1.001193.000.00.00.H59", "Khai sinh"), 1), Spelling(("6", ""), ("../../etc",), 1),
    ]  # fmt: skip
    new = name_new(spellings, Matcher(()))
    assert {each.id: each.name for each in new} == {
        "xa-dong-ha": "Xã Đông Hà", "xa-dong-ha-2": "Xã Đồng Hà", "xa-dong-ha-3": "xa dong ha", "29461": "Thị trấn",
        "1.001193": "Khai sinh", "etc": "../../etc",
    }  # fmt: skip
